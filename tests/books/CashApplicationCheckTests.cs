using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Tests.Books;

/// <summary>What the check refuses of <c>cashApplication:</c>, each with its fix.</summary>
public sealed class CashApplicationCheckTests
{
    private const string Asked = "cashApplication:\n      match: remittance";

    [Theory]
    [InlineData(Asked, "cashApplication:\n      match: amount", "payments are not matched by amount. Fix: write match: remittance")]
    [InlineData(Asked, "cashApplication:\n      underpaid: leave", "match is missing. Fix: add match: remittance")]
    [InlineData(Asked, $"{Asked}\n      underpaid: never", "underpaid cannot be never. Fix: use one of apply, leave")]
    [InlineData("wait: 15m", "wait: soon", "wait is not a duration between 1s and 365d")]
    [InlineData("applications: zuora", "amount: zuora", "no target of this route owns what a payment pays")]
    [InlineData("- record: Invoice\n    from: zuora", "- record: Invoice\n    from: stripe", "no route takes invoices from zuora")]
    [InlineData(
        "  - record: Application\n    from: zuora\n    to: [netsuite]\n    gone: inactivate\n",
        "",
        "nothing tells what is paid already of what zuora bills"
    )]
    [InlineData(
        "gone: inactivate\n\n  - record: Refund",
        $"gone: inactivate\n    {Asked}\n\n  - record: Refund",
        "a Application pays nothing"
    )]
    public void A_matching_that_could_not_work_is_refused(string written, string instead, string error)
    {
        var stack = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "stacks", "books.yaml")).ReplaceLineEndings("\n");
        Assert.Contains(written, stack, StringComparison.Ordinal);
        var path = Path.Combine(AppContext.BaseDirectory, "stacks", $"{Path.GetRandomFileName()}.yaml");
        File.WriteAllText(path, stack.Replace(written, instead, StringComparison.Ordinal));
        var (_, errors) = Installation.Load(path, ConnectorKinds.Scan(typeof(VendorHttp).Assembly));

        Assert.Contains(errors, told => told.ToString()!.Contains(error, StringComparison.Ordinal));
    }
}
