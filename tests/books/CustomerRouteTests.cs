using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>The accounts that sales puts under one of them stand below it in the ledger; billing and the processor have each of them.</summary>
public sealed class CustomerRouteTests : IDisposable
{
    private readonly BooksBench books = new("four-systems.yaml");

    private IPlaysSales Sales => (IPlaysSales)books.Vendor("salesforce");

    public void Dispose() => books.Dispose();

    [Theory]
    [InlineData("at once")]
    [InlineData("from below")]
    [InlineData("when all stand")]
    [InlineData("by polls")]
    public async Task A_parent_and_its_accounts_are_parent_and_children_whoever_is_told_of_first(string order)
    {
        string group;
        if (order is "from below")
        {
            var (east, west) = (Open("East"), Open("West"));
            await books.PassAsync();
            Sales.PutUnder(east, group = Open("Group"));
            Sales.PutUnder(west, group);
        }
        else
        {
            group = Open("Group");
            var (east, west) = (Open("East"), Open("West"));
            if (order is "when all stand")
            {
                await books.PassAsync();
                Assert.Equal(["East", "Group", "West"], Stand());
            }

            Sales.PutUnder(east, group);
            Sales.PutUnder(west, group);
            await books.DeliverAsync("salesforce", lost: order is "by polls");
        }

        Open("Alone");
        await books.PassAsync();

        Assert.Equal(["Alone", "East < Group", "Group < Group", "West < Group"], Stand());
        Assert.Equal(["Group"], Customers());
        Assert.All(["zuora", "stripe"], system => Assert.Equal(4, books.Book(system).Accounts.Count));
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task A_customer_that_is_renamed_is_so_there_and_an_account_that_comes_later_stands_below_it()
    {
        var (group, _) = await GroupAsync();
        Sales.RenameAccount(group, "Holding");
        await books.PassAsync();
        Sales.PutUnder(Open("West"), group);
        await books.PassAsync();

        Assert.Equal(["East < Holding", "Holding < Holding", "West < Holding"], Stand());
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task An_account_that_leaves_stands_alone_and_one_that_moves_below_the_other_and_its_invoices_stay_where_they_are()
    {
        var (group, east) = await GroupAsync();
        var west = Open("West");
        Sales.PutUnder(west, group);
        var seat = Sales.PutProduct("SKU-SEAT", "Seat", [new PlayedPrice("USD", 3_000)]);
        Sales.ActivateOrder(Sales.PlaceOrder(east, null, new DateOnly(2026, 3, 1), [new PlayedSale(seat, 1, 3_000, 12)]));
        await books.PassAsync();
        ((IPlaysSubscriptions)books.Vendor("zuora")).RunBilling(new DateOnly(2026, 3, 1));
        await books.PassAsync();
        var posted = Assert.Single(books.Book("netsuite").Invoices);

        var other = Open("Other");
        Sales.PutUnder(east, other);
        Sales.PutUnder(west, null);
        await books.PassAsync();

        // The group has no account but its own any more, and so is no customer.
        Assert.Equal(["East < Other", "Group", "Other < Other", "West"], Stand());
        Assert.Equal(["Group, inactive", "Other"], Customers());
        Assert.Equal(posted with { LineAmounts = [] }, Assert.Single(books.Book("netsuite").Invoices) with { LineAmounts = [] });

        Sales.PutUnder(west, group);
        await books.PassAsync();
        Assert.Equal(["East < Other", "Group < Group", "Other < Other", "West < Group"], Stand());
        Assert.Equal(["Group", "Other"], Customers());
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task A_group_within_a_group_stands_below_it()
    {
        var (group, east) = await GroupAsync();
        Sales.PutUnder(Open("City"), east);
        await books.PassAsync();

        Assert.Equal(["City < East", "East < East", "Group < Group"], Stand());
        Assert.Equal(["East < Group", "Group"], Customers());
        Assert.ThrowsAny<ArgumentException>(() => Sales.PutUnder(group, east));
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task A_customer_that_is_deleted_leaves_its_accounts_and_is_inactive()
    {
        var (group, _) = await GroupAsync();
        Sales.CloseAccount(group);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(["East"], Stand().Where(stands => !stands.StartsWith("Group", StringComparison.Ordinal)));
        Assert.Equal(["Group, inactive"], Customers());
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task An_account_that_closes_does_not_wait_for_a_customer_that_ended_before_it_came_there()
    {
        var (group, east) = (Open("Group"), Open("East"));
        await books.PassAsync();
        Assert.Equal(["East", "Group"], Stand());

        RefuseNextCustomer();
        Sales.PutUnder(east, group);
        await books.PassAsync();
        Assert.Single(await books.LettersAsync());

        Sales.CloseAccount(east);
        Sales.CloseAccount(group);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(Customers());
        Assert.All(books.Book("netsuite").Accounts, account => Assert.False(account.Active));
        await AssertNobodyIsAskedAsync();
    }

    [Fact]
    public async Task Customers_that_are_merged_are_one_with_the_accounts_of_both_and_the_other_is_told_to_a_person()
    {
        var (group, _) = await GroupAsync();
        var loser = Open("Same group");
        Sales.PutUnder(Open("West"), loser);
        await books.PassAsync();
        Sales.MergeAccounts(group, loser);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(["East < Group", "Group < Group", "Same group < Same group", "West < Group"], Stand());
        Assert.Equal(["Group", "Same group"], Customers());
        Assert.Equal(
            ["account C-00000003", "account C-00000003", "account C-00000003", "customer C-00000003"],
            (await books.LettersAsync()).Select(letter => letter.Affected).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task A_customer_that_its_own_account_takes_in_ends_and_is_not_put_below_itself()
    {
        var (group, east) = await GroupAsync();
        var city = Open("City");
        Sales.PutUnder(city, east);
        await books.PassAsync();
        Assert.Equal(["City < East", "East < East", "Group < Group"], Stand());

        // What was above it is part of it by now, and nothing is below it any more.
        Sales.PutUnder(city, null);
        Sales.MergeAccounts(east, group);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Contains(
            Customers(),
            customer => customer.StartsWith("East", StringComparison.Ordinal) && customer.EndsWith("inactive", StringComparison.Ordinal)
        );
        Assert.DoesNotContain((await books.LettersAsync()), letter => letter.Fault.Detail.Contains("parent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accounts_of_one_customer_that_are_merged_stay_below_it()
    {
        var (group, east) = await GroupAsync();
        var west = Open("West");
        Sales.PutUnder(west, group);
        await books.PassAsync();
        Sales.MergeAccounts(east, west);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(["East < Group", "Group < Group", "West < Group"], Stand());
        Assert.Equal(["Group"], Customers());
        Assert.All(
            await books.LettersAsync(),
            letter => Assert.StartsWith("merged-and-stands: ", letter.Fault.Detail, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Accounts_that_are_no_customers_are_none_once_they_are_merged()
    {
        var (one, same) = (Open("One"), Open("Same"));
        await books.PassAsync();
        Sales.MergeAccounts(one, same);
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Empty(Customers());
    }

    [Fact]
    public async Task An_account_of_a_customer_that_the_ledger_refuses_waits_for_it_and_names_its_letter()
    {
        RefuseNextCustomer();
        var (group, _) = await GroupAsync();
        var west = Open("West");
        Sales.PutUnder(west, group);
        await books.PassAsync();

        var letter = Assert.Single(await books.LettersAsync());
        Assert.Equal("customer C-00000001", letter.Affected);
        Assert.Equal([], Stand());
        var account = await books.Store.ClaimedAsync("salesforce", "AccountBilling", west, CancellationToken.None);
        var waiting = (await books.Store.LanesAsync(account!.Value, CancellationToken.None)).Single(lane =>
            lane.Value.Id.Target == "netsuite"
        );
        Assert.Equal(EffectState.Parked, waiting.Value.Current!.State);
        Assert.Contains(
            $"see dead letter {Home.OfRecord(letter.Record!.Value)}!",
            waiting.Value.Current.Fault!.Detail,
            StringComparison.Ordinal
        );
        Assert.All(["zuora", "stripe"], system => Assert.Equal(3, books.Book(system).Accounts.Count));

        Assert.True(await books.Hub.ReleaseAsync(((WorkItem.OfLane)letter.Work).Lane, "ann", "put right there", CancellationToken.None));
        await books.PassAsync();
        Assert.Equal(["East < Group", "Group < Group", "West < Group"], Stand());
        await AssertNobodyIsAskedAsync();
    }

    /// <summary>An account with another one under it, wherever they go.</summary>
    private async Task<(string Group, string East)> GroupAsync()
    {
        var (group, east) = (Open("Group"), Open("East"));
        Sales.PutUnder(east, group);
        await books.PassAsync();
        return (group, east);
    }

    private void RefuseNextCustomer() =>
        books
            .Faults["netsuite"]
            .Plan(
                new PlannedFault
                {
                    Method = "PUT",
                    PathContains = "/customer/eid:cus_",
                    Status = 400,
                }
            );

    private string Open(string name) => Sales.OpenAccount(name, $"{name.Replace(' ', '.')}@example.com", "USD", "US", "us");

    /// <summary>The accounts of the ledger with what they are below.</summary>
    private IEnumerable<string> Stand() =>
        books.Book("netsuite").Accounts.Select(account => Named(account.Name, account.Customer, true)).Order(StringComparer.Ordinal);

    private IEnumerable<string> Customers() =>
        books
            .Book("netsuite")
            .Customers.Select(customer => Named(customer.Name, customer.Group, customer.Active))
            .Order(StringComparer.Ordinal);

    private string Named(string name, string? above, bool active) =>
        $"{name}{(above is null ? "" : $" < {books.Book("netsuite").Customers.Single(one => one.Number == above).Name}")}{(active ? "" : ", inactive")}";

    private async Task AssertNobodyIsAskedAsync() =>
        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Affected}: {letter.Cause}: {letter.Fault.Detail}"));
}
