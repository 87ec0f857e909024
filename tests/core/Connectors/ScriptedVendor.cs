using System.Globalization;
using System.Net;
using System.Text;
using QtcHub.Connectors;

namespace QtcHub.Tests.Core.Connectors;

/// <summary>A vendor whose every answer a test decides: as a source it holds what it is told, as a target it keeps what it commits and counts what it was sent.</summary>
internal sealed class ScriptedVendor
{
    private readonly Dictionary<string, RecordReading> sources = new(StringComparer.Ordinal);
    private readonly Queue<Outcome<RecordReading>> readings = [];
    private readonly Queue<Script> scripts = [];
    private readonly Queue<Outcome<ChangePage>> pages = [];
    private readonly Dictionary<string, List<PolledDelivery>> listed = new(StringComparer.Ordinal);
    private readonly Queue<Fault> refusals = [];
    private readonly Dictionary<string, string> byKey = new(StringComparer.Ordinal);

    /// <summary>The wire that a write's answer comes over, where a test gives it headers.</summary>
    public HeadersOnTheWire Wire { get; } = new();

    /// <summary>What is kept in the place of a webhook's body; null: the body.</summary>
    public string? Keeps { get; set; }

    /// <summary>Whether its webhooks bear an event id.</summary>
    public bool NamesEvents { get; init; } = true;

    /// <summary>Runs once, while the next read of a source record is under way.</summary>
    public Func<Task>? DuringRead { get; set; }

    /// <summary>How often a source record was read.</summary>
    public int Reads { get; private set; }

    /// <summary>Every write that reached the target, answered or not.</summary>
    public List<WriteRequest> Sent { get; } = [];

    /// <summary>What every write is answered for which nothing else was said, or null for success.</summary>
    public Fault? Down { get; set; }

    /// <summary>Whether looking a record up at the target is never answered.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How often the target was read back.</summary>
    public int Finds { get; private set; }

    /// <summary>Runs once, between what the next look finds and whoever looks hearing of it.</summary>
    public Action? AfterFind { get; set; }

    /// <summary>The cursors that pages were asked with.</summary>
    public List<string?> Cursors { get; } = [];

    /// <summary>The windows that pages were asked for.</summary>
    public List<(DateTimeOffset From, DateTimeOffset Until)> Windows { get; } = [];

    /// <summary>What was asked for of the list of all records, in order.</summary>
    public List<Listing> Listings { get; } = [];

    /// <summary>How many records are on a page of that list.</summary>
    public int PageSize { get; set; } = 2;

    /// <summary>Runs once, while the next page of that list is asked for.</summary>
    public Func<Task>? DuringList { get; set; }

    /// <summary>What stands in the target, by its own id.</summary>
    public Dictionary<string, TargetRecord> Target { get; } = new(StringComparer.Ordinal);

    /// <summary>What of the target's records can be found by, e.g. <c>number=n1</c>, by its own id.</summary>
    public Dictionary<string, string> Matches { get; } = new(StringComparer.Ordinal);

    /// <summary>What the target was asked by.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Whether a repeated key is recognised; false once keys have been forgotten.</summary>
    public bool KnowsKeys { get; set; } = true;

    /// <summary>Whether a write under a reference that stands already changes that record rather than making another.</summary>
    public bool Upserts { get; set; }

    /// <summary>Until when whatever is stamped is in what is read from here on, seconds; null: the vendor cannot say.</summary>
    public long? CompleteUntil { get; set; }

