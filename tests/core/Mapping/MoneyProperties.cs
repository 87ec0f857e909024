using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

/// <summary>Amounts against an oracle of unlimited whole numbers.</summary>
public sealed class MoneyProperties
{
    private const string Account = "acc_AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
        Resolved = new Dictionary<Reference, string>
        {
            [new Reference(RecordType.BillingAccount, "cus_1")] = Account,
            [new Reference(RecordType.BillingAccount, Account)] = "57",
            [new Reference(RecordType.Invoice, "in_1")] = "inv_1",
            [new Reference(RecordType.Invoice, "inv_1")] = "901",
        },
    };

    // Code, ISO digits, the vendor's digits: written here by hand, not taken from the code under test.
    private static readonly (string Code, int Iso, int Vendor)[] Known =
    [
        ("USD", 2, 2),
        ("EUR", 2, 2),
        ("JPY", 0, 0),
        ("KWD", 3, 3),
        ("ISK", 0, 2),
        ("UGX", 0, 2),
        ("MGA", 2, 0),
    ];

    private static readonly Gen<(string Code, int Iso, int Vendor)> Currencies = Gen.Int[0, Known.Length - 1].Select(at => Known[at]);

    private static readonly Gen<long> Amounts = Gen.OneOf(
        Gen.Long[-1_000_000, 1_000_000],
        Gen.Long,
        Gen.Int[0, 5].Select(at => new[] { long.MaxValue, long.MinValue, long.MaxValue - 1, 0, 1, -1 }[at])
    );

    private static readonly CompiledMapping Totals = MappingCatalog
        .Compile([
            new MappingFile("totals.yaml", "mapping: Invoice -> books.bill\nfields:\n  total: sum(lines.amount) | minus(tax) | major\n"),
        ])
        .Catalog.Mappings.Single();

    private static readonly CompiledMapping UnitPrices = MappingCatalog
        .Compile([
            new MappingFile(
                "product.yaml",
                """
                mapping: shop.product -> Product
                fields:
                  entity: $entity
                  sku: 'SKU'
                  name: 'Product'
                  prices:
                    - id: 'price'
                      currency: currency
                      model: 'per-unit'
                      amount: price | decimal | minor-to-major(currency, digits)
                      period: 'once'
                      timing: 'advance'

                """
            ),
            new MappingFile("digits.yaml", "lookup: digits\nvalues:\n  ISK: 2\n  UGX: 2\n  MGA: 0\n"),
        ])
        .Catalog.Mappings.Single();

    [Fact]
    public void A_sum_is_exact_or_refused_and_never_wraps() =>
        Gen.Select(Currencies, Amounts.Array[1, 12], Amounts)
            .Sample(
                (currency, lines, tax) =>
                {
                    var outcome = Totals.Map(Record(currency.Code, lines, tax), Context);

                    var (total, fits) = Sum(lines, tax);
                    if (outcome.Fault is { } fault)
                    {
                        Assert.False(fits);
                        Assert.Equal(new Fault.MappingFailed("total", "the amount is too large"), fault);
                    }
                    else
                    {
                        Assert.True(fits);
                        Assert.Equal($$"""{"total":{{Major(total, currency.Iso)}}}""", Encoding.UTF8.GetString(outcome.Value.Span));
                    }
                },
                iter: 2_000
            );

    [Fact]
    public void A_vendor_s_own_digits_become_ISO_digits_exactly_or_not_at_all() =>
        Gen.Select(Currencies, Amounts)
            .Sample(
                (currency, amount) =>
                {
                    var outcome = Shipped("stripe.invoice").Map(VendorInvoice(currency.Code, amount), Context);

                    var units = new BigInteger(amount) * BigInteger.Pow(10, currency.Iso);
                    var scale = BigInteger.Pow(10, currency.Vendor);
                    var whole = BigInteger.DivRem(units, scale, out var rest);
                    var fits = rest.IsZero && BigInteger.Abs(whole) <= long.MaxValue;
                    Assert.Equal(fits, outcome.Fault is null);
                    if (fits)
                    {
                        using var document = JsonDocument.Parse(outcome.Value);
                        Assert.Equal(
                            whole.ToString(CultureInfo.InvariantCulture),
                            document.RootElement.GetProperty("total").GetProperty("minorUnits").GetRawText()
                        );
                    }
                },
                iter: 2_000
            );

    [Fact]
    public void A_unit_price_in_parts_of_a_minor_unit_becomes_major_units_with_every_digit_or_not_at_all() =>
        Gen.Select(Currencies, Gen.Int[0, 9].Array[1, 26], Gen.Int[0, 26], Gen.Bool)
            .Sample(
                (currency, digits, decimals, isNegative) =>
                {
                    var unscaled = BigInteger.Parse(string.Concat(digits), CultureInfo.InvariantCulture) * (isNegative ? -1 : 1);
                    var price = Major(unscaled, decimals);
                    var outcome = UnitPrices.Map(
                        Encoding.UTF8.GetBytes($$"""{"price":"{{price}}","currency":"{{currency.Code}}"}"""),
                        Context
                    );

                    // A decimal carries 28 digits behind the point; what reaches further has to end in zeros.
                    var scale = decimals + currency.Vendor;
                    var lost = BigInteger.Pow(10, Math.Max(0, scale - 28));
                    var fits = unscaled % lost == 0;
                    Assert.Equal(fits, outcome.Fault is null);
                    if (fits)
                    {
                        using var document = JsonDocument.Parse(outcome.Value);
                        var written = document.RootElement.GetProperty("prices")[0].GetProperty("amount").GetRawText();
                        Assert.Equal(Plain(Major(unscaled, scale)), Plain(written));
                    }
                },
                iter: 5_000
            );

    [Fact]
    public void What_a_payment_applies_arrives_to_the_cent() =>
        Gen.Select(
                Currencies.Where(currency => currency.Iso == currency.Vendor && currency.Code != "UGX"),
                Gen.Long[1, 9_000_000_000_000_000].Array[0, 8]
            )
            .Sample(
                (currency, applied) =>
                {
                    var canonical = Shipped("stripe.payment_intent").Map(VendorPayment(currency.Code, applied), Context).Value;
                    var written = Shipped("Payment -> netsuite.customerPayment").Map(canonical, Context).Value;

                    using var document = JsonDocument.Parse(written);
                    var items = document.RootElement.GetProperty("apply").GetProperty("items").EnumerateArray();
                    Assert.Equal(
                        applied.Select(amount => Major(amount, currency.Iso)),
                        items.Select(item => item.GetProperty("amount").GetRawText())
                    );
                    Assert.Equal(
                        Major(applied.Aggregate(BigInteger.One, (sum, amount) => sum + amount), currency.Iso),
                        document.RootElement.GetProperty("payment").GetRawText()
                    );
                },
                iter: 500
            );

    /// <summary>Without zeros that say nothing.</summary>
    private static string Plain(string number) =>
        number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    private static CompiledMapping Shipped(string name) => Assert.Single(MappingFolder.Catalog.Named(name));

    private static (BigInteger Total, bool Fits) Sum(IReadOnlyList<long> lines, long tax)
    {
        BigInteger total = lines[0];
        var fits = true;
        foreach (var next in lines.Skip(1).Select(line => new BigInteger(line)).Append(-new BigInteger(tax)))
        {
            total += next;
            fits &= BigInteger.Abs(total) <= long.MaxValue;
        }

        return (total, fits);
    }

    private static string Major(BigInteger minor, int digits)
    {
        var text = BigInteger.Abs(minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return (minor.Sign < 0 ? "-" : "") + (digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}");
    }

    private static byte[] Record(string currency, IReadOnlyList<long> lines, long tax) =>
        Encoding.UTF8.GetBytes(
            $$"""{"lines":[{{string.Join(',', lines.Select(line => $"{{\"amount\":{Money(line, currency)}}}"))}}],"tax":{{Money(tax, currency)}} }"""
        );

    private static string Money(long minor, string currency) => $$"""{"minorUnits":{{minor}},"currency":"{{currency}}"}""";

    private static byte[] VendorInvoice(string currency, long total) =>
        Encoding.UTF8.GetBytes(
            $$$"""{"id":"in_1","customer":"cus_1","currency":"{{{currency.ToLowerInvariant()}}}","created":1767225600,"status":"open","lines":{"data":[]},"total":{{{total}}}}"""
        );

    private static byte[] VendorPayment(string currency, IReadOnlyList<long> applied)
    {
        var items = applied.Select(amount =>
            $$$"""{"invoice":"in_1","amount_paid":{{{amount}}},"status":"paid","status_transitions":{"paid_at":1767225600}}"""
        );
        var received = applied.Aggregate(BigInteger.One, (sum, amount) => sum + amount);
        return Encoding.UTF8.GetBytes(
            $$$"""{"id":"pi_1","customer":"cus_1","amount":1,"amount_received":{{{received}}},"currency":"{{{currency.ToLowerInvariant()}}}","created":1767225600,"status":"succeeded","payment_method_types":["card"],"invoice_payments":{"data":[{{{string.Join(',', items)}}}]}}"""
        );
    }
}
