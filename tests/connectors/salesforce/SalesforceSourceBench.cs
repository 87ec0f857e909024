using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;
using QtcHub.Sandbox;
using QtcHub.Sandbox.Salesforce;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>A pretend org and a real connector over it, with every query that was made.</summary>
internal sealed class SalesforceSourceBench : IDisposable
{
    public static readonly DateTimeOffset Until = Bench.Noon.AddDays(1);

    private readonly Dictionary<string, string> settings;
    private int made;

    public SalesforceSourceBench(params (string Name, string Value)[] settings)
    {
        this.settings = settings.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal);
        this.settings["organization"] = PretendSalesforce.OrganizationId;
        Org = new PretendSalesforce(new VendorSetup("salesforce", () => Now, TimeZoneInfo.Utc, "the secret"));
        Connector = Connect();
    }

    public DateTimeOffset Now { get; set; } = Bench.Noon;

    public PretendSalesforce Org { get; }

    public IConnector Connector { get; private set; }

    /// <summary>Every query, and every page of one after the first.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Comes before the org's own answer to a request; null lets the org answer.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage?>? Instead { get; set; }

    /// <summary>Which records a route takes, from the next process on.</summary>
    public Func<RecordType, bool> IsTaken { get; init; } = static _ => true;

    /// <summary>Runs before the org answers the query of this number, from 1.</summary>
    public (int Number, Action Act)? Before { get; set; }

    public void Dispose() => Org.Dispose();

    /// <summary>A process that starts anew: what the last one held in memory is gone.</summary>
    public IConnector Connect()
    {
        var kind = new SalesforceKind();
        var context = Bench.Context(
            kind,
            settings,
            name => name is "webhookSecret" ? "the secret" : Org.Credentials.GetValueOrDefault(name),
            new AnsweringHandler(Ask),
            new Uri("https://acme.my.salesforce.invalid")
        );
        var names = Org.Credentials.Keys.Append("webhookSecret").ToDictionary(name => name, name => name, StringComparer.Ordinal);
        context = context with
        {
            IsTaken = IsTaken,
            System = context.System with { Credentials = names },
            Time = new SteppedTime(() => Now),
        };
        return Connector = kind.Create(context);
    }

    public string Account(string name = "Acme") => Org.OpenAccount(name, $"{++made}@example.com", "EUR", "DE", "de");

    public JsonObject Put(string entity, string id, params (string Field, JsonNode? Value)[] fields)
    {
        var record = new JsonObject { ["Id"] = id };
        foreach (var (field, value) in fields)
        {
            record[field] = value;
        }

        return Org.Put(entity, record)!;
    }

    public async Task<RecordReading> ReadAsync(string type, string id)
    {
        var read = await ((IRecordReader)Connector).ReadAsync(type, id, CancellationToken.None);
        Assert.Null(read.Fault);
        return read.Value;
    }

    public async Task<JsonElement> FindAsync(string type, string id) =>
        JsonElement.Parse(Assert.IsType<RecordReading.Found>(await ReadAsync(type, id)).Record.Span);

    public async Task<IEnumerable<string>> ListAsync(string type, string id) =>
        Assert
            .IsType<RecordReading.Listed>(await ReadAsync(type, id))
            .Members.Select(member => $"{member.ExternalType} {member.ExternalId}");

    /// <summary>Every change of a window, page by page.</summary>
    public Task<IReadOnlyList<PolledDelivery>> PollAsync(DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        AllAsync(cursor =>
            ((IChangeFeed)Connector).ReadChangesAsync(cursor, from ?? Bench.Noon.AddDays(-1), until ?? Until, CancellationToken.None)
        );

    public Task<IReadOnlyList<PolledDelivery>> BackfillAsync(string type, DateTimeOffset? from = null, DateTimeOffset? until = null) =>
        AllAsync(cursor =>
            ((IBackfill)Connector).ReadRecordsAsync(type, cursor, from ?? Bench.Noon.AddDays(-1), until ?? Until, CancellationToken.None)
        );

    /// <summary>What deliveries tell of, as type and id.</summary>
    public IReadOnlyList<string> Told(IEnumerable<PolledDelivery> deliveries) =>
        [
            .. deliveries
                .SelectMany(delivery => ((INoticeReader)Connector).ReadNotices(delivery.Body).Value)
                .Select(notice => $"{notice.ExternalType} {notice.ExternalId}"),
        ];

    private static async Task<IReadOnlyList<PolledDelivery>> AllAsync(Func<string?, Task<Outcome<ChangePage>>> next)
    {
        var found = new List<PolledDelivery>();
        string? cursor = null;
        ChangePage page;
        do
        {
            page = (await next(cursor)).Value;
            found.AddRange(page.Deliveries);
            cursor = page.Cursor;
        } while (!page.IsLast);

        return found;
    }

    private HttpResponseMessage Ask(HttpRequestMessage request)
    {
        if (request.RequestUri!.AbsolutePath.Contains("/query", StringComparison.Ordinal))
        {
            Asked.Add(Uri.UnescapeDataString(request.RequestUri.PathAndQuery.Replace('+', ' ')));
            if (Before is { } before && before.Number == Asked.Count)
            {
                before.Act();
            }
        }

        return Instead?.Invoke(request) ?? Org.Answer(request);
    }

    private sealed class SteppedTime(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }
}
