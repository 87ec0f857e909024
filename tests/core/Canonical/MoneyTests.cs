using System.Text;
using QtcHub.Canonical;

namespace QtcHub.Tests.Core.Records;

public sealed class MoneyTests
{
    private static readonly Currency Usd = Currency.Of("USD");

    [Theory]
    [InlineData("JPY", 0, "1099", "1099 JPY")]
    [InlineData("USD", 2, "10.99", "10.99 USD")]
    [InlineData("KWD", 3, "1.099", "1.099 KWD")]
    public void Minor_units_are_worth_what_the_currency_says(string code, int exponent, string major, string text)
    {
        var money = new Money(1099, Currency.Of(code));

        Assert.Equal(exponent, money.Currency.Exponent);
        Assert.Equal(decimal.Parse(major, System.Globalization.CultureInfo.InvariantCulture), money.Major);
        Assert.Equal(text, money.ToString());
    }

    [Theory]
    [InlineData("usd")]
    [InlineData("XXX")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_currency_is_found_nowhere(string? code)
    {
        Assert.False(Currency.TryParse(code, out _));
        Assert.Throws<InvariantException>(() => Currency.Of(code!));
    }

    [Fact]
    public void Arithmetic_is_exact_and_an_overflow_is_a_bug()
    {
        Assert.Equal(new Money(30, Usd), new Money(10, Usd) + new Money(20, Usd));
        Assert.Equal(new Money(-10, Usd), new Money(10, Usd) - new Money(20, Usd));
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Usd) + new Money(1, Usd));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, Usd) - new Money(1, Usd));
    }

    [Fact]
    public void Two_currencies_do_not_add_up()
    {
        Assert.Throws<InvariantException>(() => new Money(1, Usd) + new Money(1, Currency.Of("EUR")));
        Assert.Throws<InvariantException>(() => new Money(1, Usd) - new Money(1, Currency.Of("EUR")));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        var one = Bill(new Money(1000, Usd));
        var bytes = CanonicalJson.Write(one);
        var read = CanonicalJson.Read(RecordType.Invoice, bytes).Value;

        Assert.Equal(bytes, CanonicalJson.Write(Bill(new Money(1000, Usd))));
        Assert.Equal(bytes, CanonicalJson.Write(read));
        Assert.NotEqual(CanonicalJson.HashOf(bytes), CanonicalJson.HashOf(CanonicalJson.Write(Bill(new Money(1001, Usd)))));
        Assert.DoesNotContain("null", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_of_what_was_read_does_not_matter()
    {
        const string one = """{"entity":"us","number":"1","name":"Acme","taxStatus":"taxable"}""";
        const string other = """{ "taxStatus":"taxable", "name":"Acme", "number":"1", "phone":null, "entity":"us" }""";

        Assert.Equal(Written(one), Written(other));
    }

    [Theory]
    [InlineData("""{"entity":"us","number":"1","name":"Acme"}""")]
    [InlineData("""{"entity":"us","number":1,"name":"Acme","taxStatus":"taxable"}""")]
    [InlineData("""{"entity":"us","number":"1","name":"Acme","taxStatus":"taxable","currency":"usd"}""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_does_not_have_the_shape_is_a_fault_and_not_an_exception(string json) =>
        Assert.IsType<Fault.Invalid>(CanonicalJson.Read(RecordType.BillingAccount, Encoding.UTF8.GetBytes(json)).Fault);

    [Fact]
    public void An_invoice_whose_parts_do_not_add_up_is_refused()
    {
        Assert.Null(Bill(new Money(1000, Usd)).Validate());
        Assert.Equal("total", (Bill(new Money(1000, Usd)) with { Total = new Money(999, Usd) }).Validate()!.Path);
        Assert.Equal("currency", (Bill(new Money(1000, Usd)) with { Tax = new Money(0, Currency.Of("EUR")) }).Validate()!.Path);
        Assert.Equal("number", (Bill(new Money(1000, Usd)) with { Number = " " }).Validate()!.Path);
    }

    private static byte[] Written(string json) =>
        CanonicalJson.Write(CanonicalJson.Read(RecordType.BillingAccount, Encoding.UTF8.GetBytes(json)).Value);

    private static Invoice Bill(Money total) =>
        new()
        {
            Entity = "us",
            Number = "1",
            Account = new CanonicalId("acc_0123456789012345678901"),
            IssuedOn = new DateOnly(2026, 3, 1),
            Currency = Usd,
            Lines =
            [
                new InvoiceLine
                {
                    Id = "l1",
                    Description = "Plan",
                    Quantity = 1m,
                    Amount = total,
                },
            ],
            Tax = Money.Zero(Usd),
            Total = total,
            Status = "open",
        };
}
