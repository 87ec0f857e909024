using QtcHub.Connectors;
using QtcHub.Hosting;

namespace QtcHub.Tests.Books;

/// <summary>What the check refuses of <c>cashApplication:</c>, each with its fix.</summary>
public sealed class CashApplicationCheckTests
{
    private const string Asked = "cashApplication:\n      match: remittance";
    private const string ShortPay = "shortPay: {tolerance: {USD: 5.00, EUR: 5.00, JPY: 500}, percent: 1, reason: bank-fees}";

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
    [InlineData(
        ShortPay,
        "shortPay: {tolerance: {USD: 5.00}, percent: 100, reason: bank-fees}",
        "a tolerance of 100 percent would hide a whole invoice. Fix: write less than 100, e.g. percent: 1"
    )]
    [InlineData(
        ShortPay,
        "shortPay: {tolerance: {USD: 5.00}, reason: bank-fees}",
        "a tolerance without a percentage would hide a whole invoice. Fix: add percent: 1"
    )]
    [InlineData(ShortPay, "shortPay: {tolerance: {USD: 5.00}, percent: 0, reason: x}", "percent is not a number above 0")]
    [InlineData(ShortPay, "shortPay: {percent: 1, reason: x}", "there is no tolerance")]
    [InlineData(ShortPay, "shortPay: {tolerance: {USD: 5.00}, percent: 1}", "reason is missing")]
    [InlineData(
        ShortPay,
        "shortPay: {tolerance: {JPY: 5.5}, percent: 1, reason: x}",
        "this is no amount of JPY. Fix: write an amount above 0 with 0 decimals at most"
    )]
    [InlineData(ShortPay, "shortPay: {tolerance: {USD: -5}, percent: 1, reason: x}", "this is no amount of USD")]
    [InlineData(ShortPay, "shortPay: {tolerance: {XYZ: 5}, percent: 1, reason: x}", "XYZ is not an ISO 4217 currency")]
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
