using CsCheck;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

/// <summary>What a receipt pays by its text, as a table and by properties.</summary>
public sealed class CashApplicationTests
{
    private static readonly CanonicalId Payer = Id(RecordType.BillingAccount, "payer");
    private static readonly CanonicalId Stranger = Id(RecordType.BillingAccount, "stranger");
    private static readonly CashApplicationOptions Usual = new();
    private static readonly CashApplicationOptions Lenient = new()
    {
        ShortPay = new ShortPayOptions
        {
            Tolerance = new Dictionary<Currency, long> { [Currency.Of("USD")] = 500 },
            Percent = 2,
            Reason = "bank-fees",
        },
    };

    // Number, what is owed of it, when it is due; all of the payer's.
    private static readonly Receivable[] Open =
    [
        Owed("INV00000017", 10_000, 17),
        Owed("INV00000018", 5_000, 18),
        Owed("INV-2026-0042", 7_500, 19),
        Owed("US-INV-0007", 1_200, 20),
        Owed("20417", 300, 21),
        Owed("DM00000003", 900, 22),
        Owed("2B-77-X", 50, 23),
    ];

    public static TheoryData<string?, string> Texts { get; } =
        new()
        {
            { "INV00000017", "INV00000017" },
            { "inv00000017", "INV00000017" },
            { "Payment for INV-00000017.", "INV00000017" },
            { "INV 0000 0017", "INV00000017" },
            { "INV0000\n0017", "INV00000017" },
            { "INV00000017INV00000018", "INV00000017 INV00000018" },
            { "INV-17", "INV00000017" },
            { "INV017", "INV00000017" },
            { "00000017", "INV00000017" },
            { "17", "" },
            { "0017", "" },
            { "0000017", "" },
            { "invoice 17", "INV00000017" },
            { "Rechnung Nr. 17", "INV00000017" },
            { "invoice for 17 seats", "" },
            { "DM-3 and INV-18", "DM00000003 INV00000018" },
            { "INV-2026-0042", "INV-2026-0042" },
            { "INV 2026/42", "" },
            { "20260042", "INV-2026-0042" },
            { "2026", "" },
            { "US-INV-0007", "US-INV-0007" },
            { "US INV 7", "US-INV-0007" },
            { "0007", "" },
            { "20417", "20417" },
            { "inv 20417", "20417" },
            { "USD 20417", "" },
            { "20417 USD", "" },
            { "20417.00", "" },
            { "paid 204,17", "" },
            { "2b 77 x", "2B-77-X" },
            { "INV00000017 INV00000017", "INV00000017" },
            { "INV00000019", "" },
            { "", "" },
            { null, "" },
            { "thank you", "" },
            { "INV", "" },
        };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_number_is_found_however_it_is_cased_spaced_or_dashed_and_a_quantity_a_year_or_an_amount_is_none(string? text, string paid)
    {
        var proposal = CashApplication.Propose(Receipt(text, 1_000_000), Open, Usual);
        var numbers = proposal.Applications.Select(one => Open.Single(open => open.Id == one.Document).Number);
        Assert.Equal(paid.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), numbers.Order());
    }

    [Fact]
    public void Every_number_that_is_found_is_among_the_keys_that_documents_are_looked_up_by()
    {
        foreach (var row in Texts)
        {
            var text = new RemittanceText(row.Data.Item1);
            var named = text.Find(Open).Named.SelectMany(one => one);
            Assert.All(named, one => Assert.Contains(DocumentNumber.Of(one.Number)!.Value.Key, text.Keys));
        }
    }

    [Theory]
    [InlineData(15_000, WhenUnderpaid.Apply, CashVerdict.PaidInFull, 10_000, 5_000)]
    [InlineData(15_001, WhenUnderpaid.Apply, CashVerdict.Overpaid, 10_000, 5_000)]
    [InlineData(12_000, WhenUnderpaid.Apply, CashVerdict.Underpaid, 10_000, 2_000)]
    [InlineData(10_000, WhenUnderpaid.Apply, CashVerdict.Underpaid, 10_000, 0)]
    [InlineData(1, WhenUnderpaid.Apply, CashVerdict.Underpaid, 1, 0)]
    [InlineData(0, WhenUnderpaid.Apply, CashVerdict.Underpaid, 0, 0)]
    [InlineData(14_999, WhenUnderpaid.Leave, CashVerdict.LeftUnderpaid, 0, 0)]
    [InlineData(15_000, WhenUnderpaid.Leave, CashVerdict.PaidInFull, 10_000, 5_000)]
    public void The_earliest_due_is_paid_first_and_what_is_over_stays_unapplied(
        long amount,
        WhenUnderpaid underpaid,
        CashVerdict verdict,
        long first,
        long second
    )
    {
        var policy = new CashApplicationOptions { Underpaid = underpaid };
        var proposal = CashApplication.Propose(Receipt("INV-18, INV-17", amount), Open, policy);

        Assert.Equal(verdict, proposal.Verdict);
        Assert.Equal((first, second), (Paid(proposal, Open[0]), Paid(proposal, Open[1])));
    }

    // Owed are 100.00 and 50.00; the tolerance is 5.00 and two percent, which is 3.00.
    [Theory]
    [InlineData(15_000, CashVerdict.PaidInFull, 10_000, 5_000, 0)]
    [InlineData(14_999, CashVerdict.ShortPaid, 9_999, 5_000, 1)]
    [InlineData(14_700, CashVerdict.ShortPaid, 9_700, 5_000, 300)]
    [InlineData(14_699, CashVerdict.Underpaid, 10_000, 4_699, 0)]
    [InlineData(5_000, CashVerdict.Underpaid, 5_000, 0, 0)]
    public void What_a_payment_lacks_within_both_limits_is_given_up_of_the_invoice_of_which_most_is_owed(
        long amount,
        CashVerdict verdict,
        long first,
        long second,
        long given
    )
    {
        var proposal = CashApplication.Propose(Receipt("INV-18, INV-17", amount), Open, Lenient);

        Assert.Equal(verdict, proposal.Verdict);
        Assert.Equal((first, second), (Paid(proposal, Open[0]), Paid(proposal, Open[1])));
        Assert.Equal(
            given == 0 ? null : new ProposedWriteOff(Open[0].Id, new Money(given, Currency.Of("USD")), "bank-fees"),
            proposal.WriteOff
        );
    }

    [Theory]
    [InlineData(100_000, 99_501, 499)]
    [InlineData(100_000, 99_500, 500)]
    [InlineData(100_000, 99_499, 0)]
    public void No_more_than_the_tolerated_amount_is_given_up_however_small_its_share(long owed, long amount, long given)
    {
        var proposal = CashApplication.Propose(Receipt("INV-17", amount), [Owed("INV-17", owed, 1)], Lenient);
        Assert.Equal(given, proposal.WriteOff?.Amount.MinorUnits ?? 0);
    }

    // Owed are 100.00 of a debit memo, which cannot be given up, and 1.00 of an invoice.
    [Theory]
    [InlineData(10_001, 99)]
    [InlineData(10_000, 0)]
    public void No_invoice_is_given_up_as_a_whole_however_little_it_is_of_what_was_named(long amount, long given)
    {
        var memo = Owed("DM00000003", 10_000, 1) with { Id = Id(RecordType.DebitMemo, "memo") };
        var proposal = CashApplication.Propose(Receipt("DM-3, INV-17", amount), [memo, Owed("INV-17", 100, 2)], Lenient);
        Assert.Equal(given == 0 ? CashVerdict.Underpaid : CashVerdict.ShortPaid, proposal.Verdict);
        Assert.Equal(given, proposal.WriteOff?.Amount.MinorUnits ?? 0);
    }

    [Fact]
    public void Nothing_is_given_up_in_a_currency_without_a_tolerance_nor_of_a_debit_memo()
    {
        var euro = Owed("INV-17", 10_000, 1) with { Owed = new Money(10_000, Currency.Of("EUR")) };
        var receipt = Receipt("INV-17", 9_999) with { Amount = new Money(9_999, Currency.Of("EUR")) };
        Assert.Equal(CashVerdict.Underpaid, CashApplication.Propose(receipt, [euro], Lenient).Verdict);

        var memo = CashApplication.Propose(Receipt("DM00000003", 899), Open, Lenient);
        Assert.Equal((CashVerdict.Underpaid, null), (memo.Verdict, memo.WriteOff));
    }

    [Fact]
    public void A_number_that_may_be_either_of_two_open_documents_pays_neither()
    {
        var other = Owed("INV0017", 10_000, 1);
        var proposal = CashApplication.Propose(Receipt("INV-17", 10_000), [.. Open, other], Usual);

        Assert.Equal((CashVerdict.Ambiguous, 0), (proposal.Verdict, proposal.Applications.Length));
        Assert.Equal(
            new[] { Open[0].Id.Value, other.Id.Value }.Order(),
            proposal.LeftOut.Where(one => one.Why == CashObjection.OneOfSeveral).Select(one => one.Document.Value).Order()
        );
    }

    [Fact]
    public void The_zeros_of_a_number_decide_where_two_documents_differ_in_nothing_else()
    {
        var other = Owed("INV0017", 10_000, 1);
        var proposal = CashApplication.Propose(Receipt("INV0017", 10_000), [.. Open, other], Usual);
        Assert.Equal(other.Id, Assert.Single(proposal.Applications).Document);
    }

    [Fact]
    public void A_paid_document_that_is_named_to_the_letter_is_not_taken_for_an_open_one_that_is_named_less_well()
    {
        var paid = Owed("INV0017", 0, 1);
        var proposal = CashApplication.Propose(Receipt("INV0017", 10_000), [.. Open, paid], Usual);
        Assert.Equal((CashVerdict.NothingPayable, 0), (proposal.Verdict, proposal.Applications.Length));
        Assert.Equal(new LeftOut(paid.Id, CashObjection.NothingOwed), Assert.Single(proposal.LeftOut));
    }

    [Fact]
    public void Of_two_documents_of_one_number_the_payers_own_is_meant()
    {
        var foreign = Open[0] with { Id = Id(RecordType.Invoice, "foreign"), Account = Stranger };
        var proposal = CashApplication.Propose(Receipt("INV00000017", 10_000), [foreign, .. Open], Usual);
        Assert.Equal((CashVerdict.PaidInFull, Open[0].Id), (proposal.Verdict, Assert.Single(proposal.Applications).Document));
    }

    public static TheoryData<CashObjection> Objections { get; } =
    [
        CashObjection.AnotherCustomer,
        CashObjection.AnotherEntity,
        CashObjection.AnotherCurrency,
        CashObjection.NotOpen,
        CashObjection.NothingOwed,
    ];

    [Theory]
    [MemberData(nameof(Objections))]
    public void What_is_not_the_payers_open_document_in_the_payments_own_entity_and_currency_is_not_paid(CashObjection why)
    {
        var named = why switch
        {
            CashObjection.AnotherCustomer => Open[0] with { Account = Stranger },
            CashObjection.AnotherEntity => Open[0] with { Entity = "de" },
            CashObjection.AnotherCurrency => Open[0] with { Owed = new Money(10_000, Currency.Of("EUR")) },
            CashObjection.NotOpen => Open[0] with { IsOpen = false },
            _ => Open[0] with { Owed = Money.Zero(Currency.Of("USD")) },
        };
        var proposal = CashApplication.Propose(Receipt("INV00000017 INV00000018", 10_000), [named, Open[1]], Usual);

        Assert.Equal((CashVerdict.Overpaid, 5_000L), (proposal.Verdict, Paid(proposal, Open[1])));
        Assert.Equal(new LeftOut(named.Id, why), Assert.Single(proposal.LeftOut));
        Assert.Equal($"Overpaid: {named.Id} {why}", proposal.ToString());
    }

    [Theory]
    [InlineData("INV00000099", 100, true)]
    [InlineData("INV00000017 INV00000099", 10_500, true)]
    [InlineData("INV00000017 INV00000099", 10_000, false)]
    [InlineData("invoice 99", 100, true)]
    [InlineData("thank you for 2026", 100, false)]
    [InlineData("USD 100000.00", 100, false)]
    [InlineData(null, 100, false)]
    public void Money_that_is_left_beside_what_may_be_a_number_may_wait_for_its_document(string? text, long amount, bool mayWait) =>
        Assert.Equal(mayWait, CashApplication.Propose(Receipt(text, amount), Open, Usual).MayNameMore);

    [Fact]
    public void A_text_of_more_numbers_than_are_looked_for_pays_nothing()
    {
        var text = string.Join(' ', Enumerable.Range(1, RemittanceText.MostNumbers)) + " INV00000017";
        var proposal = CashApplication.Propose(Receipt(text, 10_000), Open, Usual);
        Assert.Equal((CashVerdict.TooManyNumbers, 0), (proposal.Verdict, proposal.Applications.Length));
        Assert.Empty(new RemittanceText(text).Keys);
    }

    private static readonly Gen<Receivable[]> Receivables = Gen.Select(
            Gen.Int[1, 60],
            Gen.OneOf(Gen.Long[0, 20_000], Gen.Const(long.MaxValue)),
            Gen.Int[1, 28],
            OneOf(Payer, Payer, Payer, Stranger),
            OneOf("INV{0}", "INV0{0}", "INV-00{0}", "{0}", "DM{0}")
        )
        .Select(
            (number, owed, day, account, form) =>
                Owed(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, number), owed, day) with
                {
                    Account = account,
                }
        )
        .Array[0, 12]
        .Select(all => all.DistinctBy(one => one.Number).ToArray());

    private static readonly Gen<string> Written = Gen.OneOf(
            Gen.Int[1, 60].Select(number => $"INV{number}"),
            Gen.Int[1, 60].Select(number => $"INV-00{number}"),
            Gen.Int[1, 60].Select(number => $"invoice {number}"),
            Gen.Char.Select(one => $"{one}")
        )
        .Array[0, 12]
        .Select(words => string.Join(' ', words));

    [Fact]
    public void No_more_is_proposed_than_was_paid_nor_more_of_a_document_than_is_owed_of_it() =>
        Gen.Select(
                Receivables,
                Written,
                Gen.OneOf(Gen.Long[0, 60_000], Gen.Const(long.MaxValue)),
                OneOf(WhenUnderpaid.Apply, WhenUnderpaid.Leave)
            )
            .Sample(
                (receivables, text, amount, underpaid) =>
                {
                    var proposal = CashApplication.Propose(Receipt(text, amount), receivables, Lenient with { Underpaid = underpaid });
                    var given = proposal.WriteOff;
                    Assert.True(
                        given is null || given.Amount.MinorUnits < receivables.Single(one => one.Id == given.Document).Owed.MinorUnits
                    );
                    Assert.True(proposal.Applications.Aggregate((Int128)0, (sum, one) => sum + one.Amount.MinorUnits) <= amount);
                    Assert.Equal(proposal.Applications.Length, proposal.Applications.DistinctBy(one => one.Document).Count());
                    foreach (var one in proposal.Applications)
                    {
                        var paid = receivables.Single(receivable => receivable.Id == one.Document);
                        Assert.Equal(Payer, paid.Account);
                        var closed = given?.Document == one.Document ? given.Amount.MinorUnits : 0;
                        Assert.InRange(one.Amount.MinorUnits, 1, paid.Owed.MinorUnits - closed);
                    }
                }
            );

    [Fact]
    public void The_order_in_which_documents_are_found_makes_no_difference() =>
        Gen.Select(Receivables, Written, Gen.Long[0, 60_000])
            .SelectMany((receivables, text, amount) => Gen.Shuffle(receivables).Select(shuffled => (receivables, shuffled, text, amount)))
            .Sample(drawn =>
            {
                var (receivables, shuffled, text, amount) = drawn;
                var one = CashApplication.Propose(Receipt(text, amount), receivables, Usual);
                var other = CashApplication.Propose(Receipt(text, amount), shuffled, Usual);
                Assert.Equal((one.Verdict, one.MayNameMore), (other.Verdict, other.MayNameMore));
                Assert.Equal(one.Applications, other.Applications);
                Assert.Equal(one.LeftOut, other.LeftOut);
            });

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(at => choices[at]);

    private static CashReceipt Receipt(string? text, long amount) => new("us", Payer, new Money(amount, Currency.Of("USD")), text);

    private static Receivable Owed(string number, long owed, int due) =>
        new()
        {
            Id = Id(number.StartsWith("DM", StringComparison.Ordinal) ? RecordType.DebitMemo : RecordType.Invoice, number),
            Number = number,
            Account = Payer,
            Entity = "us",
            IsOpen = true,
            Owed = new Money(owed, Currency.Of("USD")),
            DueOn = new DateOnly(2026, 1, 1).AddDays(due),
        };

    private static long Paid(CashProposal proposal, Receivable receivable) =>
        proposal.Applications.SingleOrDefault(one => one.Document == receivable.Id)?.Amount.MinorUnits ?? 0;

    private static CanonicalId Id(RecordType type, string id) => CanonicalId.Mint(type, "test", "test", id);
}
