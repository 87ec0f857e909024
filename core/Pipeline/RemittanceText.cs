using QtcHub.Canonical;

namespace QtcHub.Pipeline;

/// <summary>
/// What a payer wrote, cut into runs of letters and of digits, so that a document's number is found in it however it is cased, spaced, dashed or
/// broken into lines. Amounts are no numbers; a number is not looked for across a comma, semicolon, plus or ampersand.
/// </summary>
public sealed class RemittanceText
{
    /// <summary>The most runs of digits in a text that is read.</summary>
    public const int MostNumbers = 100;

    /// <summary>Digits without the letters of their number count from this many on: fewer are a year, a quantity or a day.</summary>
    public const int FewestBareDigits = 5;

    private const int MostRunsOfNumber = 6;
    private const string Dividers = ",;+&|";

    // What people put before a number that they write without its letters, or without its zeros.
    private static readonly HashSet<string> Words = new(
        ["INV", "INVOICE", "INVOICES", "BILL", "RECHNUNG", "RECHNUNGEN", "RG", "FACTURE", "FACTURES", "FACTURA", "FATTURA", "FAKTURA"],
        StringComparer.Ordinal
    );
    private static readonly HashSet<string> Fillers = new(["NO", "NOS", "NR", "NUM", "NUMBER", "NUMMER"], StringComparer.Ordinal);

    private readonly List<Run> runs = [];

    /// <summary>Reads a text; none is one in which nothing is found.</summary>
    public RemittanceText(string? text)
    {
        Cut(text ?? "");
        IsTooLong = runs.Count(run => run.IsDigits) > MostNumbers;
    }

    /// <summary>Whether it holds more runs of digits than are looked for; nothing is found in it then.</summary>
    public bool IsTooLong { get; }

