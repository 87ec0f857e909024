using System.Text;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Records;

public sealed class CustomFieldsTests
{
    private static readonly CustomFieldTypes Declared = new(
        new Dictionary<RecordType, IReadOnlyDictionary<string, CustomType>>
        {
            [RecordType.BillingAccount] = new Dictionary<string, CustomType>(StringComparer.Ordinal)
            {
                ["projectCode"] = CustomType.Text,
                ["approvedOn"] = CustomType.Date,
                ["commission"] = CustomType.Money,
                ["seats"] = CustomType.Number,
                ["urgent"] = CustomType.Flag,
            },
        }
    );

    private static readonly Gen<CustomValue> Values = Gen.OneOf(
        Gen.String.Select(text => (CustomValue)new CustomValue.Text(text)),
        Gen.Const((CustomValue)new CustomValue.Text("")),
        Gen.Select(Gen.Long, Gen.Int[0, 9])
            .Select(part => (CustomValue)new CustomValue.Number(new decimal(part.Item1) / Power(part.Item2))),
        Gen.Bool.Select(flag => (CustomValue)new CustomValue.Flag(flag)),
        Gen.Long.Select(minor => (CustomValue)new CustomValue.Amount(new Money(minor, Currency.Of("JPY"))))
    );

    [Fact]
    public void A_record_without_custom_fields_is_written_as_before_there_were_any() =>
        Assert.Equal(
            """{"type":"BillingAccount","number":"1","name":"One","taxStatus":"taxable","active":true,"hasEnded":false,"entity":"us"}""",
            Encoding.UTF8.GetString(CanonicalJson.Write(Account(null)))
        );

    [Fact]
    public void Every_type_has_one_written_form_and_the_names_are_in_order() =>
        Assert.EndsWith(
            """custom":{"approvedOn":"2026-04-01","commission":{"minorUnits":1250,"currency":"USD"},"projectCode":"","seats":1.5,"urgent":false}}""",
            Encoding.UTF8.GetString(
                CanonicalJson.Write(
                    Account(
                        CustomFields.Of([
                            new("urgent", new CustomValue.Flag(false)),
                            new("seats", new CustomValue.Number(1.500m)),
                            new("commission", new CustomValue.Amount(new Money(1250, Currency.Of("USD")))),
                            new("projectCode", new CustomValue.Text("")),
                            new("approvedOn", new CustomValue.Day(new DateOnly(2026, 4, 1))),
                        ])
                    )
                )
            ),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("""{"b":1.50,"a":"x"}""", """{"a":"x","b":1.5}""")]
    [InlineData("""{"a":100}""", """{"a":1e2}""")]
    [InlineData("""{"a":-0.00}""", """{"a":0}""")]
    [InlineData("""{"a":null}""", "null")]
    [InlineData("{}", "null")]
    public void Equal_facts_are_equal_bytes(string one, string other)
    {
        Assert.Equal(Read(one), Read(other));
        Assert.Equal(CanonicalJson.Write(Read(one)), CanonicalJson.Write(Read(other)));
    }

    [Theory]
    [InlineData("""{"a":"x","a":"y"}""")]
    [InlineData("""{"a":["x"]}""")]
    [InlineData("""{"a":{"minorUnits":1}}""")]
    [InlineData("""{"a":{"minorUnits":1,"currency":"XXX"}}""")]
    [InlineData("\"text\"")]
    public void What_is_no_custom_field_is_invalid_with_its_path(string custom) =>
        Assert.StartsWith("$.custom", Assert.IsType<Fault.Invalid>(Reading(custom).Fault).Path, StringComparison.Ordinal);

    [Fact]
    public void Absent_and_empty_are_kept_apart() =>
        Gen.Dictionary(Gen.String[Gen.Char['a', 'z'], 1, 8], Values)[0, 6]
            .Sample(
                values =>
                {
                    var account = Account(CustomFields.Of(values));
                    var read = Read(CanonicalJson.Write(account));

                    Assert.Equal(account, read);
                    Assert.Equal(values.Keys.Order(StringComparer.Ordinal), read.Custom?.All.Select(field => field.Key) ?? []);
                    Assert.Equal(values.Count == 0, read.Custom is null);
                    foreach (var name in values.Keys)
                    {
                        var emptied = new Dictionary<string, CustomValue>(values, StringComparer.Ordinal)
                        {
                            [name] = new CustomValue.Text(""),
                        };
                        var without = values.Where(field => field.Key != name);
                        var (empty, absent) = (Account(CustomFields.Of(emptied)), Account(CustomFields.Of(without)));
                        Assert.NotEqual(CanonicalJson.Write(empty), CanonicalJson.Write(absent));
                        Assert.Equal(new CustomValue.Text(""), Read(CanonicalJson.Write(empty)).Custom![name]);
                        Assert.Null(Read(CanonicalJson.Write(absent)).Custom?[name]);
                    }
                },
                iter: 500
            );

    [Theory]
    [InlineData("""{"approvedOn":"2026-02-30"}""", "custom.approvedOn", "is a date (yyyy-MM-dd)")]
    [InlineData("""{"seats":"5"}""", "custom.seats", "is a number")]
    [InlineData("""{"commission":5}""", "custom.commission", "is money")]
    [InlineData("""{"urgent":"true"}""", "custom.urgent", "is true or false")]
    [InlineData("""{"projectCode":true}""", "custom.projectCode", "is text of at most 4000 characters")]
    [InlineData("""{"project":"x"}""", "custom.project", "a custom field is declared")]
    public void A_field_is_as_it_is_declared(string custom, string path, string rule) =>
        Assert.Equal(new Fault.Invalid(path, rule), Declared.Typed(Read(custom)).Fault);

    [Fact]
    public void A_declared_date_is_a_date_with_the_same_bytes()
    {
        var read = Read("""{"approvedOn":"2026-04-01"}""");
        var typed = Declared.Typed(read).Value;

        Assert.Equal(new CustomValue.Day(new DateOnly(2026, 4, 1)), typed.Custom!["approvedOn"]);
        Assert.Equal(CanonicalJson.Write(read), CanonicalJson.Write(typed));
    }

    private static decimal Power(int digits) => digits == 0 ? 1 : 10 * Power(digits - 1);

    private static Outcome<CanonicalRecord> Reading(string custom) =>
        CanonicalJson.Read(
            RecordType.BillingAccount,
            Encoding.UTF8.GetBytes(
                $$$"""{"number":"1","name":"One","taxStatus":"taxable","active":true,"entity":"us","custom":{{{custom}}}}"""
            )
        );

    private static CanonicalRecord Read(string custom) => Reading(custom).Value;

    private static CanonicalRecord Read(byte[] json) => CanonicalJson.Read(RecordType.BillingAccount, json).Value;

    private static BillingAccount Account(CustomFields? custom) =>
        new()
        {
            Entity = "us",
            Number = "1",
            Name = "One",
            TaxStatus = "taxable",
            Custom = custom,
        };
}
