using QtcHub.Canonical;
using QtcHub.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>One field of one record that is not as it should be. Money is minor units.</summary>
internal sealed record Difference(string System, string Record, string Field, string Held, string Should, string? By, bool Planted);

/// <summary>What a system holds of an entity in a currency, against what it should hold. Money is minor units.</summary>
internal sealed record Holding(string System, string Entity, string Currency, int Held, int Should, long HeldMinor, long ShouldMinor);

/// <summary>
/// Compares the vendors' own books with what the script says must stand. It knows nothing of the hub. <paramref name="planted"/> names, as
/// system/key/field, what must not agree.
/// </summary>
internal sealed class Comparison(Expected expected, Stage stage, IReadOnlySet<string> planted)
{
    private const string Missing = "nothing";
    private readonly List<Difference> differences = [];
    private readonly HashSet<string> found = new(StringComparer.Ordinal);
    private readonly List<Holding> holdings = [];

    public IReadOnlyList<Difference> Differences => differences;

    public IReadOnlyList<Holding> Holdings => holdings;

    /// <summary>Planted differences that are not there.</summary>
    public IEnumerable<string> Absent => planted.Where(plant => !found.Contains(plant)).Order(StringComparer.Ordinal);

    /// <summary>Whether what differs is exactly what was planted.</summary>
    public bool Agrees => differences.TrueForAll(difference => difference.Planted) && !Absent.Any();

    /// <summary>Compares one system's book. <paramref name="source"/> is the book of the system whose numbers are used.</summary>
    public void Compare(string system, Book book, Book source)
    {
        var names = new Names(stage, source);
        var accounts = new Shelf<BookAccount>(
            this,
            system,
            "account",
            book.Accounts.ToLookup(account => account.Number, StringComparer.Ordinal)
        );
        foreach (var (key, should) in expected.Accounts)
        {
            accounts.Take(
                key,
                names.Account(key),
                null,
                account => CompareAccount(new Place(system, key, $"account {names.Account(key)}"), account, should)
            );
        }

        accounts.Rest();
        var invoices = new Shelf<BookInvoice>(
            this,
            system,
            "invoice",
            book.Invoices.ToLookup(invoice => invoice.Number, StringComparer.Ordinal)
        );
        foreach (var (key, should) in expected.Invoices)
        {
            var worth = Format(should.Total, should.Currency);
            invoices.Take(
                key,
                names.Invoice(key),
                worth,
                invoice => CompareInvoice(new Place(system, key, $"invoice {names.Invoice(key)}"), invoice, should, names)
            );
        }

        invoices.Rest();
        var payments = new Shelf<BookPayment>(
            this,
            system,
            "payment",
            book.Payments.ToLookup(payment => payment.Reference, StringComparer.Ordinal)
        );
        foreach (var (key, should) in expected.Payments)
        {
            var worth = Format(should.Amount, should.Currency);
            payments.Take(
                key,
                names.Payment(key),
                worth,
                payment => ComparePayment(new Place(system, key, $"payment {names.Payment(key)}"), payment, should, names)
            );
        }

        payments.Rest();
        Hold(system, book);
    }

    /// <summary>An amount as people write it.</summary>
    public static string Format(long minor, string currency) => new Money(minor, Currency.Of(currency)).ToString();

    private void CompareAccount(Place at, BookAccount account, ExpectedAccount should)
    {
        Same(at, "name", account.Name, should.Name);
        Same(at, "email", account.Email, should.Email);
        Same(at, "active", account.Active ? "yes" : "no", "yes");
    }

    private void CompareInvoice(Place at, BookInvoice invoice, ExpectedInvoice should, Names names)
    {
        Same(at, "account", invoice.AccountNumber, names.Account(should.Account));
        Same(at, "currency", invoice.Currency, should.Currency);
        Same(at, "issued on", $"{invoice.IssuedOn:O}", $"{names.IssuedOn(at.Key):O}");
        SameMoney(at, "tax", invoice.Tax, should.Tax, should.Currency);
        SameMoney(at, "total", invoice.Total, should.Total, should.Currency);
        Same(at, "memo", invoice.Memo, should.Memo);
        Same(at, "status", invoice.Status, expected.StatusOf(at.Key));
        if (invoice.LineAmounts.Count != should.Lines.Count)
        {
            Same(at, "lines", $"{invoice.LineAmounts.Count}", $"{should.Lines.Count}");
            return;
        }

        for (var line = 0; line < should.Lines.Count; line++)
        {
            SameMoney(at, $"line {line + 1}", invoice.LineAmounts[line], should.Lines[line], should.Currency);
        }
    }