    /// <summary>The <see cref="DocumentNumber.Key"/> of every number that it may name.</summary>
    public IReadOnlyList<string> Keys =>
        [.. Starts.SelectMany(Spans).Select(span => DocumentNumber.KeyOf(span.Digits)).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// What it names, one entry for each place: the documents whose number fits it best, usually one. Of two ways to read a place the nearer one counts: as the
    /// number is written, without its zeros, its digits alone, announced by a word such as "invoice".
    /// </summary>
    public RemittanceReading Find(IReadOnlyList<Receivable> among)
    {
        ArgumentNullException.ThrowIfNull(among);
        var known = among
            .Select(one => (Receivable: one, Number: DocumentNumber.Of(one.Number)))
            .Where(one => one.Number is not null)
            .ToList();
        var named = new List<IReadOnlyList<Receivable>>();
        var isRead = true;
        var next = 0;
        foreach (var start in Starts)
        {
            if (start < next)
            {
                continue;
            }

            var fits = Spans(start)
                .SelectMany(span => known.Select(one => (one.Receivable, span.End, Nearness: NearnessOf(span, one.Number!.Value))))
                .Where(fit => fit.Nearness is not null)
                .ToList();
            if (fits.Count == 0)
            {
                isRead &= runs[start].IsAmount || (runs[start].Text.Length < FewestBareDigits && !IsAnnounced(start));
                continue;
            }

            var nearest = fits.Min(fit => fit.Nearness);
            var best = fits.Where(fit => fit.Nearness == nearest).ToList();
            named.Add([.. best.Select(fit => fit.Receivable).DistinctBy(one => one.Id)]);
            next = best.Max(fit => fit.End) + 1;
        }

        return new RemittanceReading(named, isRead);
    }

    private IEnumerable<int> Starts => IsTooLong ? [] : Enumerable.Range(0, runs.Count).Where(at => runs[at].IsDigits);

    /// <summary>The texts that begin at a run of digits and may be one number, the shortest first.</summary>
    private IEnumerable<Span> Spans(int start)
    {
        var digits = "";
        for (var end = start; end < runs.Count && end - start < MostRunsOfNumber; end++)
        {
            if (end > start && runs[end].IsDivided)
            {
                yield break;
            }

            digits += runs[end].Text;
            if (digits.Length > DocumentNumber.MostCharacters)
            {
                yield break;
            }

            yield return new Span(start, end, digits);
        }
    }

    private Nearness? NearnessOf(Span span, DocumentNumber number)
    {
        var isWhole = span.Digits == number.Rest;
        if (!isWhole && DocumentNumber.KeyOf(span.Digits) != number.Key)
        {
            return null;
        }

        if (number.Prefix.Length > 0 && Follows(span.Start, number.Prefix))
        {
            return isWhole ? Nearness.AsWritten : Nearness.WithoutZeros;
        }

        var isAmount = runs.Skip(span.Start).Take(span.End - span.Start + 1).Any(run => run.IsAmount);
        return isWhole && !isAmount && span.Digits.Length >= FewestBareDigits ? Nearness.DigitsAlone
            : IsAnnounced(span.Start) ? Nearness.Announced
            : null;
    }

    /// <summary>Whether the runs right before a place are these letters, however they are divided into runs.</summary>
    private bool Follows(int start, string letters)
    {
        var before = "";
        for (var at = start - 1; at >= 0 && !runs[at].IsDigits && !runs[at + 1].IsDivided && before.Length < letters.Length; at--)
        {
            before = runs[at].Text + before;
        }

        return before == letters;
    }

    private bool IsAnnounced(int start)
    {
        var at = start - 1;
        while (at >= 0 && Fillers.Contains(runs[at].Text) && !runs[at + 1].IsDivided)
        {
            at--;
        }

        return at >= 0 && !runs[at + 1].IsDivided && Words.Contains(runs[at].Text);
    }

    private void Cut(string text)
    {
        var isDivided = true;
        for (var at = 0; at < text.Length; )
        {
            var end = at;
            var isDigits = char.IsAsciiDigit(text[at]);
            while (end < text.Length && (isDigits ? char.IsAsciiDigit(text[end]) : char.IsLetter(text[end])))
            {
                end++;
            }

            if (end == at)
            {
                isDivided |= Dividers.Contains(text[at], StringComparison.Ordinal);
                at++;
                continue;
            }

            var isAmount = isDigits && (IsAmountAt(text, end) || IsPartAt(text, at, end) || IsCurrency(runs.Count - 1));
            runs.Add(new Run(text[at..end].ToUpperInvariant(), isDigits, isDivided, isAmount));
            MarkBeforeCurrency();
            isDivided = false;
            at = end;
        }
    }

    /// <summary>Digits with two decimals behind them.</summary>
    private static bool IsAmountAt(string text, int end) =>
        end + 2 < text.Length
        && text[end] is '.' or ','
        && char.IsAsciiDigit(text[end + 1])
        && char.IsAsciiDigit(text[end + 2])
        && (end + 3 == text.Length || !char.IsLetterOrDigit(text[end + 3]));

    /// <summary>The decimals themselves.</summary>
    private static bool IsPartAt(string text, int at, int end) =>
        end - at == 2 && at > 1 && text[at - 1] is '.' or ',' && char.IsAsciiDigit(text[at - 2]);

    private bool IsCurrency(int at) => at >= 0 && !runs[at].IsDigits && Currency.TryParse(runs[at].Text, out _);

    private void MarkBeforeCurrency()
    {
        if (runs.Count > 1 && IsCurrency(runs.Count - 1) && runs[^2].IsDigits)
        {
            runs[^2] = runs[^2] with { IsAmount = true };
        }
    }

    private enum Nearness
    {
        AsWritten,
        WithoutZeros,
        DigitsAlone,
        Announced,
    }

    /// <summary>Letters or digits in a row; <paramref name="IsDivided"/>: no number goes on from what stands before it.</summary>
    private sealed record Run(string Text, bool IsDigits, bool IsDivided, bool IsAmount);

    private readonly record struct Span(int Start, int End, string Digits);
}

/// <summary>What a text names.</summary>
/// <param name="Named">One entry for each place: the documents that it may name.</param>
/// <param name="IsRead">Whether nothing is left in it that looks like a number and names no known document.</param>
public sealed record RemittanceReading(IReadOnlyList<IReadOnlyList<Receivable>> Named, bool IsRead);
