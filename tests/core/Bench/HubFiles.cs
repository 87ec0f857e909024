using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Bench;

/// <summary>The configuration and mappings of the hub under test.</summary>
internal static class HubFiles
{
    public const string Hub = """
        hub: test
        entities:
          us: {name: Example Inc., currency: USD, timeZone: UTC}
        systems:
          shop:
            kind: scripted
            roles: [billing]
            entity: us
            baseUrl: https://shop.test/
            credentials: {token: 'env:SHOP'}
            callTimeout: 10s
            pollOverlap: 5m
          books:
            kind: scripted
            roles: [erp]
            entity: us
            baseUrl: https://books.test/
            credentials: {token: 'env:BOOKS'}
            callTimeout: 10s
        routes:
          - {record: BillingAccount, from: shop, to: [books], gone: inactivate}
          - {record: Invoice, from: shop, to: [books], when: 'status | one-of(open, void)'}
        policy: {attempts: 3, retryFirst: 1s, retryMost: 1m, probeEvery: 5s, pauseFor: 30s, waitLimit: 7d, readBackEvery: 3s, goneAfter: 1m}
        """;

    public static MappingFile[] Mappings { get; } =
    [
        new(
            "scripted/account.yaml",
            """
            mapping: scripted.account -> BillingAccount
            fields:
              entity: $entity
              number: first(number, id)
              name: name
              email: email
              phone: phone
              taxStatus: tax | default('taxable')
            """
        ),
        new(
            "scripted/bill.yaml",
            """
            mapping: scripted.bill -> Invoice
            fields:
              entity: $entity
              number: first(number, id)
              account: account | ref(BillingAccount)
              issuedOn: issued | unix-date
              currency: 'USD'
              lines:
                each: lines
                id: id
                description: id
                quantity: 1
                amount: amount | minor('USD')
              tax: tax | default(0) | minor('USD')
              total: total | minor('USD')
              status: status | default('open')
              memo: memo
            """
        ),
        new(
            "scripted/customer.yaml",
            """
            mapping: BillingAccount -> scripted.customer
            fields:
              number: number
              name: name
              email: email | default(null)
              inactive: active | not
            """
        ),
        new(
            "scripted/entry.yaml",
            """
            mapping: Invoice -> scripted.entry
            fields:
              customer: account | xref
              number: number
              total: total | major
              memo: memo | default(null)
              void: status | one-of(void)
            """
        ),
    ];
}
