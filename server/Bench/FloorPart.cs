using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace QtcHub.Server.Bench;

/// <summary>
/// The floor: what no hub of this durability can go under. Straight-line code that checks the signature, writes the rows and bytes that the hub
/// was recorded to write, in the same transactions, and makes the same two calls. It decides nothing and reads nothing.
/// </summary>
internal sealed class FloorPart : IBenchServer
{
    private const int CallsPerTarget = 64;
    private readonly PartSpec spec;
    private readonly BenchInstallation installation;
    private readonly CommitShape shape;
    private readonly FloorStore store;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseCookies = false });
    private readonly Channel<FloorEvent> intake = Channel.CreateUnbounded<FloorEvent>();
    private readonly Channel<FloorEvent>[] lanes;
    private readonly byte[][] requests;
    private WebApplication? app;
    private long waiting;

    private FloorPart(PartSpec spec)
    {
        this.spec = spec;
        installation = BenchInstallation.Load(spec.Targets);
        shape = JsonSerializer.Deserialize(File.ReadAllText(spec.Shape!), BenchJson.Default.CommitShape)!;
        store = new FloorStore(spec.Data!, shape.Schema);
        lanes = [.. shape.Lanes.Select(_ => Channel.CreateUnbounded<FloorEvent>())];
        requests =
        [
            .. shape.Lanes.Select(lane =>
                lane.Before.SelectMany(commit => commit.Rows).First(row => row.Key.StartsWith("request/", StringComparison.Ordinal)).Body
            ),
        ];
    }

    public static async Task<FloorPart> StartAsync(PartSpec spec, CancellationToken cancellationToken)
    {
        var part = new FloorPart(spec);
        if (!spec.Paused)
        {
            part.Work();
        }

        part.app = await BareServer.StartAsync(spec.Url, part.AnswerAsync, cancellationToken);
        return part;
    }

    public Task<long> ProgressAsync(CancellationToken cancellationToken) => Task.FromResult(Interlocked.Read(ref waiting));

    public Task<PartStats> StatsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(
            Tables.Count(Path.Combine(spec.Data!, "hub.db")) with
            {
                Commits = store.Commits,
                Transactions = store.Transactions,
            }
        );

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        store.Dispose();
        client.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = await BareServer.BodyAsync(http);
        var source = installation.Source;
        if (!source.Check(body, http.Request.Headers[source.SignatureHeader].ToString(), BenchTraffic.Secret))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var one = Named(shape, BenchTraffic.IndexIn(body) ?? throw new InvariantException("every event is marked"));
        foreach (var commit in shape.Receive)
        {
            await store.WriteAsync(commit, one, body);
        }

        Interlocked.Add(ref waiting, lanes.Length);
        intake.Writer.TryWrite(one);
        await http.Response.WriteAsync("""{"delivery":"billing:evt_bench-00000000","result":"accepted"}""", http.RequestAborted);
    }

    /// <summary>An event by its index; its record has an id as random as the hub's.</summary>
    public static FloorEvent Named(CommitShape shape, int index)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(BenchTraffic.MarkOf(index)));
        var record = string.Concat(shape.Record.AsSpan(0, 4), Convert.ToHexStringLower(hash).AsSpan(0, shape.Record.Length - 4));
        return new FloorEvent(index, shape.Record, record);
    }

    private void Work()
    {
        for (var worker = 0; worker < CallsPerTarget; worker++)
        {
            _ = TakeInAsync();
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                _ = DeliverAsync(lane);
            }
        }
    }

    private async Task TakeInAsync()
    {
        await foreach (var one in intake.Reader.ReadAllAsync())
        {
            foreach (var commit in shape.Intake)
            {
                await store.WriteAsync(commit, one);
            }

            await CompleteAsync(shape.Receive, one);
            foreach (var lane in lanes)
            {
                lane.Writer.TryWrite(one);
            }
        }
    }

    private async Task DeliverAsync(int number)
    {
        var lane = shape.Lanes[number];
        await foreach (var one in lanes[number].Reader.ReadAllAsync())
        {
            foreach (var commit in lane.Before)
            {
                await store.WriteAsync(commit, one);
            }

            await CallAsync(number, one);
            foreach (var commit in lane.After)
            {
                await store.WriteAsync(commit, one);
            }

            var own = shape
                .Intake.SelectMany(commit => commit.Work)
                .Where(work => work.Share.EndsWith(lane.Target, StringComparison.Ordinal));
            foreach (var work in own.Concat(lane.After.SelectMany(commit => commit.Work)))
            {
                await store.CompleteAsync(work, one);
            }

            Interlocked.Decrement(ref waiting);
        }
    }

    private async Task CompleteAsync(IReadOnlyList<ShapedCommit> commits, FloorEvent one)
    {
        foreach (var work in commits.SelectMany(commit => commit.Work))
        {
            await store.CompleteAsync(work, one);
        }
    }

    /// <summary>The bytes of the recorded request with this event's mark, signed with a header as long as the hub's.</summary>
    private async Task CallAsync(int number, FloorEvent one)
    {
        var body = Encoding.UTF8.GetBytes(one.Rename(Encoding.UTF8.GetString(requests[number])));
        using var request = new HttpRequestMessage(
            HttpMethod.Put,
            new Uri(spec.Targets[number], $"/services/rest/record/v1/customer/eid:{one.Record}")
        );
        request.Headers.TryAddWithoutValidation("Authorization", AuthorizationHeader);
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await client.SendAsync(request);
        Invariant.Holds(response.IsSuccessStatusCode, "the benchmark's targets take every write");
    }

    private static readonly string AuthorizationHeader = $"OAuth {new string('x', 360)}";
}
