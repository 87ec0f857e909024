using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>
/// A scripted life: in each entity a customer prepays a year, one pays for seats month by month, one by use; a German one is under reverse charge
/// and an American one exempt. They are billed each month, pay (in full, in parts, too much), are credited, refunded, and one leaves.
/// </summary>
internal sealed class ZuoraLife(ZuoraState state, ZuoraAccounts accounts, ZuoraActs acts, ZuoraBilling billing, ZuoraMemos memos)
{
    private static readonly (string Entity, string Currency, string Country)[] Entities =
    [
        ("us", "USD", "US"),
        ("de", "EUR", "DE"),
        ("jp", "JPY", "JP"),
    ];

    public void Play(DateOnly start, int months)
    {
        ZuoraRefusal.Require(months is > 0 and <= 120, "A life has up to 120 months.");
        var (seats, metered) = (new List<string>(), new List<string>());
        foreach (var (entity, currency, country) in Entities)
        {
            acts.Subscribe(Open(entity, currency, country, "Prepaid"), "annual-prepaid", 1, start);
            seats.Add(acts.Subscribe(Open(entity, currency, country, "Seats"), "monthly-arrears", 10, start));
            metered.Add(acts.Subscribe(Open(entity, currency, country, "Metered"), "usage", 1, start));
        }

        acts.Subscribe(Exempt(), "annual-prepaid", 1, start);
        acts.Subscribe(Abroad(), "annual-prepaid", 1, start);
        for (var month = 0; month < months; month++)
        {
            var first = start.AddMonths(month);
            for (var index = 0; index < metered.Count; index++)
            {
                billing.Report(acts.UsageCharge(metered[index]), 60 + (45 * index) + (7 * month), first.AddDays(3));
            }

            Change(month, seats, first);
            var run = billing.Run(null, start.AddMonths(month + 1), start.AddMonths(month + 1), post: true);
            Settle(run);
        }
    }

    private void Change(int month, List<string> seats, DateOnly first)
    {
        switch (month)
        {
            case 1:
                seats.ForEach(subscription => acts.ChangeQuantity(subscription, 14, first.AddDays(10)));
                break;
            case 3:
                acts.Cancel(seats[0], first.AddDays(15));
                break;
        }
    }

    /// <summary>Each invoice of a run in one of six ways, by its place.</summary>
    private void Settle(BillRun run)
    {
        var invoices = run.Documents.Where(document => document.Kind == DocumentKind.Invoice).ToArray();
        for (var index = 0; index < invoices.Length; index++)
        {
            var invoice = invoices[index];
            var owed = ZuoraState.Minor(invoice.Balance, invoice.Currency);
            switch (index % 6)
            {
                case 0 or 3:
                    acts.CollectPayment(invoice.Id, null, null);
                    break;
                case 1:
                    acts.TakePayment(invoice.Account.Id, owed / 2, invoice.Currency, [new PlayedApplication(invoice.Id, owed / 2)]);
                    break;
                case 2:
                    acts.Credit(invoice.Id, Math.Max(1, ZuoraState.Minor(invoice.Items[0].Net, invoice.Currency) / 4), memos);
                    break;
                case 4:
                    acts.Refund(
                        acts.TakePayment(invoice.Account.Id, owed + 500, invoice.Currency, [new PlayedApplication(invoice.Id, owed)]),
                        500
                    );
                    break;
                default:
                    acts.Void(invoice.Id);
                    break;
            }
        }
    }

    private string Open(string entity, string currency, string country, string kind) =>
        acts.OpenAccount($"{kind} {country}", $"{kind}@{country}.example".ToLowerInvariant(), currency, country, entity);

    private string Exempt()
    {
        var account = Open("us", "USD", "US", "Charity");
        accounts.Update(
            state.Account(account),
            new JsonObject
            {
                ["taxInfo"] = new JsonObject { ["exemptStatus"] = "Yes", ["exemptCertificateId"] = "501C3-1" },
            }
        );
        return account;
    }

    private string Abroad()
    {
        var account = Open("de", "EUR", "AT", "Abroad");
        accounts.Update(state.Account(account), new JsonObject { ["taxInfo"] = new JsonObject { ["VATId"] = "ATU12345678" } });
        return account;
    }
}
