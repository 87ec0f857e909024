using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Zuora;

/// <summary>A kind of record that can be asked for by when it changed: by a query, or where queries do not know it as a list.</summary>
/// <param name="Parameter">Its name in a callout.</param>
/// <param name="Name">The object of a query, or the collection.</param>
/// <param name="IdField">The field of a query that holds the id; null for a collection.</param>
/// <param name="IsStamped">
/// Whether a row's time of change is the one that all read by it bear. That of an account, of a subscription, or of a part of one is not.
/// </param>
internal sealed record ZuoraSource(string Parameter, string Name, string? IdField, bool IsStamped = false)
{
    /// <summary>How far behind Zuora's clock a second has surely ended.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>In the order in which the records depend on each other.</summary>
    public static readonly ZuoraSource[] All =
    [
        new("AccountId", "Account", "Id"),
        // A change of a contact does not touch its account, of which it is part here.
        new("AccountId", "Contact", "AccountId"),
        // A version that is superseded changes too; whichever is told of, the latest is read.
        new(ZuoraCallout.SubscriptionNumber, "Subscription", "Name"),
        new("BillRunId", "BillRun", "Id", IsStamped: true),
        new("InvoiceId", "Invoice", "Id", IsStamped: true),
        new("DebitMemoId", "debitmemos", null, IsStamped: true),
        new("CreditMemoId", "creditmemos", null, IsStamped: true),
        new("PaymentId", "payments", null, IsStamped: true),
        new("RefundId", "refunds", null, IsStamped: true),
        // A change of a rate plan or of a charge does not touch its product, of which they are part here.
        new("ProductId", "Product", "Id"),
        new("ProductId", "ProductRatePlan", "ProductId"),
        new("ProductRatePlanId", "ProductRatePlanCharge", "ProductRatePlanId"),
    ];

    /// <summary>Whether its records are a query's.</summary>
    public bool IsQueried => IdField is not null;

    /// <summary>One page of a query: of a condition, or the one that a locator names. Rows come in no order.</summary>
    public async Task<Outcome<ZuoraRows>> QueryAsync(
        ZuoraCalls calls,
        string condition,
        string? locator,
        CancellationToken cancellationToken
    )
    {
        var read = await calls.ReadAsync(
            async (api, token, cancel) =>
            {
                using var body = Json(locator is null ? Query(condition) : new JsonObject { ["queryLocator"] = locator });
                return await (locator is null ? api.QueryAsync(body, token, cancel) : api.QueryMoreAsync(body, token, cancel));
            },
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (answer.Body.Array("records") is not { } records)
        {
            return new Fault.Rejected("unreadable-list", "a query's answer without records");
        }

        var next = answer.Body.IsTrue("done") ? null : answer.Body.Text("queryLocator");
        return next is not { Length: > 0 } && !answer.Body.IsTrue("done")
            ? new Fault.Rejected("unreadable-list", "a query's answer that is not done but has no locator")
            : Rows([.. records.EnumerateArray().Select(row => (row.Text(IdField!), row.Updated(), row.Created()))], next, answer.Date);
    }

    /// <summary>One page of a list, latest change first.</summary>
    public async Task<Outcome<ZuoraRows>> ListAsync(ZuoraCalls calls, string? page, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, token, cancel) => api.ListAsync(Name, "updatedDate", new ZuoraPage(page), token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        var pages = new ZuoraPages(Name);
        if (answer.IsMissing || pages.Add(answer.Body, answer.Date) is not null)
        {
            return new Fault.Rejected("unreadable-list", $"{Name} is no list of records");
        }

        var rows = pages.Items.ConvertAll(row => (Id: row.Text("id"), Updated: row.Updated(), row.Created()));
        return rows.Zip(rows.Skip(1)).Any(pair => pair.First.Updated < pair.Second.Updated)
            ? new Fault.Rejected("unreadable-list", $"{Name} is not listed latest change first")
            : Rows(rows, pages.HasMore ? pages.Next : null, answer.Date);
    }

    /// <summary>An instant as queries write it.</summary>
    public static string Literal(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'+00:00'", CultureInfo.InvariantCulture);

    private Outcome<ZuoraRows> Rows(
        List<(string? Id, DateTimeOffset? Updated, DateTimeOffset? Created)> given,
        string? next,
        DateTimeOffset date
    )
    {
        var rows = new List<ZuoraRow>(given.Count);
        foreach (var one in given)
        {
            if (one is not ({ } id, { } updated, _) || !ZuoraRecords.IsId(id))
            {
                return new Fault.Rejected("unreadable-list", $"{Name} with a row without id or time of change");
            }

            rows.Add(new ZuoraRow(id, updated, one.Created));
        }

        return new ZuoraRows(rows, next, date);
    }

    private JsonObject Query(string condition)
    {
        var fields = IdField == "Id" ? "Id, UpdatedDate" : $"Id, {IdField}, UpdatedDate";
        return new JsonObject
        {
            ["conf"] = new JsonObject { ["batchSize"] = ZuoraOptions.QueryPageSize },
            ["queryString"] = $"select {fields} from {Name} where {condition}",
        };
    }

    private static ByteArrayContent Json(JsonObject body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}

/// <summary>A record that is told of: when it changed last and, where the row says so, when it was made.</summary>
internal sealed record ZuoraRow(string Id, DateTimeOffset Updated, DateTimeOffset? Created);

/// <summary>One page of rows, what the next is asked for by, and Zuora's clock.</summary>
internal sealed record ZuoraRows(IReadOnlyList<ZuoraRow> Rows, string? Next, DateTimeOffset Date);