    private void ComparePayment(Place at, BookPayment payment, ExpectedPayment should, Names names)
    {
        Same(at, "account", payment.AccountNumber, names.Account(should.Account));
        Same(at, "currency", payment.Currency, should.Currency);
        Same(at, "received on", $"{payment.ReceivedOn:O}", $"{names.ReceivedOn(at.Key):O}");
        SameMoney(at, "amount", payment.Amount, should.Amount, should.Currency);
        Same(at, "status", payment.Status, "succeeded");
        var applied = payment
            .Applications.GroupBy(part => part.InvoiceNumber, StringComparer.Ordinal)
            .ToDictionary(part => part.Key, part => part.Sum(one => one.Amount), StringComparer.Ordinal);
        var wanted = should
            .Applications.GroupBy(part => names.Invoice(part.Invoice), StringComparer.Ordinal)
            .ToDictionary(part => part.Key, part => part.Sum(one => one.Amount), StringComparer.Ordinal);
        foreach (var invoice in applied.Keys.Union(wanted.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            SameMoney(at, $"applied to {invoice}", applied.GetValueOrDefault(invoice), wanted.GetValueOrDefault(invoice), should.Currency);
        }
    }

    private void Hold(string system, Book book)
    {
        holdings.Add(new Holding(system, "accounts", "", book.Accounts.Count, expected.Accounts.Count, 0, 0));
        HoldMoney(
            (system, "invoices"),
            book.Invoices.Select(invoice => (invoice.Currency, invoice.Total)),
            expected.Invoices.Values.Select(invoice => (invoice.Currency, invoice.Total))
        );
        HoldMoney(
            (system, "payments"),
            book.Payments.Select(payment => (payment.Currency, payment.Amount)),
            expected.Payments.Values.Select(payment => (payment.Currency, payment.Amount))
        );
        HoldMoney(
            (system, "applications"),
            book.Payments.SelectMany(payment => payment.Applications.Select(part => (payment.Currency, part.Amount))),
            expected.Payments.Values.SelectMany(payment => payment.Applications.Select(part => (payment.Currency, part.Amount)))
        );
    }

    private void HoldMoney(
        (string System, string Entity) of,
        IEnumerable<(string Currency, long Minor)> held,
        IEnumerable<(string Currency, long Minor)> should
    )
    {
        var (have, want) = (
            held.ToLookup(one => one.Currency, StringComparer.Ordinal),
            should.ToLookup(one => one.Currency, StringComparer.Ordinal)
        );
        foreach (
            var currency in have.Select(group => group.Key)
                .Union(want.Select(group => group.Key), StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        )
        {
            var (had, wanted) = (have[currency].ToList(), want[currency].ToList());
            holdings.Add(
                new Holding(
                    of.System,
                    of.Entity,
                    currency,
                    had.Count,
                    wanted.Count,
                    had.Sum(one => one.Minor),
                    wanted.Sum(one => one.Minor)
                )
            );
        }
    }

    private void Same(Place at, string field, string? held, string? should)
    {
        if (!string.Equals(held ?? "", should ?? "", StringComparison.Ordinal))
        {
            Differ(at, field, (held ?? "", should ?? ""), null);
        }
    }

    private void SameMoney(Place at, string field, long held, long should, string currency)
    {
        if (held != should)
        {
            Differ(at, field, (Format(held, currency), Format(should, currency)), Format(checked(held - should), currency));
        }
    }

    private void Differ(Place at, string field, (string Held, string Should) values, string? by)
    {
        var plant = $"{at.System}/{at.Key}/{field}";
        found.Add(plant);
        differences.Add(new Difference(at.System, at.Record, field, values.Held, values.Should, by, planted.Contains(plant)));
    }

    private readonly record struct Place(string System, string Key, string Record);

    /// <summary>The records of one type in one system, each to be taken once.</summary>
    private sealed class Shelf<T>(Comparison comparison, string system, string type, ILookup<string, T> records)
    {
        private readonly HashSet<string> taken = new(StringComparer.Ordinal);

        public void Take(string key, string number, string? worth, Action<T> compare)
        {
            taken.Add(number);
            var copies = records[number].ToList();
            if (copies.Count != 1)
            {
                comparison.Differ(
                    new Place(system, key, $"{type} {number}"),
                    "presence",
                    (copies.Count == 0 ? Missing : $"{copies.Count} records", worth ?? "one record"),
                    null
                );
            }

            if (copies.Count > 0)
            {
                compare(copies[0]);
            }
        }

        public void Rest()
        {
            foreach (var group in records.Where(group => !taken.Contains(group.Key)).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                comparison.Differ(
                    new Place(system, group.Key, $"{type} {group.Key}"),
                    "presence",
                    ($"{group.Count()} records", Missing),
                    null
                );
            }
        }
    }
}

/// <summary>The numbers by which records are known in every system, as the source gave them out.</summary>
internal sealed class Names(Stage stage, Book source)
{
    private readonly Dictionary<string, BookInvoice> invoices = source.Invoices.ToDictionary(invoice => invoice.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, BookPayment> payments = source.Payments.ToDictionary(payment => payment.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, string> accounts = source.Accounts.ToDictionary(
        account => account.Id,
        account => account.Number,
        StringComparer.Ordinal
    );

    public string Account(string key) => accounts[stage.IdOf(key)];

    public string Invoice(string key) => invoices[stage.IdOf(key)].Number;

    public string Payment(string key) => payments[stage.IdOf(key)].Reference;

    public DateOnly IssuedOn(string key) => invoices[stage.IdOf(key)].IssuedOn;

    public DateOnly ReceivedOn(string key) => payments[stage.IdOf(key)].ReceivedOn;
}