    public void Holds(string type, string id, string json, long at, SourceList? by = null) =>
        sources[$"{type}/{id}"] = new RecordReading.Found(Encoding.UTF8.GetBytes(json), Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(at)))
        {
            SoByList = by,
        };

    /// <summary>The source's own JSON of a record.</summary>
    public string Held(string type, string id) => Encoding.UTF8.GetString(((RecordReading.Found)sources[$"{type}/{id}"]).Record.Span);

    public void Deletes(string type, string id, long at) =>
        sources[$"{type}/{id}"] = new RecordReading.Deleted(Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(at)));

    /// <summary>The source says that a record was merged into another.</summary>
    public void Merges(string type, string id, string into, long at) =>
        sources[$"{type}/{id}"] = new RecordReading.Merged(into, Marker.At(DateTimeOffset.UnixEpoch.AddSeconds(at)));

    /// <summary>An account's bills are listed so.</summary>
    public void Lists(string account, params Notice[] bills) => sources[$"bills/{account}"] = new RecordReading.Listed(bills);

    public void Loses(string type, string id) => sources.Remove($"{type}/{id}");

    public void ReadsNextAs(Outcome<RecordReading> reading) => readings.Enqueue(reading);

    public void AnswersNextPage(Outcome<ChangePage> page) => pages.Enqueue(page);

    /// <summary>The next write is answered so; <paramref name="commits"/>: and is carried out all the same.</summary>
    public void AnswersNext(Fault fault, bool commits = false, Func<Task>? during = null) =>
        scripts.Enqueue(new Script(fault, commits, during));

    /// <summary>The next write succeeds, after something else has happened.</summary>
    public void SucceedsNextAfter(Func<Task> during) => scripts.Enqueue(new Script(null, Commits: true, during));

    public async Task<Outcome<RecordReading>> ReadAsync(string key)
    {
        Reads++;
        if (readings.TryDequeue(out var scripted))
        {
            return scripted;
        }

        var found = sources.GetValueOrDefault(key) ?? new RecordReading.Missing();
        if (DuringRead is { } during)
        {
            DuringRead = null;
            await during();
        }

        return found is RecordReading.Found record && CompleteUntil is { } until
            ? record with
            {
                CompleteUntil = DateTimeOffset.UnixEpoch.AddSeconds(until),
            }
            : found;
    }

    public Outcome<ChangePage> Page(string? cursor, DateTimeOffset from, DateTimeOffset until)
    {
        Cursors.Add(cursor);
        Windows.Add((from, until));
        return pages.TryDequeue(out var page) ? page : new ChangePage([], null, IsLast: true);
    }

    /// <summary>A record that the vendor lists, as the event that would have told of it.</summary>
    public void ListsRecord(string type, string id, string json, long at)
    {
        Holds(type, id, json, at);
        var body = $$"""{"id":"{{type}}-{{id}}-{{at}}","notices":[{"type":"{{type}}","id":"{{id}}","at":{{at}}}]}""";
        if (!listed.TryGetValue(type, out var all))
        {
            listed[type] = all = [];
        }

        all.Add(new PolledDelivery($"{type}-{id}-{at}", Encoding.UTF8.GetBytes(body)));
    }

    /// <summary>The next page of the list is refused so.</summary>
    public void RefusesNextList(Fault fault) => refusals.Enqueue(fault);

    public async Task<Outcome<ChangePage>> ListAsync(Listing listing)
    {
        Listings.Add(listing);
        if (DuringList is { } during)
        {
            DuringList = null;
            await during();
        }

        if (refusals.TryDequeue(out var fault))
        {
            return fault;
        }

        var all = listed.GetValueOrDefault(listing.Type) ?? [];
        var first = int.Parse(listing.Cursor ?? "0", CultureInfo.InvariantCulture);
        var next = first + PageSize;
        return new ChangePage([.. all.Skip(first).Take(PageSize)], next.ToString(CultureInfo.InvariantCulture), IsLast: next >= all.Count);
    }

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request)
    {
        Sent.Add(request);
        var script = scripts.TryDequeue(out var next) ? next : new Script(Down, Commits: Down is null, null);
        var id = script.Commits ? Commit(request) : null;
        if (script.During is { } during)
        {
            await during();
        }

        return script.Fault is { } fault ? fault : new WriteReceipt(id!);
    }

    public Outcome<Lookup> Find(string reference, string? externalId)
    {
        Finds++;
        var id = externalId ?? Target.Where(pair => pair.Value.Reference == reference).Select(pair => pair.Key).FirstOrDefault();
        Lookup found =
            id is not null && Target.TryGetValue(id, out var record)
                ? new Lookup.Found(id, Encoding.UTF8.GetBytes(record.Body))
                : new Lookup.Absent();
        var after = AfterFind;
        AfterFind = null;
        after?.Invoke();
        return found;
    }

    public Outcome<IReadOnlyList<string>> Match(MatchRequest request)
    {
        Asked.Add($"{request.Field}={request.Value}");
        return Down is { } fault
            ? fault
            : (string[])[.. Matches.Where(pair => pair.Value == $"{request.Field}={request.Value}").Select(pair => pair.Key)];
    }

    private string Commit(WriteRequest request)
    {
        if (KnowsKeys && byKey.TryGetValue(request.Key, out var done))
        {
            return done;
        }

        var standing = Upserts
            ? Target.Where(pair => pair.Value.Reference == request.Reference).Select(pair => pair.Key).FirstOrDefault()
            : null;
        var id = request.ExternalId ?? standing ?? string.Create(CultureInfo.InvariantCulture, $"t-{Target.Count + 1}");
        Target[id] = new TargetRecord(request.Reference, Encoding.UTF8.GetString(request.Body.Span));
        byKey[request.Key] = id;
        return id;
    }

    private sealed record Script(Fault? Fault, bool Commits, Func<Task>? During);
}

/// <summary>A page of the list of all records, as it was asked for.</summary>
internal sealed record Listing(string Type, string? Cursor, DateTimeOffset From, DateTimeOffset Until);

/// <summary>A record as the target keeps it.</summary>
internal sealed record TargetRecord(string Reference, string Body);

/// <summary>A wire over which every answer is empty and bears the headers that a test has set.</summary>
internal sealed class HeadersOnTheWire : HttpMessageHandler
{
    public Dictionary<string, string> Headers { get; } = new(StringComparer.Ordinal);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK);
        foreach (var (name, value) in Headers)
        {
            answer.Headers.Add(name, value);
        }

        return Task.FromResult(answer);
    }
}
