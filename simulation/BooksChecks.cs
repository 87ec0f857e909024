using System.Globalization;
using QtcHub.DeadLetters;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>The promises over a whole company's books. What should stand is computed from the vendors' own state alone.</summary>
internal sealed class BooksChecks(World world, BooksSystems systems, BooksCompany company)
{
    private const string Dollar = "USD";
    private const string Euro = "EUR";

    /// <summary>Numbers of the ledger's accounts for what the processor holds, and for the bank's, by currency.</summary>
    private static readonly (string Currency, string Clearing, string Bank)[] Balances = [(Dollar, "1051", "1001"), (Euro, "1054", "1004")];

    private const string Fees = "6101";
    private const string Adjustments = "6202";
    private const string Reserves = "1340";

    /// <summary>The ledger's account for what is given up, and billing's reason for what a wire lacks.</summary>
    private const string BadDebts = "6301";
    private const string BankFees = "bank-fees";

    /// <summary>The connector's word that another amount is owed by the time a rest is to be given up.</summary>
    private const string OwedOtherwise = "owed-otherwise";

    private readonly StoreChecks stored = new(world);
    private readonly Comparison comparison = new(world, BooksIds.Of(systems));

    /// <summary>P5 at every write of the ledger's: every journal balances, and nothing pays more than it has or is owed.</summary>
    public void LedgerChanged(Book books)
    {
        if (books.Ledger.Sum(account => account.Balance) is not 0 and var lacking)
        {
            world.Failures.Add(Text($"P5 the ledger does not balance: {lacking}"));
        }

        foreach (var total in books.Totals.Where(total => total.Amount != total.Applied + total.Refunded + total.Balance))
        {
            world.Failures.Add(Text($"P5 {total} is not its applications, refunds and balance"));
        }
    }

    /// <summary>Everything has come to rest.</summary>
    public void Check(IReadOnlyCollection<string> acknowledged)
    {
        stored.NothingLost(acknowledged);
        stored.Explainable();
        NothingWaitsForAPerson();
        var (billed, taken, books) = (systems.Billing.Book(), systems.Processor.Book(), systems.Ledger.Book());
        var opened = systems.Desk.Vendor.Book();
        comparison.Same("documents", BooksFacts.Documents(billed), BooksFacts.Documents(books));
        comparison.Same("payments", BooksFacts.Payments(billed), BooksFacts.Payments(books));
        comparison.Same("applications", BooksFacts.Applications(billed), BooksFacts.Applications(books));
        comparison.Same("refunds", BooksFacts.Refunds(billed), BooksFacts.Refunds(books));
        CheckAccounts(opened, billed, taken, books);
        comparison.Same("charges", Charges(taken), OfProcessor(billed, taken));
        comparison.Same("money given back", GivenBack(taken), Refunded(billed, taken));
        comparison.Same("totals", Totals(billed), Totals(books));
        CheckShortWires(billed, books);
        foreach (var (currency, clearing, bank) in Balances)
        {
            CheckClearing(billed, taken, books, currency, clearing);
            CheckSettlement(taken, books, currency, bank);
        }
    }

    /// <summary>What of accounts that were merged stands in other systems is left to a person and never written: it is not compared.</summary>
    private void CheckAccounts(Book opened, Book billed, Book taken, Book books)
    {
        var merged = opened.Accounts.Where(account => account.IsMerged).Select(account => $"account {account.Email}").ToHashSet();
        var should = BooksFacts.OpenAccounts(opened).ToList();
        comparison.Same("accounts of the ledger", should, Unmerged(BooksFacts.OpenAccounts(books)));
        comparison.Same("accounts of billing", should, Unmerged(BooksFacts.OpenAccounts(billed)));
        comparison.Same("accounts of the processor", should, Unmerged(BooksFacts.Accounts(taken)).Where(StandsOpen));

        IEnumerable<KeyValuePair<string, string>> Unmerged(IEnumerable<KeyValuePair<string, string>> facts) =>
            facts.Where(fact => !merged.Contains(fact.Key));

        // An account that was closed before it was ever brought there need not be there.
        bool StandsOpen(KeyValuePair<string, string> fact) =>
            opened.Accounts.All(account => account.Active || $"account {account.Email}" != fact.Key);
    }

