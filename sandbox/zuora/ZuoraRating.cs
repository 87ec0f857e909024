namespace QtcHub.Sandbox.Zuora;

/// <summary>What a charge costs for a stretch of days: exact, not yet rounded to the currency. Days run up to, not including, the end.</summary>
internal sealed record RatedPeriod(Charge Charge, DateOnly Start, DateOnly End, decimal Quantity, decimal Amount);

/// <summary>Zuora's pricing: flat, per unit, tiered, volume, usage; whole periods, and parts of them by days.</summary>
internal static class ZuoraRating
{
    /// <summary>Periods that one run bills of one charge at most.</summary>
    private const int MostPeriods = 600;

    /// <summary>The price of a quantity in one period.</summary>
    public static decimal Price(Charge charge, decimal quantity, string currency)
    {
        var tiers = charge.Catalog.Prices[currency];
        return charge.Catalog.Model switch
        {
            "FlatFee" => charge.Price ?? tiers[0].Price,
            "PerUnit" => (charge.Price ?? tiers[0].Price) * quantity,
            "Volume" => Of(tiers.FirstOrDefault(tier => tier.End is null || quantity <= tier.End) ?? tiers[^1], quantity),
            "Tiered" => Tiered(tiers, quantity),
            _ => 0,
        };
    }

    /// <summary>What became billable up to a target date. In advance a period is billed on its first day, in arrears on the day after its last.</summary>
    public static IEnumerable<RatedPeriod> Due(Charge charge, DateOnly anchor, DateOnly target, string currency)
    {
        if (charge.Catalog.Type == "OneTime")
        {
            if (charge.ChargedThrough is null && charge.Start <= target)
            {
                var quantity = charge.Quantity ?? 1;
                yield return new RatedPeriod(charge, charge.Start, charge.Start.AddDays(1), quantity, Price(charge, quantity, currency));
            }

            yield break;
        }

        var from = charge.ChargedThrough ?? charge.Start;
        foreach (var (first, next) in Periods(charge, anchor, from))
        {
            var end = charge.End < next ? charge.End.Value : next;
            if (end <= from || (charge.Catalog.InAdvance ? from > target : end > target))
            {
                yield break;
            }

            yield return Part(charge, (first, next), (from, end), currency);
            from = end;
        }
    }

    /// <summary>What was billed in advance and is not owed, because the charge ends before: with a minus.</summary>
    public static IEnumerable<RatedPeriod> Overbilled(Charge charge, DateOnly anchor, string currency)
    {
        if (charge.Catalog.Type != "Recurring" || charge.End is not { } from || charge.ChargedThrough is not { } through || through <= from)
        {
            yield break;
        }

        foreach (var (first, next) in Periods(charge, anchor, from))
        {
            if (from >= through)
            {
                yield break;
            }

            var end = through < next ? through : next;
            var part = Part(charge, (first, next), (from, end), currency);
            yield return part with
            {
                Amount = -part.Amount,
            };
            from = end;
        }
    }

    public static DateOnly Add(DateOnly day, string periodType, int count) =>
        periodType switch
        {
            "Month" => day.AddMonths(count),
            "Quarter" or "Semi-Annual" => day.AddMonths(Months(periodType) * count),
            "Annual" or "Year" => day.AddYears(count),
            "Week" => day.AddDays(7 * count),
            "Day" => day.AddDays(count),
            _ => throw ZuoraRefusal.Invalid($"The period type '{periodType}' is not known."),
        };

    /// <summary>How many months a billing period has; a week counts as one.</summary>
    public static int Months(string? period) =>
        period switch
        {
            "Annual" => 12,
            "Semi-Annual" => 6,
            "Quarter" => 3,
            _ => 1,
        };

    private static decimal Of(CatalogTier tier, decimal quantity) => tier.IsFlat ? tier.Price : tier.Price * quantity;

    private static RatedPeriod Part(
        Charge charge,
        (DateOnly First, DateOnly Next) period,
        (DateOnly From, DateOnly End) part,
        string currency
    )
    {
        var quantity = charge.Quantity ?? 1;
        var whole = Price(charge, quantity, currency);
        var days = part.End.DayNumber - part.From.DayNumber;
        var all = period.Next.DayNumber - period.First.DayNumber;
        return new RatedPeriod(charge, part.From, part.End, quantity, days == all ? whole : whole * days / all);
    }

    /// <summary>The periods from the one that holds a day on.</summary>
    private static IEnumerable<(DateOnly First, DateOnly Next)> Periods(Charge charge, DateOnly anchor, DateOnly from)
    {
        var period = charge.Catalog.Period!;
        var skipped = Math.Max(0, (((from.Year - anchor.Year) * 12) + from.Month - anchor.Month - 1) / Months(period));
        for (var index = skipped; index < skipped + MostPeriods; index++)
        {
            var (first, next) = (Add(anchor, period, index), Add(anchor, period, index + 1));
            if (next > from)
            {
                yield return (first, next);
            }
        }
    }

    private static decimal Tiered(IReadOnlyList<CatalogTier> tiers, decimal quantity)
    {
        var (sum, below) = (0m, 0m);
        foreach (var tier in tiers)
        {
            var upTo = tier.End is { } end && end < quantity ? end : quantity;
            if (upTo > below)
            {
                sum += Of(tier, upTo - below);
                below = upTo;
            }
        }

        return sum;
    }
}
