using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Script;
using QtcHub.Server.Demo.Staging;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Demo.Proof;

/// <summary>One thing that the hub did: when, to which of the deal's records, what, and where.</summary>
internal sealed record TimelineEntry(DateTimeOffset At, string Record, string What, string? Where);

/// <summary>What the hub did with one deal, from the quote to the payout that brought its money to the bank, as its own records have it.</summary>
internal static class Timeline
{
    /// <summary>That of the first deal whose money is at the bank; nothing where there is none by then.</summary>
    public static async Task<IReadOnlyList<TimelineEntry>> OfAsync(
        HubServer server,
        ControlBook book,
        Stage stage,
        CancellationToken cancellationToken
    )
    {
        var entries = new List<TimelineEntry>();
        foreach (var (name, key) in Records(book))
        {
            var trace = await server.Hub.TraceAsync(stage.IdOf(key), cancellationToken);
            // An id may lead to several records, as an invoice's leads to its state.
            foreach (var record in trace?.Records ?? [])
            {
                if (await QuoteOfAsync(server, record.Head, cancellationToken) is { } quote)
                {
                    entries.Add(new TimelineEntry(record.Audit[0].At, $"{name} quote", $"became the order: {quote}", null));
                }

                entries.AddRange(
                    record.Audit.Select(entry => new TimelineEntry(
                        entry.At,
                        $"{name} {record.Head.Id.Type}",
                        entry.States.IsEmpty ? entry.Action : $"{entry.Action} {string.Join(' ', entry.States)}",
                        entry.Lane
                    ))
                );
            }
        }

        return [.. entries.OrderBy(entry => entry.At)];
    }

    /// <summary>The id of the quote that an order came from, as the order carries it.</summary>
    private static async Task<string?> QuoteOfAsync(HubServer server, RecordHead head, CancellationToken cancellationToken)
    {
        if (head.Id.Type != RecordType.Order)
        {
            return null;
        }

        var content = await server.Store.Rows.ContentAsync(head.Id, head.Revision, cancellationToken);
        return CanonicalJson.Read(head.Id.Type, content.Span).Value is Order order ? order.Quote : null;
    }

    private static IEnumerable<(string Name, string Key)> Records(ControlBook book)
    {
        var paid = book
            .Processor.Movements.Where(movement => movement.Kind == "charge" && movement.Payout is not null)
            .FirstOrDefault(movement =>
                book.Processor.Payouts.First(payout => payout.Key == movement.Payout).IsPaid
                && Invoice(book, movement.Of) is { } invoice
                && invoice == RunBilling.KeyOf(book.Document(invoice).Day, book.Document(invoice).Account.Key)
            );
        if (paid is null)
        {
            return [];
        }

        var bill = Invoice(book, paid.Of)!;
        return [("deal", MonthlySeats.KeyOf(book.Document(bill).Account)), ("bill", bill), ("charge", paid.Of), ("payout", paid.Payout!)];
    }

    private static string? Invoice(ControlBook book, string payment) =>
        book.Applications.Where(application => application.Key.From == payment).Select(application => application.Key.To).FirstOrDefault();
}