    private void NothingWaitsForAPerson()
    {
        var settledByAll = WiresThatOthersSettle();
        foreach (var row in stored.All("letter", "Open"))
        {
            var letter = Rows.Parse<DeadLetter>(row.Row);
            if (letter.Fault.Detail.StartsWith(OwedOtherwise, StringComparison.Ordinal) && SourcesOf(letter).Any(settledByAll.Contains))
            {
                continue;
            }

            var story = letter.Record is { } record ? stored.Story(record) : "";
            world.Failures.Add(
                $"P4 a sound record is a dead letter: {letter.Cause}: {letter.Fault.Detail} ({letter.Affected} {row.Home}){story}"
            );
        }

        foreach (var row in stored.All("lane", "Held"))
        {
            world.Failures.Add($"P4 {Rows.Parse<Lane>(row.Row).Id} is held though every period is open");
        }
    }

    /// <summary>
    /// The ledger's ids of wires whose invoices anybody may settle. One of them may lack little by chance, and what it lacks is a person's once another amount is owed; of a
    /// wire that is short on purpose nobody else settles the invoice.
    /// </summary>
    private HashSet<string> WiresThatOthersSettle() =>
        [
            .. systems
                .Ledger.Book()
                .Payments.Where(payment => company.ShortWires.All(wire => wire.Reference != payment.Reference))
                .Select(payment => payment.Id),
        ];

    private IEnumerable<string> SourcesOf(DeadLetter letter) => letter.Record is { } record ? stored.SourceIds(record) : [];

    /// <summary>
    /// What a wire lacks is given up in billing once where it is little enough, and nowhere else; and what billing has given up stands in the ledger's account for it, and in
    /// no other.
    /// </summary>
    private void CheckShortWires(Book billed, Book books)
    {
        var givenUp = billed.Memos.Where(memo => memo.Reason == BankFees).ToList();
        comparison.Same("short wires", company.ShortWires.Select(Settled), company.ShortWires.Select(Standing));
        foreach (var memo in givenUp.Where(memo => memo.Applications.Sum(one => one.Amount) != memo.Total || memo.Tax != 0))
        {
            world.Failures.Add(Text($"P5 {memo.Number} gives up {memo.Total} {memo.Currency} that a wire lacked, and closes less"));
        }

        foreach (var currency in givenUp.Select(memo => memo.Currency).Concat(Balances.Select(one => one.Currency)).Distinct())
        {
            var should = givenUp.Where(memo => memo.Currency == currency).Sum(memo => memo.Total);
            if (BalanceOf(books, BadDebts, currency) is var stands && stands != should)
            {
                world.Failures.Add(Text($"P5 {should} {currency} was given up, and account {BadDebts} has {stands}"));
            }
        }

        static KeyValuePair<string, string> Settled(ShortWire wire) =>
            BooksFacts.Fact(wire.Reference, $"{wire.Owed - wire.Lacks} paid, {wire.GivenUp} given up of {wire.Invoice}");

        KeyValuePair<string, string> Standing(ShortWire wire)
        {
            var paid = billed
                .Payments.Where(payment => payment.Reference == wire.Reference)
                .SelectMany(payment => payment.Applications)
                .Where(one => one.InvoiceNumber == wire.Invoice)
                .Sum(one => one.Amount);
            var left = givenUp.SelectMany(memo => memo.Applications).Where(one => one.InvoiceNumber == wire.Invoice).Sum(one => one.Amount);
            return BooksFacts.Fact(wire.Reference, $"{paid} paid, {left} given up of {wire.Invoice}");
        }
    }

    /// <summary>
    /// The clearing account has what the processor holds, what is on its way to the bank, and what billing took by itself, which never was there.
    /// </summary>
    private void CheckClearing(Book billed, Book taken, Book books, string currency, string clearing)
    {
        var held = taken.ProcessorBalances.SingleOrDefault(balance => balance.Currency == currency)?.Amount ?? 0;
        var underWay = Payouts(taken, currency, "pending", "in_transit");
        var own = OwnMoney(billed, taken, currency);
        var cleared = BalanceOf(books, clearing, currency);
        if (cleared != held + underWay + own)
        {
            world.Failures.Add(
                Text(
                    $"P5 the processor holds {held} {currency}, {underWay} is on its way, billing's own gateway holds {own}, and their clearing account {cleared}"
                )
            );
        }
    }

