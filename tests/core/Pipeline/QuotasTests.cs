using Microsoft.Extensions.Time.Testing;
using QtcHub.Connectors;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class QuotasTests
{
    private readonly Quotas quotas = new(new FakeTimeProvider());

    [Fact]
    public void Each_allowance_of_each_system_is_kept_by_itself_and_each_by_its_last_word()
    {
        quotas.Hear("books", Left("day", 9));
        quotas.Hear("books", Left("minute", 8));
        quotas.Hear("crm", Left("day", 7));
        quotas.Hear("books", Left("day", 6));

        Assert.Equal([("books", Left("day", 6)), ("books", Left("minute", 8)), ("crm", Left("day", 7))], quotas.Left());
    }

    private static Quota Left(string name, long left) => new(name, left, Limit: null, Until: null);
}
