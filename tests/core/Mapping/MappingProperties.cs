using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class MappingProperties
{
    private const string Account = "acc_AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly MappingContext Context = new()
    {
        Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.FindSystemTimeZoneById("America/New_York")),
        Resolved = new Dictionary<Reference, string>
        {
            [new Reference(RecordType.BillingAccount, "cus_1")] = Account,
            [new Reference(RecordType.BillingAccount, Account)] = "57",
        },
    };

    // Code, digits of the vendor's minor unit: written here by hand, not taken from the code under test.
    private static readonly (string Code, int Digits)[] Known = [("usd", 2), ("eur", 2), ("gbp", 2), ("jpy", 0), ("kwd", 3)];

    private static readonly Gen<(string Code, int Digits)> Currencies = Gen.Int[0, Known.Length - 1].Select(at => Known[at]);

    [Fact]
    public void A_cent_is_never_lost_between_the_two_systems() =>
        Gen.Select(Currencies, Gen.Long[-9_000_000_000_000_000, 9_000_000_000_000_000].Array[1, 20], Gen.Long[0, 1_000_000])
            .Sample(
                (currency, lines, tax) =>
                {
                    var canonical = MappingFolder
                        .Catalog.In("stripe", "invoice", RecordType.Invoice)!
                        .Map(Invoice(currency.Code, lines, tax), Context)
                        .Value;
                    Assert.True(CanonicalJson.Read(RecordType.Invoice, canonical.Span).TryGet(out var record, out _));
                    Assert.Null(record.Validate());

                    var written = MappingFolder
                        .Catalog.Out("netsuite", RecordType.Invoice, "invoice")!
                        .Map(CanonicalJson.Write(record), Context)
                        .Value;

                    var expected = lines.Concat(tax == 0 ? [] : [tax]).Select(minor => Major(minor, currency.Digits));
                    using var document = JsonDocument.Parse(written);
                    var amounts = document
                        .RootElement.GetProperty("item")
                        .GetProperty("items")
                        .EnumerateArray()
                        .Select(line => line.GetProperty("amount").GetRawText());
                    Assert.Equal(expected, amounts);
                },
                iter: 500
            );

    [Fact]
    public void No_input_makes_a_mapping_throw()
    {
        var seeds = MappingFolder.Catalog.Mappings.Select(mapping => (mapping, input: Seed(mapping.Name))).ToArray();
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 5_000], Gen.Byte).Array[0, 6])
            .Sample(
                (at, changes) =>
                {
                    var (mapping, seed) = seeds[at];
                    var input = seed.ToArray();
                    foreach (var (place, with) in changes)
                    {
                        input[place % input.Length] = with;
                    }

                    Assert.True(IsExpected(mapping.Map(input, Context).Fault));
                    Assert.True(IsExpected(mapping.ReferencesIn(input).Fault));
                },
                iter: 20_000
            );
    }

    [Fact]
    public void No_value_in_any_place_makes_a_mapping_throw()
    {
        string[] odd =
        [
            "null",
            "true",
            "1e999",
            "-0.0",
            "79228162514264337593543950335",
            "\"\"",
            "\"\\ud800\"",
            "[]",
            "[[1]]",
            "{}",
            "{\"amount\":[]}",
            "\"9999-99-99\"",
            "-99999999999999",
        ];
        foreach (var mapping in MappingFolder.Catalog.Mappings)
        {
            var seed = Encoding.UTF8.GetString(Seed(mapping.Name));
            foreach (var input in Replaced(seed).SelectMany(_ => odd, (place, value) => place.Before + value + place.After))
            {
                Assert.True(IsExpected(mapping.Map(Encoding.UTF8.GetBytes(input), Context).Fault));
                Assert.True(IsExpected(mapping.ReferencesIn(Encoding.UTF8.GetBytes(input)).Fault));
            }
        }
    }

    [Fact]
    public void No_change_of_a_record_s_form_makes_a_mapping_throw()
    {
        var seeds = MappingFolder
            .Catalog.Mappings.Select(mapping => (mapping, input: Encoding.UTF8.GetString(Seed(mapping.Name))))
            .ToArray();
        Gen.Select(Gen.Int[0, seeds.Length - 1], Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, Changes.Length - 1]).Array[1, 5])
            .Sample(
                (at, changes) =>
                {
                    var (mapping, input) = seeds[at];
                    foreach (var (place, change) in changes)
                    {
                        input = Changed(input, place, Changes[change]);
                    }

                    var bytes = Encoding.UTF8.GetBytes(input);
                    Assert.True(IsExpected(mapping.Map(bytes, Context).Fault), input);
                    Assert.True(IsExpected(mapping.ReferencesIn(bytes).Fault), input);
                    Assert.Equal(mapping.Map(bytes, Context).Fault, mapping.Try(bytes, Context).Output.Fault);
                },
                iter: 5_000
            );
    }

    // What takes the place of a value; empty takes the property away, and a property among them makes the key double.
    private static readonly string[] Changes =
    [
        "",
        "null",
        "{}",
        "[]",
        "[null]",
        "[[[1]]]",
        "1e400",
        "-0",
        "99999999999999999999999999999",
        "0.00000000000000000000000000001",
        "\"\"",
        "\"\\u0000\\ufeff\"",
        "\"\\ud83d\\ude00\"",
        "\"\\udc00\"",
        "\"2026-02-30\"",
        "\"NaN\"",
        "{\"minorUnits\":9223372036854775808,\"currency\":\"USD\"}",
        "{\"minorUnits\":1,\"currency\":\"JPY\"}",
        "1,\"currency\":\"kwd\",\"id\":2",
        string.Concat(Enumerable.Repeat("[", 70)) + string.Concat(Enumerable.Repeat("]", 70)),
    ];

    private static string Changed(string json, int place, string with)
    {
        try
        {
            var places = Replaced(json).ToList();
            var (before, after) = places[place % places.Count];
            return with.Length == 0 && before.EndsWith(':')
                ? $"{before[..before.LastIndexOf('\"', before.Length - 3)]}\"gone\":0{after}"
                : before + with + after;
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private static bool IsExpected(Fault? fault) =>
        fault is null or Fault.MissingReference { Id.Length: >= 0 } or Fault.MappingFailed { Path.Length: > 0, Rule.Length: > 0 };

    // Every value of a document, cut out in turn.
    private static IEnumerable<(string Before, string After)> Replaced(string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        var places = new List<(string, string)>();
        while (reader.Read())
        {
            if (
                reader.TokenType
                is JsonTokenType.String
                    or JsonTokenType.Number
                    or JsonTokenType.True
                    or JsonTokenType.False
                    or JsonTokenType.Null
            )
            {
                places.Add((json[..(int)reader.TokenStartIndex], json[(int)reader.BytesConsumed..]));
            }
        }

        return places;
    }

    private static string Major(long minor, int digits)
    {
        var text = Math.Abs(minor).ToString(CultureInfo.InvariantCulture).PadLeft(digits + 1, '0');
        return (minor < 0 ? "-" : "") + (digits == 0 ? text : $"{text[..^digits]}.{text[^digits..]}");
    }

    private static byte[] Invoice(string currency, IReadOnlyList<long> lines, long tax)
    {
        var written = lines.Select((amount, at) => $$"""{"id":"il_{{at}}","amount":{{amount}},"description":"Line","quantity":1}""");
        return Encoding.UTF8.GetBytes(
            $$"""
            {"id":"in_1","customer":"cus_1","number":"1","currency":"{{currency}}","created":1767225600,"status":"open",
             "lines":{"data":[{{string.Join(
                ',',
                written
            )}}]},"total_taxes":[{"amount":{{tax}},"tax_behavior":"exclusive"}],"total":{{lines.Sum() + tax}}}
            """
        );
    }

    private static byte[] Seed(string mapping) =>
        Encoding.UTF8.GetBytes(
            mapping switch
            {
                "stripe.customer -> BillingAccount" =>
                    """{"id":"cus_1","name":"One","email":"a@b.c","phone":"1","currency":"usd","tax_exempt":"none","address":{"line1":"x","country":"us"}}""",
                "stripe.invoice -> Invoice" =>
                    """{"id":"in_1","customer":"cus_1","number":"1","currency":"usd","created":1767225600,"due_date":1767225600,"description":"m","status":"open","status_transitions":{"finalized_at":1767225600},"lines":{"data":[{"id":"il_1","amount":100,"description":"d","quantity":1,"quantity_decimal":"1.5","discount_amounts":[{"amount":10}],"taxes":[{"amount":5,"tax_behavior":"inclusive"}],"period":{"start":1767225600,"end":1767225601}}]},"total_taxes":[{"amount":5,"tax_behavior":"inclusive"}],"total":90}""",
                "stripe.payment_intent -> Payment" =>
                    """{"id":"pi_1","customer":"cus_1","amount":100,"amount_received":100,"currency":"usd","created":1767225600,"status":"succeeded","payment_method_types":["card"],"latest_charge":{"created":1767225600,"payment_method_details":{"type":"card"}},"invoice_payments":{"data":[{"invoice":"in_1","amount_paid":100,"status":"paid","status_transitions":{"paid_at":1767225600}}]}}""",
                "BillingAccount -> netsuite.customer" =>
                    """{"entity":"us","number":"cus_1","name":"One","currency":"USD","email":"a@b.c","phone":"1","taxStatus":"taxable","active":true}""",
                "Invoice -> netsuite.invoice" =>
                    """{"entity":"us","number":"1","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","issuedOn":"2026-01-01","dueOn":"2026-01-01","currency":"USD","lines":[{"id":"il_1","description":"d","quantity":1.5,"amount":{"minorUnits":85,"currency":"USD"}}],"tax":{"minorUnits":5,"currency":"USD"},"total":{"minorUnits":90,"currency":"USD"},"status":"open","memo":"m"}""",
                _ =>
                    """{"entity":"us","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":100,"currency":"USD"},"receivedOn":"2026-01-01","method":"card","processorReference":"pi_1","status":"succeeded","applications":[{"invoice":"inv_1","amount":{"minorUnits":100,"currency":"USD"},"appliedOn":"2026-01-01"}]}""",
            }
        );
}