    /// <summary>What the balance's movements cost, hold back and pay out stands in the accounts that bear these names.</summary>
    private void CheckSettlement(Book taken, Book books, string currency, string bank)
    {
        var items = taken.SettlementItems.Where(item => item.Currency == currency).ToList();
        (string Account, long Balance)[] should =
        [
            (Fees, items.Sum(item => item.Fee) - Gross("fee")),
            (Adjustments, -Gross("adjustment")),
            (Reserves, -Gross("reserve")),
            (bank, Payouts(taken, currency, "paid")),
        ];
        foreach (var (account, balance) in should)
        {
            if (BalanceOf(books, account, currency) is var stands && stands != balance)
            {
                world.Failures.Add(
                    Text($"P5 account {account} has {stands} {currency}, should have {balance} by the processor's movements")
                );
            }
        }

        long Gross(string kind) => items.Where(item => item.Kind == kind).Sum(item => item.Gross);
    }

    private static IEnumerable<KeyValuePair<string, string>> Charges(Book taken) =>
        taken.Payments.Select(payment => Money(payment.Reference, payment.Amount, payment.Currency));

    private static IEnumerable<KeyValuePair<string, string>> OfProcessor(Book billed, Book taken) =>
        billed
            .Payments.Where(payment => taken.Payments.Any(charge => charge.Reference == payment.Reference))
            .Select(payment => Money(payment.Reference, payment.Amount, payment.Currency));

    /// <summary>Refunds, and what was lost in disputes.</summary>
    private static IEnumerable<KeyValuePair<string, string>> GivenBack(Book taken) =>
        taken
            .Refunds.Where(refund => refund.Status == "succeeded")
            .Select(refund => Money(refund.Id, refund.Amount, refund.Currency))
            .Concat(
                taken
                    .Disputes.Where(dispute => dispute.Status == "lost")
                    .Select(dispute => Money(dispute.Id, dispute.Amount, dispute.Currency))
            );

    private static IEnumerable<KeyValuePair<string, string>> Refunded(Book billed, Book taken) =>
        billed
            .Refunds.Where(refund => !IsOwn(billed, taken, refund))
            .Select(refund => Money(refund.Reference, refund.Amount, refund.Currency));

    /// <summary>Totals of an entity in a currency; debit memos are invoices to the ledger.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Totals(Book book) =>
        book
            .Totals.GroupBy(
                total => $"{total.Entity} {total.Currency} {(total.Kind == "DebitMemo" ? "Invoice" : total.Kind)}",
                StringComparer.Ordinal
            )
            .Select(group =>
                BooksFacts.Fact(
                    group.Key,
                    $"{group.Sum(total => total.Count)} of {group.Sum(total => total.Amount)}, tax {group.Sum(total => total.Tax)}, applied {group.Sum(total => total.Applied)}, refunded {group.Sum(total => total.Refunded)}, left {group.Sum(total => total.Balance)}"
                )
            );

    /// <summary>What billing took by itself, less what it gave back.</summary>
    private static long OwnMoney(Book billed, Book taken, string currency) =>
        billed
            .Payments.Where(payment => payment.Currency == currency && IsOwn(taken, payment))
            .Sum(payment => payment.Amount - billed.Refunds.Where(refund => refund.PaymentId == payment.Id).Sum(refund => refund.Amount));

    private static bool IsOwn(Book billed, Book taken, BookRefund refund) =>
        IsOwn(taken, billed.Payments.Single(payment => payment.Id == refund.PaymentId));

    private static bool IsOwn(Book taken, BookPayment payment) =>
        !payment.Reference.StartsWith(BooksWires.Mark, StringComparison.Ordinal)
        && taken.Payments.All(charge => charge.Reference != payment.Reference);

    private static long Payouts(Book taken, string currency, params string[] states) =>
        taken.Payouts.Where(payout => payout.Currency == currency && states.Contains(payout.Status)).Sum(payout => payout.Amount);

    private static long BalanceOf(Book books, string account, string currency) =>
        books.Ledger.Where(held => held.Account == account && held.Currency == currency).Sum(held => held.Balance);

    private static KeyValuePair<string, string> Money(string key, long amount, string currency) =>
        BooksFacts.Fact(key, $"{amount} {currency}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
