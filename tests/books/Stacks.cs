namespace QtcHub.Tests.Books;

/// <summary>What tests add to the shipped configuration, as a company would.</summary>
internal static class Stacks
{
    /// <summary>A sales desk whose accounts, products and orders go to billing, and which is told of the subscriptions that come of them.</summary>
    public static string WithDesk(string stack) =>
        Add(
            stack.Replace("hub: books\n", "hub: books\nmappings: ../sales/mappings\n", StringComparison.Ordinal),
            """
              desk:
                kind: desk
                roles: [crm]
                entity: us
                baseUrl: https://desk.invalid/
                credentials: {token: env:DESK_TOKEN}
                callTimeout: 10s
                pollEvery: 1m
                pollOverlap: 5m

            """,
            """
              - {record: BillingAccount, from: desk, to: [zuora]}
              - {record: Product, from: desk, to: [zuora]}
              - {record: Order, from: desk, to: [zuora]}
              - {record: Subscription, from: zuora, to: [desk], gone: inactivate}

            """
        );

    /// <summary>A sales desk whose customers go to the ledger too.</summary>
    public static string WithCustomers(string stack) =>
        Add(WithDesk(stack), "", "  - {record: Customer, from: desk, to: [netsuite], gone: inactivate}\n");

    /// <summary>A sales desk whose customers go to another desk alone.</summary>
    public static string WithBranch(string stack) =>
        Add(
            WithDesk(stack),
            """
              branch:
                kind: desk
                roles: [crm]
                entity: us
                baseUrl: https://branch.invalid/
                credentials: {token: env:DESK_TOKEN}
                callTimeout: 10s

            """,
            "  - {record: Customer, from: desk, to: [branch]}\n"
        );

    /// <summary>A second tenant, which bills for the German company alone, with numbers of its own.</summary>
    public static string WithGermanTenant(string stack) =>
        Add(
            stack,
            """
              zuora-de:
                kind: zuora
                roles: [billing]
                entity: de
                baseUrl: https://rest.eu.zuora.com/
                credentials:
                  clientId: env:ZUORA_DE_CLIENT_ID
                  clientSecret: env:ZUORA_DE_CLIENT_SECRET
                  webhookSecret: env:ZUORA_DE_CALLOUT_SECRET
                concurrency: 4
                callTimeout: 10s
                pollEvery: 1m
                pollOverlap: 5m

            """,
            """
              - {record: BillingAccount, from: zuora-de, to: [netsuite], gone: inactivate}
              - {record: Invoice, from: zuora-de, to: [netsuite], when: 'status | one-of(open, void)'}
              - {record: CreditNote, from: zuora-de, to: [netsuite], when: 'status | one-of(open, void)'}
              - {record: Payment, from: zuora-de, to: [netsuite], when: status | one-of(succeeded)}
              - {record: Application, from: zuora-de, to: [netsuite], gone: inactivate}

            """
        );

    private static string Add(string stack, string systems, string routes) =>
        stack
            .Replace("\nsystems:\n", $"\nsystems:\n{systems}", StringComparison.Ordinal)
            .Replace("\nroutes:\n", $"\nroutes:\n{routes}", StringComparison.Ordinal);
}
