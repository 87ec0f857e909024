using System.Globalization;

namespace QtcHub.Server.Demo.Script;

/// <summary>The company's customers: American ones that pay by card or wire, German and Japanese ones that pay by wire, and one in Kuwait.</summary>
internal static class Company
{
    private static readonly string[] Words =
    [
        "Amber",
        "Birch",
        "Cobalt",
        "Delta",
        "Ember",
        "Fjord",
        "Granite",
        "Harbour",
        "Iris",
        "Juniper",
        "Kestrel",
        "Larch",
    ];
    private static readonly string[] Trades = ["Analytics", "Bikes", "Ceramics", "Devices", "Foods", "Logistics", "Media", "Optics"];

    /// <summary>Of a hundred customers: so many are of a market.</summary>
    private static readonly (int Share, string Entity, string Currency, string Country, PaysBy PaysBy)[] Markets =
    [
        (55, "us", "USD", "US", PaysBy.Card),
        (10, "us", "USD", "US", PaysBy.Wire),
        (20, "de", "EUR", "DE", PaysBy.Wire),
        (15, "jp", "JPY", "JP", PaysBy.Wire),
    ];

    /// <summary>Those of whom there is one each: in Kuwait, and two in Europe that the American company charges.</summary>
    private static readonly (string Entity, string Currency, string Country, PaysBy PaysBy)[] Special =
    [
        ("us", "KWD", "KW", PaysBy.Wire),
        ("us", "EUR", "FR", PaysBy.Card),
        ("us", "EUR", "IE", PaysBy.Card),
    ];

    private static readonly (string Entity, string Currency, string Country, PaysBy PaysBy) American = ("us", "USD", "US", PaysBy.Card);

    /// <summary>Every currency that something is sold in.</summary>
    public static IReadOnlyList<string> Currencies { get; } = ["USD", "EUR", "JPY", "KWD"];

    public static IEnumerable<Customer> Draw(Random random, int count)
    {
        var number = 0;
        foreach (var (entity, currency, country, paysBy) in Special)
        {
            yield return Named(random, ++number, (entity, currency, country, paysBy)) with
            {
                IsPlain = false,
            };
        }

        yield return Named(random, ++number, ("de", "EUR", "AT", PaysBy.Wire)) with
        {
            IsPlain = false,
            Tax = TaxStatus.ReverseCharge,
        };
        yield return Named(random, ++number, American) with
        {
            IsPlain = false,
            State = "California",
            Tax = TaxStatus.Exempt,
        };
        yield return Named(random, ++number, American) with
        {
            IsPlain = false,
            State = "New York",
        };
        while (number < count)
        {
            var market = Market(++number * 37 % 100);
            yield return Named(random, number, (market.Entity, market.Currency, market.Country, market.PaysBy));
        }
    }

    private static (int Share, string Entity, string Currency, string Country, PaysBy PaysBy) Market(int at)
    {
        foreach (var market in Markets)
        {
            if (at < market.Share)
            {
                return market;
            }

            at -= market.Share;
        }

        return Markets[^1];
    }

    private static Customer Named(Random random, int number, (string Entity, string Currency, string Country, PaysBy PaysBy) market)
    {
        var (word, trade) = (Words[random.Next(Words.Length)], Trades[random.Next(Trades.Length)]);
        var text = number.ToString("D3", CultureInfo.InvariantCulture);
        return new Customer(
            $"customer-{text}",
            $"{word} {trade} {text}",
            $"ap{text}@{word.ToLowerInvariant()}.example",
            market.Entity,
            market.Currency,
            market.Country,
            market.PaysBy
        );
    }
}
