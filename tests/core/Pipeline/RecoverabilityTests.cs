using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class RecoverabilityTests
{
    private static readonly PolicyOptions Holding = new()
    {
        Attempts = 4,
        RetryFirst = TimeSpan.FromSeconds(2),
        RetryMost = TimeSpan.FromSeconds(10),
    };

    private static readonly PolicyOptions Moving = Holding with { PostClosedInOpenPeriod = true };

    public static TheoryData<Fault, int, bool, Disposition> Table { get; } =
        new()
        {
            { new Fault.Transient("x"), 1, false, new Disposition.Retry(TimeSpan.FromSeconds(2)) },
            { new Fault.Transient("x"), 2, false, new Disposition.Retry(TimeSpan.FromSeconds(4)) },
            { new Fault.Transient("x"), 3, true, new Disposition.Retry(TimeSpan.FromSeconds(8)) },
            { new Fault.Transient("x"), 4, false, new Disposition.DeadLetter() },
            { new Fault.Transient("x"), 5, false, new Disposition.DeadLetter() },
            { new Fault.RateLimited(TimeSpan.FromSeconds(7), "x"), 1, false, new Disposition.WaitForQuota(TimeSpan.FromSeconds(7)) },
            { new Fault.RateLimited(null, "x"), 99, false, new Disposition.WaitForQuota(TimeSpan.FromSeconds(5)) },
            { new Fault.Unavailable("x"), 1, false, new Disposition.OpenCircuit() },
            { new Fault.Unavailable("x"), 99, false, new Disposition.OpenCircuit() },
            { new Fault.Unauthorized("x"), 1, false, new Disposition.PauseSystem() },
            { new Fault.Unauthorized("x"), 99, false, new Disposition.PauseSystem() },
            { new Fault.NotYet("x"), 1, false, new Disposition.LookAgain() },
            { new Fault.NotYet("x"), 99, false, new Disposition.LookAgain() },
            { new Fault.Ambiguous("x"), 1, false, new Disposition.ReadBack() },
            { new Fault.Ambiguous("x"), 99, false, new Disposition.ReadBack() },
            { new Fault.MissingReference(RecordType.Invoice, "i"), 1, false, new Disposition.Park(RecordType.Invoice, "i") },
            { new Fault.MissingReference(RecordType.Invoice, "i"), 99, false, new Disposition.Park(RecordType.Invoice, "i") },
            { new Fault.Conflict("x"), 3, false, new Disposition.Reload() },
            { new Fault.Conflict("x"), 4, false, new Disposition.DeadLetter() },
            { new Fault.ClosedPeriod("2026-01", "77"), 1, false, new Disposition.Hold("the accounting period 2026-01 is closed") },
            { new Fault.ClosedPeriod("2026-01", "77"), 99, true, new Disposition.PostInPeriod("77") },
            { new Fault.ClosedPeriod("2026-01", null), 1, true, new Disposition.Hold("the accounting period 2026-01 is closed") },
            { new Fault.Rejected("c", "t"), 1, false, new Disposition.DeadLetter() },
            { new Fault.Rejected("c", "t"), 99, true, new Disposition.DeadLetter() },
            { new Fault.PostedDocumentChanged("total"), 1, false, new Disposition.DeadLetter() },
            { new Fault.MappingFailed("p", "r"), 1, false, new Disposition.DeadLetter() },
            { new Fault.Invalid("p", "r"), 1, true, new Disposition.DeadLetter() },
        };

    [Theory]
    [MemberData(nameof(Table))]
    public void Every_fault_has_its_disposition(Fault fault, int attempt, bool movesClosed, Disposition disposition) =>
        Assert.Equal(disposition, Recoverability.Decide(fault, attempt, movesClosed ? Moving : Holding));

    [Fact]
    public void The_table_has_every_fault_and_every_disposition()
    {
        Assert.Equal(
            Cases(typeof(Fault)),
            Table.Select(row => row.Data.Item1.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
        Assert.Equal(
            Cases(typeof(Disposition)),
            Table.Select(row => row.Data.Item4.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 10)]
    [InlineData(5, 10)]
    [InlineData(1_000_000, 10)]
    public void Waits_double_up_to_the_cap(int attempt, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Recoverability.BackOff(attempt, Holding));

    [Fact]
    public void Jitter_takes_away_at_most_half_and_adds_nothing()
    {
        var random = new Random(1);
        var waits = Enumerable.Range(0, 5000).Select(_ => Recoverability.Jittered(TimeSpan.FromSeconds(10), random)).ToList();

        Assert.InRange(waits.Min(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.1));
        Assert.InRange(waits.Max(), TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(10));
    }

    private static IEnumerable<string> Cases(Type set) =>
        set.GetNestedTypes().Where(nested => nested.IsSubclassOf(set)).Select(nested => nested.Name).Order(StringComparer.Ordinal);
}
