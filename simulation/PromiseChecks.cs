using QtcHub.Hosting;
using QtcHub.Inbox;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>The promises that hold once everything has come to rest. What should stand is computed from the vendors' own state alone.</summary>
internal sealed class PromiseChecks(World world, IPlaysBilling source, IPlaysErp target, Company company)
{
    private readonly StoreChecks stored = new(world);

    public void Check(IReadOnlyCollection<string> acknowledged)
    {
        stored.NothingLost(acknowledged);
        NothingDoubled();
        Quiescent();
    }

    /// <summary>P2: per record, the ledger holds at most one.</summary>
    private void NothingDoubled()
    {
        foreach (
            var doubled in PairFacts.Of(target.Book()).GroupBy(fact => fact.Key, StringComparer.Ordinal).Where(group => group.Count() > 1)
        )
        {
            world.Failures.Add($"P2 {doubled.Key} stands {doubled.Count()} times in the ledger");
        }
    }

    /// <summary>P4: the ledger equals its source, record by record, save where a planted defect says why not – and there a letter must say so.</summary>
    private void Quiescent()
    {
        var stands = PairFacts.Of(target.Book()).DistinctBy(fact => fact.Key, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var should = PairFacts.Of(source.Book()).ToDictionary(StringComparer.Ordinal);
        var excused = Excused();
        var needs = Needs(source.Book());
        foreach (var (key, id, isOptional) in Keys(source.Book()))
        {
            var stood = stands.GetValueOrDefault(key);
            var isUnsound = company.Unsound.Contains(id);
            var isRight = stood == should[key];
            var hasEnded = isOptional && (stood is null || excused.Contains(id));
            var waitsForUnread = needs[id].Any(need => excused.Contains($"intake {need}"));
            var isExplained = (isUnsound || waitsForUnread) && excused.Contains(id);
            if (!isRight && !hasEnded && !isExplained && !excused.Contains($"intake {id}"))
            {
                world.Failures.Add(
                    $"P4 {key} ({id}) is {stood ?? "absent"}, should be {should[key]}{(isUnsound ? ", and no letter or hold says why" : "")}{stored.Story(id)}"
                );
            }
        }
    }

    /// <summary>Which records must arrive; what has ended may have ended before it was seen.</summary>
    private static IEnumerable<(string Key, string Id, bool IsOptional)> Keys(Book book) =>
        book
            .Accounts.Select(account => ($"account {account.Number}", account.Id, !account.Active))
            .Concat(book.Invoices.Select(invoice => ($"invoice {invoice.Number}", invoice.Id, invoice.Status == "void")))
            .Concat(book.Payments.Select(payment => ($"payment {payment.Reference}", payment.Id, payment.Status != "succeeded")));

    /// <summary>What a record cannot stand in the ledger without: its account, and what it is applied to.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Needs(Book book)
    {
        var accounts = book.Accounts.ToDictionary(account => account.Number, account => account.Id, StringComparer.Ordinal);
        var invoices = book.Invoices.ToDictionary(invoice => invoice.Number, StringComparer.Ordinal);
        var needs = book.Accounts.ToDictionary(account => account.Id, IReadOnlyList<string> (_) => [], StringComparer.Ordinal);
        foreach (var invoice in book.Invoices)
        {
            needs[invoice.Id] = [accounts[invoice.AccountNumber]];
        }

        foreach (var payment in book.Payments)
        {
            needs[payment.Id] =
            [
                accounts[payment.AccountNumber],
                .. payment.Applications.Select(application => invoices[application.InvoiceNumber].Id),
            ];
        }

        return needs;
    }

    /// <summary>Source ids for which the hub gives a reason: an open letter, a hold, or a letter of the intake's.</summary>
    private SortedSet<string> Excused()
    {
        var excused = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var row in stored.All("letter", "Open"))
        {
            var letter = Rows.Parse<DeadLetters.DeadLetter>(row.Row);
            if (letter.Record is { } record)
            {
                excused.UnionWith(stored.SourceIds(record));
            }
            else if (letter.Affected is { } affected)
            {
                var id = affected[(affected.LastIndexOf(' ') + 1)..];
                excused.Add(id);
                // Only faults that say nothing of the record itself excuse a sound one.
                if (letter.Fault.Name is nameof(Fault.Transient) or nameof(Fault.Conflict))
                {
                    excused.Add($"intake {id}");
                }
            }
        }

        foreach (var row in stored.All("lane", "Held"))
        {
            excused.UnionWith(stored.SourceIds(Rows.Parse<Lane>(row.Row).Id.Record));
        }

        return excused;
    }
}
