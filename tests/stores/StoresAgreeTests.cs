using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using QtcHub.Ledger;
using QtcHub.Stores.Memory;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Tests.Stores;

/// <summary>The same random life in every store gives the same answers.</summary>
public sealed class StoresAgreeTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_calls_have_the_same_answers_in_both_stores(int seed)
    {
        using var folder = new DataFolder();
        var clock = new FakeTimeProvider(Start);
        var memory = new MemoryStore(clock);
        await using var sqlite = SqliteStore.Open(folder.Path, clock);
        var one = new RandomLife(memory, memory, new Random(seed), clock);
        var other = new RandomLife(sqlite, sqlite, new Random(seed), clock);
        var conflicts = 0;
        for (var step = 0; step < 150; step++)
        {
            var (expected, actual) = (await one.StepAsync(), await other.StepAsync());
            Assert.True(expected == actual, $"seed {seed}, step {step}:\nmemory: {expected}\nsqlite: {actual}");
            conflicts += expected.Contains("Conflict", StringComparison.Ordinal) ? 1 : 0;
            clock.Advance(TimeSpan.FromSeconds(7));
        }

        Assert.Equal(await one.EverythingAsync(), await other.EverythingAsync());
        Assert.InRange(conflicts, 1, 100);
    }

    private sealed class RandomLife(IHubStore store, IWorkQueue queue, Random random, FakeTimeProvider clock)
    {
        private static readonly string[] Keys = ["a", "a|1", "a|10", "a|é", "a|\uFFFD", "a|😀", "b"];
        private static readonly string[] Kinds = ["lane", "", "récord"];
        private static readonly string[] States = ["", "due", "parked", "\uE000", "😀"];
        private readonly List<TakenWork> taken = [];

        public async Task<string> StepAsync() =>
            random.Next(10) switch
            {
                < 4 => await CommitAsync(),
                4 => await TakeAsync(),
                5 => await SettleAsync(),
                6 => await ListAsync(Pick(["lane", "récord"]), random.Next(2) == 0 ? null : Pick(States)),
                7 => await ReadAsync(AnyHome()),
                8 => string.Join(';', await store.CountAsync(default)),
                _ => $"{await queue.LengthAsync(default)} {Show(await queue.NextDueAsync(AnyShare(), default))}",
            };

        public async Task<string> EverythingAsync()
        {
            var text = new StringBuilder(string.Join(';', await store.CountAsync(default)));
            foreach (var kind in Kinds.Where(kind => kind.Length > 0))
            {
                text.AppendLine(await ListAsync(kind, null));
            }

            foreach (var share in new[] { "to-erp", "to-crm" })
            {
                text.AppendLine(Show(await queue.TakeAsync(share, 100, Start.AddYears(1), TimeSpan.FromDays(1), default)));
            }

            return text.ToString();
        }

        private async Task<string> ReadAsync(Home home)
        {
            var one = await store.ReadAsync(home, Pick(Keys), default);
            return $"{Show(one is null ? [] : [one])} of {Show(await store.ReadManyAsync(home, Pick(Keys), random.Next(1, 5), default))}";
        }

        private async Task<string> CommitAsync()
        {
            var home = AnyHome();
            var changes = new List<Change>();
            foreach (var key in Keys.OrderBy(_ => random.Next()).Take(random.Next(0, 4)))
            {
                changes.Add(await ChangeAsync(home, key));
            }

            var work = Enumerable.Range(0, random.Next(changes.Count == 0 ? 1 : 0, 3)).Select(_ => new ScheduledWork(AnyLane(), AnyTime()));
            var commit = new Commit(home, [.. changes], [.. work]);
            return $"{commit.Changes.Length}+{commit.Work.Length}: {await store.CommitAsync(commit, default)}";
        }

        private async Task<Change> ChangeAsync(Home home, string key)
        {
            var version = (await store.ReadAsync(home, key, default))?.Version;
            var stale = random.Next(12) == 0 ? 1 : 0;
            var row = new Row(key, Pick(Kinds), Pick(States), Encoding.UTF8.GetBytes($"{random.Next()}"));
            return (version, random.Next(4)) switch
            {
                (null, _) when stale == 0 => new Change.Insert(row),
                (_, 0) => new Change.Delete(key, (version ?? 0) + stale),
                _ => new Change.Replace(row, (version ?? 0) + stale),
            };
        }

        private async Task<string> TakeAsync()
        {
            var works = await queue.TakeAsync(
                AnyShare(),
                random.Next(1, 4),
                clock.GetUtcNow(),
                TimeSpan.FromSeconds(random.Next(5, 90)),
                default
            );
            taken.AddRange(works);
            return Show(works);
        }

        private async Task<string> SettleAsync()
        {
            if (taken.Count == 0)
            {
                return "nothing taken";
            }

            // Some are settled twice, and with tickets that are void by now.
            var work = taken[random.Next(taken.Count)];
            if (random.Next(2) == 0)
            {
                await queue.CompleteAsync(work, default);
            }
            else
            {
                await queue.PostponeAsync(work, AnyTime(), default);
            }

            return Show([work]);
        }

        private async Task<string> ListAsync(string kind, string? state)
        {
            var text = new StringBuilder($"{kind}/{state}: ");
            string? continuation = null;
            var limit = random.Next(1, 6);
            do
            {
                var page = await store.ListAsync(kind, state, continuation, limit, default);
                text.AppendJoin(' ', page.Rows.Select(row => row.Home + Show([row.Row]))).Append(" | ");
                continuation = page.Continuation;
            } while (continuation is not null);

            return text.ToString();
        }

        private Home AnyHome() => Home.OfJob(Pick(["x", "y", "y1"]));

        private string AnyShare() => Pick(["to-erp", "to-crm"]);

        private WorkItem AnyLane() => new WorkItem.OfLane(new LaneId(new($"acc_{random.Next(6)}"), Pick(["erp", "crm"]), "main"));

        private DateTimeOffset AnyTime() => clock.GetUtcNow().AddSeconds(random.Next(-60, 120));

        private T Pick<T>(T[] from) => from[random.Next(from.Length)];

        private static string Show(IReadOnlyList<Row> rows) =>
            string.Join(
                ' ',
                rows.Select(row => $"{row.Key}:{row.Kind}:{row.State}:{row.Version}:{Encoding.UTF8.GetString(row.Body.Span)}")
            );

        // Each store counts its tickets from a number of its own.
        private static string Show(IReadOnlyList<TakenWork> works) =>
            string.Join(' ', works.Select(work => $"{work.Item.Id} {work.Attempt} {Show(work.Since)}"));

        private static string Show(DateTimeOffset? at) => at?.UtcTicks.ToString(CultureInfo.InvariantCulture) ?? "never";
    }
}
