using System.Globalization;
using System.Text.Json.Nodes;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>Sales merges two accounts that billing, the processor and the ledger have both: one goes on, the other is told to a person, and no cent stands twice.</summary>
public sealed class AccountMergeTests : IDisposable
{
    private static readonly DateOnly From = new(2026, 3, 1);
    private readonly BooksBench books = new("four-systems.yaml");
    private readonly HashSet<string> paid = [];
    private string survivor = "";
    private string loser = "";
    private string losersOrder = "";

    private IPlaysSales Sales => (IPlaysSales)books.Vendor("salesforce");

    private IPlaysSubscriptions Billing => (IPlaysSubscriptions)books.Vendor("zuora");

    private IPlaysPayments Processor => (IPlaysPayments)books.Vendor("stripe");

    public void Dispose() => books.Dispose();

    [Fact]
    public async Task The_one_that_stays_goes_on_everywhere_and_the_other_is_told_to_a_person_and_never_written()
    {
        await OpenBothAsync();
        await BillAndPayAsync(From);
        var (accounts, ids, sent) = (Losers(), await LoserIdsAsync(), Counted());
        Order(loser, 2);
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync(TimeSpan.FromHours(1));
        Sales.RenameAccount(survivor, "Acme United");
        await BillAndPayAsync(From.AddMonths(1));
        await books.PassAsync(TimeSpan.FromHours(1));

        // What was not sent yet is the survivor's: a second subscription, billed for two months. The loser's own goes on being billed where it stands.
        Assert.Equal([3, 1, 2], Quantities("zuora"));
        Assert.Equal([3_000L, 3_000 + (2 * 6_000)], Billed("C-00000001"));
        Assert.Equal([9_000L, 9_000], Billed("C-00000002"));
        AssertEqualToTheCent();
        AssertPaid();
        // Each target has the two that it had. The survivor's name is in all of them, and of the loser nothing has moved.
        Assert.All(["zuora", "stripe", "netsuite"], system => Assert.Equal(["Acme Inc.", "Acme United"], Names(system)));
        Assert.Equal(accounts, Losers());
        Assert.DoesNotContain(Since(sent), line => ids.Any(id => line.Contains(id, StringComparison.Ordinal)));
        // What the ledger had booked stays with the loser; what came after is the survivor's.
        Assert.Equal(["INV00000002"], books.Book("netsuite").Invoices.Where(Of("C-00000002")).Select(one => one.Number));
        Assert.All(books.Book("salesforce").Invoices, invoice => Assert.Equal("C-00000001", invoice.AccountNumber));
        Assert.Equal(["netsuite", "stripe", "zuora"], await StandingAsync());

        sent = Counted();
        foreach (var letter in await books.LettersAsync())
        {
            Assert.True(await books.Hub.ReleaseAsync(((WorkItem.OfLane)letter.Work).Lane, "ann", "merged there", CancellationToken.None));
        }

        await books.PassAsync();
        Assert.Empty(await books.LettersAsync());
        Assert.Empty(Since(sent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_order_that_is_on_its_way_while_its_account_is_merged_is_carried_out_once(bool isCarriedOut)
    {
        await OpenBothAsync();
        await BillAndPayAsync(From);
        books
            .Faults["zuora"]
            .Plan(
                new PlannedFault
                {
                    Method = "POST",
                    PathContains = "/v1/orders",
                    Status = 504,
                    DelayAfterCommit = isCarriedOut,
                }
            );
        Order(loser, 2);
        await MeanwhileAsync();
        Assert.Empty(books.Faults["zuora"].Planned);
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync(TimeSpan.FromHours(1));
        await BillAndPayAsync(From.AddMonths(1));

        // It was sent for the loser before anybody told of the merge: the same bytes go again, under the same key.
        Assert.Equal([3, 1, 2], Quantities("zuora"));
        Assert.Equal([9_000L, 9_000 + (2 * 6_000)], Billed("C-00000002"));
        AssertEqualToTheCent();
        AssertPaid();
        Assert.Equal(["netsuite", "stripe", "zuora"], await StandingAsync());
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_document_that_is_being_posted_while_its_account_is_merged_is_posted_once(Cut cut)
    {
        await OpenBothAsync();
        books
            .Faults["netsuite"]
            .Plan(
                new PlannedFault
                {
                    Method = "PUT",
                    PathContains = "/invoice/",
                    Cut = cut,
                }
            );
        Billing.RunBilling(From);
        await MeanwhileAsync();
        Assert.Empty(books.Faults["netsuite"].Planned);
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(2, books.Book("netsuite").Invoices.Count);
        AssertEqualToTheCent();
        Assert.Equal(["netsuite", "stripe", "zuora"], await StandingAsync());
    }

    [Fact]
    public async Task An_account_that_was_merged_before_it_came_to_stand_in_the_ledger_is_never_made_there()
    {
        books
            .Faults["netsuite"]
            .Plan(
                new PlannedFault
                {
                    Method = "PUT",
                    PathContains = "/customer/",
                    Status = 429,
                    RetryAfter = TimeSpan.FromMinutes(1),
                    Count = 1_000,
                }
            );
        await OpenBothAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        Assert.Empty(books.Book("netsuite").Accounts);
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync();
        books.Faults["netsuite"].Clear();
        await books.PassAsync(TimeSpan.FromHours(2));

        Assert.Equal("C-00000001", Assert.Single(books.Book("netsuite").Accounts).Number);
        Assert.All(books.Book("netsuite").Invoices, invoice => Assert.Equal("C-00000001", invoice.AccountNumber));
        AssertEqualToTheCent();
        Assert.Equal(["stripe", "zuora"], await StandingAsync());
    }

    [Fact]
    public async Task What_pays_a_document_that_was_posted_to_the_other_is_told_to_a_person_and_applied_once_the_two_are_one_in_the_ledger()
    {
        await OpenBothAsync();
        Billing.RunBilling(From);
        await books.PassAsync();
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync();
        var invoice = books.Book("zuora").Invoices.Single(Of("C-00000002"));
        Billing.CollectPayment(invoice.Id, null);
        await books.PassAsync(TimeSpan.FromHours(1));

        var refused = Assert.Single(await books.LettersAsync(), letter => !IsStanding(letter.Fault.Detail));
        Assert.Equal(("application", 9_000L), (((WorkItem.OfLane)refused.Work).Lane.Part, refused.Amount!.Value.MinorUnits));
        Assert.Equal(9_000, Assert.Single(books.Book("netsuite").Payments).Amount);

        var posted = books.Book("netsuite").Invoices.Single(one => one.Number == invoice.Number).Id;
        var stays = books.Book("netsuite").Accounts.Single(account => account.Number == "C-00000001").Id;
        books
            .Vendor("netsuite")
            .Put(
                "invoice",
                new()
                {
                    ["id"] = posted,
                    ["entity"] = new JsonObject { ["id"] = stays },
                }
            );
        Assert.True(await books.Hub.ReleaseAsync(((WorkItem.OfLane)refused.Work).Lane, "ann", "merged there", CancellationToken.None));
        await books.PassAsync();

        AssertEqualToTheCent();
        Assert.Equal(9_000, Assert.Single(Assert.Single(books.Book("netsuite").Payments).Applications).Amount);
        Assert.Equal(["netsuite", "stripe", "zuora"], await StandingAsync());
    }

    [Fact]
    public async Task A_card_that_the_processor_has_of_the_other_pays_the_one_that_stays()
    {
        await OpenBothAsync();
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync();
        var card = books.Book("stripe").Accounts.Single(account => account.Name == "Acme Inc.").Id;
        var charge = Processor.TakeCharge(card, 700, "USD", "USD");
        await books.PassAsync();

        Assert.All(
            ["zuora", "netsuite", "salesforce"],
            system =>
            {
                var payment = Assert.Single(books.Book(system).Payments);
                Assert.Equal((charge, "C-00000001", 700L), (payment.Reference, payment.AccountNumber, payment.Amount));
            }
        );
        Assert.Equal(["netsuite", "stripe", "zuora"], await StandingAsync());
    }

    [Fact]
    public async Task What_amends_the_subscription_that_billing_keeps_of_the_other_is_told_to_a_person()
    {
        await OpenBothAsync();
        Sales.MergeAccounts(survivor, loser);
        await books.PassAsync();
        Sales.Upsell(losersOrder, Seat(), 2, From.AddMonths(1));
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal([3, 1], Quantities("zuora"));
        var refused = Assert.Single(await books.LettersAsync(), letter => !IsStanding(letter.Fault.Detail));
        Assert.Equal("order 00000003", refused.Affected);
        Assert.EndsWith("The subscription is another account's.", refused.Fault.Detail, StringComparison.Ordinal);
    }

    /// <summary>Two accounts with a subscription each, known to billing, the processor and the ledger.</summary>
    private async Task OpenBothAsync()
    {
        survivor = Sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        loser = Sales.OpenAccount("Acme Inc.", "ap@acme.example", "USD", "US", "us");
        Order(survivor, 1);
        losersOrder = Order(loser, 3);
        await books.PassAsync();
    }

    private string Seat() => Sales.PutProduct("SKU-SEAT", "Seat", [new PlayedPrice("USD", 3_000)]);

    private string Order(string account, int quantity)
    {
        var order = Sales.PlaceOrder(account, null, From, [new PlayedSale(Seat(), quantity, 3_000, 12)]);
        Sales.ActivateOrder(order);
        return order;
    }

    private async Task BillAndPayAsync(DateOnly until)
    {
        Billing.RunBilling(until);
        await books.PassAsync();
        foreach (var invoice in books.Book("zuora").Invoices.Where(invoice => paid.Add(invoice.Id)))
        {
            Billing.CollectPayment(invoice.Id, null);
        }

        await books.PassAsync();
    }

    /// <summary>What sales has told is done as far as it goes, and no time passes.</summary>
    private async Task MeanwhileAsync()
    {
        foreach (var system in new[] { "salesforce", "zuora" })
        {
            await books.DeliverAsync(system);
        }

        await books.WorkAsync();
    }

    private static Func<BookInvoice, bool> Of(string account) => invoice => invoice.AccountNumber == account;

    private List<long> Billed(string account) => [.. books.Book("zuora").Invoices.Where(Of(account)).Select(one => one.Total - one.Tax)];

    private List<int> Quantities(string system) =>
        [
            .. books
                .Vendor(system)
                .Records("Subscription")!
                .Select(one => (int)(decimal)one!["ratePlans"]![0]!["ratePlanCharges"]![0]!["quantity"]!),
        ];

    private IEnumerable<string> Names(string system) =>
        books.Book(system).Accounts.Select(account => account.Name).Order(StringComparer.Ordinal);

    /// <summary>What the loser is called in an address: by the hub's reference, or by the target's own id.</summary>
    private async Task<List<string>> LoserIdsAsync()
    {
        var reference = await books.Store.ClaimedAsync("salesforce", "AccountBilling", loser, CancellationToken.None);
        return
        [
            reference!.Value.Value,
            .. new[] { "zuora", "stripe", "netsuite" }.SelectMany(system =>
                books.Book(system).Accounts.Where(account => account.Name == "Acme Inc.").Select(account => $"/{account.Id}")
            ),
        ];
    }

    /// <summary>The loser as each target has it, byte for byte.</summary>
    private List<string> Losers() =>
        [
            .. new[] { "zuora", "stripe", "netsuite" }.SelectMany(system =>
                books.Vendor(system).Records("BillingAccount")!.Select(record => record!.ToJsonString()).Where(IsLoser)
            ),
        ];

    private static bool IsLoser(string record) => record.Contains("\"Acme Inc.\"", StringComparison.Ordinal);

    private SortedDictionary<string, int> Counted() => new(books.Sent.ToDictionary(pair => pair.Key, pair => pair.Value.Count));

    /// <summary>What was sent since, save questions.</summary>
    private IEnumerable<string> Since(SortedDictionary<string, int> counted) =>
        books
            .Sent.SelectMany(pair => pair.Value.Skip(counted[pair.Key]))
            .Where(line => !line.Contains("query", StringComparison.Ordinal) && !line.Contains("/token", StringComparison.Ordinal));

    private static bool IsStanding(string detail) => detail.StartsWith("merged-and-stands: ", StringComparison.Ordinal);

    /// <summary>Where a person is told that the loser stands: every letter is of that.</summary>
    private async Task<IEnumerable<string>> StandingAsync()
    {
        var letters = await books.LettersAsync();
        Assert.All(letters, letter => Assert.Equal((true, "account C-00000002"), (IsStanding(letter.Fault.Detail), letter.Affected)));
        return letters.Select(letter => ((WorkItem.OfLane)letter.Work).Lane.Target).Order(StringComparer.Ordinal);
    }

    private void AssertPaid() =>
        Assert.All(
            new[] { "zuora", "netsuite" }.SelectMany(system => books.Book(system).Payments),
            payment => Assert.Equal(payment.Amount, payment.Applications.Sum(one => one.Amount))
        );

    /// <summary>Whose they are may differ from target to target; how many there are, and how much, may not.</summary>
    private void AssertEqualToTheCent()
    {
        var (billed, posted, seen) = (books.Book("zuora"), books.Book("netsuite"), books.Book("salesforce"));
        Assert.NotEmpty(billed.Invoices);
        Assert.All(new[] { posted, seen }, book => Assert.Equal(Lines(billed), Lines(book)));
        var owed = billed.Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance);
        Assert.Equal(owed, seen.Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance));
        Assert.Equal(owed, posted.Totals.Where(total => total.Kind == "Invoice").Sum(total => total.Balance));
    }

    private static List<string> Lines(Book book) =>
        [
            .. book
                .Invoices.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Number} {one.IssuedOn:O} {one.Total} {one.Tax}"))
                .Concat(
                    book.Payments.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Reference} {one.Amount} {one.Currency}"))
                )
                .Order(StringComparer.Ordinal),
        ];
}
