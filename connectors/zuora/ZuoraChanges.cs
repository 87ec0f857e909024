using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Asks what changed in a window with fixed ends, one kind of record after the other. Queries give accounts, contacts, subscriptions, bill runs and invoices, in no
/// order and by a locator that ends after a while; then the kind begins again. Invoice Settlement is no part of queries: memos, payments and refunds are
/// lists, latest change first, and read until the window's old end. A record that changes meanwhile moves to the front, and is of the next window.
/// </summary>
internal sealed class ZuoraChanges(ZuoraCalls calls)
{
    private const int MostRestarts = 3;

    /// <summary>How far behind Zuora's clock a second has surely ended.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    private static readonly Source[] Sources =
    [
        new("AccountId", "Account", "Id"),
        // A change of a contact does not touch its account, of which it is part here.
        new("AccountId", "Contact", "AccountId"),
        // A version that is superseded changes too; whichever is told of, the latest is read.
        new(ZuoraCallout.SubscriptionNumber, "Subscription", "Name"),
        new("BillRunId", "BillRun", "Id"),
        new("InvoiceId", "Invoice", "Id"),
        new("DebitMemoId", "debitmemos", null),
        new("CreditMemoId", "creditmemos", null),
        new("PaymentId", "payments", null),
        new("RefundId", "refunds", null),
    ];

    public async Task<Outcome<ChangePage>> ReadAsync(
        string? cursor,
        DateTimeOffset from,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var window = cursor is null ? Window.Between(from, until) : Window.Resume(cursor);
        var source = Sources[window.Kind];
        return source.IdField is { } id
            ? await QueryAsync(window, source, id, cancellationToken)
            : await ListAsync(window, source, cancellationToken);
    }

    private async Task<Outcome<ChangePage>> QueryAsync(Window window, Source source, string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            async (api, token, cancel) =>
            {
                using var body = Json(
                    window.Next is { } locator ? new JsonObject { ["queryLocator"] = locator } : Query(window, source, id)
                );
                return await (window.Next is null ? api.QueryAsync(body, token, cancel) : api.QueryMoreAsync(body, token, cancel));
            },
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault is Fault.Rejected && window is { Next: not null, Restarts: < MostRestarts } ? Again(window) : fault;
        }

        if (answer.Body.Array("records") is not { } rows)
        {
            return new Fault.Rejected("unreadable-list", "a query's answer without records");
        }

        var told = Tell(window, source, [.. rows.EnumerateArray().Select(row => (row.Text(id), row.Updated()))], answer.Date);
        if (!told.TryGet(out var deliveries, out fault))
        {
            return fault;
        }

        if (answer.Body.IsTrue("done"))
        {
            return Page(deliveries, window.NextKind());
        }

