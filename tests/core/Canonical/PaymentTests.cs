using QtcHub.Canonical;

namespace QtcHub.Tests.Core.Records;

public sealed class PaymentTests
{
    private static readonly CanonicalId One = new("inv_0123456789012345678901");
    private static readonly CanonicalId Other = new("inv_1123456789012345678901");

    [Fact]
    public void Applications_to_one_invoice_become_their_sum_on_the_latest_day()
    {
        var payment = (Payment)PaymentOf(Applied(One, 700, 5), Applied(Other, 100, 4), Applied(One, 200, 3)).Normalize();

        Assert.Equal([Applied(One, 900, 5), Applied(Other, 100, 4)], payment.Applications!);
    }

    [Fact]
    public void More_may_not_be_applied_than_was_received()
    {
        Assert.Null(PaymentOf(Applied(One, 700, 5), Applied(One, 300, 5)).Validate());
        Assert.Equal("applications", PaymentOf(Applied(One, 700, 5), Applied(One, 301, 5)).Validate()?.Path);
    }

    [Fact]
    public void Applications_that_are_records_of_their_own_are_absent_which_is_not_the_same_as_none()
    {
        var apart = PaymentOf() with { Applications = null };

        Assert.Null(apart.Validate());
        Assert.Equal(Written(apart), Written(apart.Normalize()));
        Assert.DoesNotContain("applications", Written(apart), StringComparison.Ordinal);
        Assert.Contains("\"applications\":[]", Written(PaymentOf()), StringComparison.Ordinal);
        Assert.Null(((Payment)CanonicalJson.Read(RecordType.Payment, CanonicalJson.Write(apart)).Value).Applications);
        Assert.Empty(((Payment)CanonicalJson.Read(RecordType.Payment, CanonicalJson.Write(PaymentOf())).Value).Applications!);
    }

    [Theory]
    [InlineData("""{"minorUnits":1000}""")]
    [InlineData("""{"currency":"USD"}""")]
    [InlineData("{}")]
    public void Amount_that_lacks_a_part_of_itself_is_refused_and_not_read_as_nothing(string amount)
    {
        var whole = Written(PaymentOf());
        const string written = """{"minorUnits":1000,"currency":"USD"}""";
        Assert.Contains(written, whole, StringComparison.Ordinal);

        var read = CanonicalJson.Read(
            RecordType.Payment,
            System.Text.Encoding.UTF8.GetBytes(whole.Replace(written, amount, StringComparison.Ordinal))
        );

        Assert.StartsWith("$", Assert.IsType<Fault.Invalid>(read.Fault).Path, StringComparison.Ordinal);
    }

    private static string Written(CanonicalRecord record) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(record));

    private static PaymentApplication Applied(CanonicalId invoice, long cents, int day) =>
        new()
        {
            Invoice = invoice,
            Amount = new Money(cents, Currency.Of("USD")),
            AppliedOn = new DateOnly(2026, 3, day),
        };

    private static Payment PaymentOf(params PaymentApplication[] applications) =>
        new()
        {
            Entity = "us",
            Account = new CanonicalId("acc_0123456789012345678901"),
            Amount = new Money(1000, Currency.Of("USD")),
            ReceivedOn = new DateOnly(2026, 3, 1),
            Method = "card",
            ProcessorReference = "pi_1",
            Status = "succeeded",
            Applications = applications,
        };
}