        return answer.Body.Text("queryLocator") is { Length: > 0 } next
            ? Page(deliveries, window with { Next = next })
            : new Fault.Rejected("unreadable-list", "a query's answer that is not done but has no locator");
    }

    private async Task<Outcome<ChangePage>> ListAsync(Window window, Source source, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, token, cancel) => api.ListAsync(source.Name, "updatedDate", new ZuoraPage(window.Next), token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        var pages = new ZuoraPages(source.Name);
        if (answer.IsMissing || pages.Add(answer.Body, answer.Date) is not null)
        {
            return new Fault.Rejected("unreadable-list", $"{source.Name} is no list of records");
        }

        var rows = pages.Items.ConvertAll(row => (Id: row.Text("id"), Updated: row.Updated()));
        if (rows.Zip(rows.Skip(1)).Any(pair => pair.First.Updated < pair.Second.Updated))
        {
            return new Fault.Rejected("unreadable-list", $"{source.Name} is not listed latest change first");
        }

        var told = Tell(window, source, rows, answer.Date);
        if (!told.TryGet(out var deliveries, out fault))
        {
            return fault;
        }

        deliveries.Reverse();
        var isRead = !pages.HasMore || rows.Exists(row => row.Updated < window.Start);
        return Page(deliveries, isRead ? window.NextKind() : window with { Next = pages.Next });
    }

    /// <summary>Each change of the window as the callout that should have told of it.</summary>
    private static Outcome<List<PolledDelivery>> Tell(
        Window window,
        Source source,
        IReadOnlyList<(string? Id, DateTimeOffset? Updated)> rows,
        DateTimeOffset listedAt
    )
    {
        var deliveries = new List<PolledDelivery>();
        foreach (var row in rows)
        {
            if (row is not ({ } id, { } updated) || !ZuoraRecords.IsId(id))
            {
                return new Fault.Rejected("unreadable-list", $"{source.Name} with a row without id or time of change");
            }

            if (updated >= window.Start && updated <= window.End)
            {
                deliveries.Add(new PolledDelivery(NameOf(source, id, updated, listedAt, window), ZuoraCallout.Write(source.Parameter, id)));
            }
        }

        return deliveries;
    }

    /// <summary>
    /// One name for one change, so that the next window, which reaches back, does not cause the read again. A record may change twice in a second, the
    /// only unit of its stamp: where that second is not surely over, the name is of this window alone.
    /// </summary>
    private static string NameOf(Source source, string id, DateTimeOffset updated, DateTimeOffset listedAt, Window window)
    {
        var second = updated.ToUnixTimeSeconds();
        var name = string.Create(CultureInfo.InvariantCulture, $"changed-{source.Name}-{Uri.EscapeDataString(id)}-{second}");
        return updated + Settled <= listedAt ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{window.Until}");
    }

    private static ChangePage Again(Window window) =>
        new([], (window with { Next = null, Restarts = window.Restarts + 1 }).Write(), IsLast: false);

    private static ChangePage Page(IReadOnlyList<PolledDelivery> deliveries, Window next) =>
        next.Kind < Sources.Length
            ? new ChangePage(deliveries, next.Write(), IsLast: false)
            : new ChangePage(deliveries, null, IsLast: true);

    private static JsonObject Query(Window window, Source source, string id)
    {
        var fields = id == "Id" ? "Id, UpdatedDate" : $"Id, {id}, UpdatedDate";
        return new JsonObject
        {
            ["conf"] = new JsonObject { ["batchSize"] = ZuoraOptions.QueryPageSize },
            ["queryString"] =
                $"select {fields} from {source.Name} where UpdatedDate >= '{Literal(window.Start)}' and UpdatedDate <= '{Literal(window.End)}'",
        };
    }

    private static string Literal(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);

    private static ByteArrayContent Json(JsonObject body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>A kind of record that is asked for.</summary>
    /// <param name="Parameter">Its name in a callout.</param>
    /// <param name="Name">The object of a query, or the collection.</param>
    /// <param name="IdField">The field of a query that holds the id; null for a collection.</param>
    private sealed record Source(string Parameter, string Name, string? IdField);

    /// <summary>A cursor is <c>kind.from.until.restarts.next</c>: instants in Unix seconds, and the locator or page that comes next, if any.</summary>
    private sealed record Window(int Kind, long From, long Until, int Restarts, string? Next)
    {
        public DateTimeOffset Start => DateTimeOffset.FromUnixTimeSeconds(From);

        public DateTimeOffset End => DateTimeOffset.FromUnixTimeSeconds(Until);

        public static Window Between(DateTimeOffset from, DateTimeOffset until) =>
            new(0, from.ToUnixTimeSeconds(), Math.Max(from.ToUnixTimeSeconds(), until.ToUnixTimeSeconds()), 0, null);

        public static Window Resume(string cursor)
        {
            var parts = cursor.Split('.', 5);
            Invariant.Holds(parts.Length == 5, "a cursor of this connector");
            return new Window(
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                long.Parse(parts[1], CultureInfo.InvariantCulture),
                long.Parse(parts[2], CultureInfo.InvariantCulture),
                int.Parse(parts[3], CultureInfo.InvariantCulture),
                parts[4].Length == 0 ? null : parts[4]
            );
        }

        public Window NextKind() => this with { Kind = Kind + 1, Restarts = 0, Next = null };

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Kind}.{From}.{Until}.{Restarts}.{Next}");
    }
}
