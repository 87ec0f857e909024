using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>An account that others are under is a customer too.</summary>
public sealed class SalesforceCustomerTests : IDisposable
{
    private readonly SalesforceSourceBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task An_account_is_a_customer_while_another_is_under_it()
    {
        var (group, east) = (bench.Account("Group"), bench.Account("East"));
        Assert.IsType<RecordReading.Deleted>(await bench.ReadAsync("Account", group));

        Under(east, group);
        Assert.Equal("Group", (await bench.FindAsync("Account", group)).GetProperty("Name").GetString());
        Assert.IsType<RecordReading.Deleted>(await bench.ReadAsync("Account", east));

        Under(east, null);
        Assert.IsType<RecordReading.Deleted>(await bench.ReadAsync("Account", group));
    }

    [Fact]
    public async Task An_account_belongs_to_the_customer_that_it_is_or_is_under()
    {
        var (group, east, alone) = (bench.Account("Group"), bench.Account("East"), bench.Account("Alone"));
        Under(east, group);

        Assert.Equal((group, group, null), (await CustomerOfAsync(east), await CustomerOfAsync(group), await CustomerOfAsync(alone)));

        // One that is under another and has accounts of its own is both: its own account is its own.
        var city = bench.Account("City");
        Under(city, east);
        Assert.Equal((east, east, group), (await CustomerOfAsync(city), await CustomerOfAsync(east), await CustomerOfAsync(group)));
    }

    [Fact]
    public async Task A_change_of_an_account_is_news_of_the_customer_that_it_is_and_of_what_it_is_under()
    {
        var (group, east, alone) = (bench.Account("Group"), bench.Account("East"), bench.Account("Alone"));
        Under(east, group);

        Assert.Equal([$"Account {group}", $"AccountBilling {group}"], await bench.ListAsync("AccountCustomers", east));
        Assert.Equal([$"Account {group}"], await bench.ListAsync("AccountCustomers", group));
        Assert.Empty(await bench.ListAsync("AccountCustomers", alone));
    }

    [Fact]
    public async Task What_is_a_customer_by_another_account_says_by_which_so_that_it_is_looked_at_when_that_one_has_left()
    {
        var (group, east, alone) = (bench.Account("Group"), bench.Account("East"), bench.Account("Alone"));
        Under(east, group);

        var byEast = new SourceList("AccountCustomers", east);
        Assert.Equal(byEast, Assert.IsType<RecordReading.Found>(await bench.ReadAsync("Account", group)).SoByList);
        Assert.Equal(byEast, Assert.IsType<RecordReading.Found>(await bench.ReadAsync("AccountBilling", group)).SoByList);
        Assert.Null(Assert.IsType<RecordReading.Found>(await bench.ReadAsync("AccountBilling", east)).SoByList);
        Assert.Null(Assert.IsType<RecordReading.Found>(await bench.ReadAsync("AccountBilling", alone)).SoByList);
    }

    [Fact]
    public async Task A_customer_that_is_gone_is_looked_at_though_nothing_is_under_it_any_more()
    {
        var (group, kept, east) = (bench.Account("Group"), bench.Account("Kept"), bench.Account("East"));
        Under(east, group);
        bench.Org.MergeAccounts(kept, group);

        Assert.Equal([$"Account {group}"], await bench.ListAsync("AccountCustomers", group));
        Assert.Equal(kept, Assert.IsType<RecordReading.Merged>(await bench.ReadAsync("Account", group)).Into);
        Assert.Equal("Kept", (await bench.FindAsync("Account", kept)).GetProperty("Name").GetString());
        Assert.Equal(["Account 001000000000000AAA"], await bench.ListAsync("AccountCustomers", "001000000000000AAA"));
    }

    [Fact]
    public async Task Where_each_account_is_a_customer_it_belongs_to_itself()
    {
        using var each = new SalesforceSourceBench(("customers", "all"));
        var alone = each.Account("Alone");

        Assert.Equal("Alone", (await each.FindAsync("Account", alone)).GetProperty("Name").GetString());
        Assert.Equal(alone, (await each.FindAsync("AccountBilling", alone)).GetProperty("CustomerId").GetString());
    }

    [Fact]
    public async Task Where_no_route_takes_customers_none_is_asked_for()
    {
        using var none = new SalesforceSourceBench { IsTaken = type => type is not RecordType.Customer };
        none.Connect();
        var (group, east) = (none.Account("Group"), none.Account("East"));
        none.Put("Account", east, ("ParentId", group));

        Assert.False((await none.FindAsync("AccountBilling", east)).TryGetProperty("CustomerId", out _));
        Assert.Single(none.Asked);
        Assert.Equal([$"AccountBilling {group}", $"AccountBilling {east}"], none.Told(await none.BackfillAsync("AccountBilling")));
    }

    [Fact]
    public void No_account_is_under_itself_however_far_up()
    {
        var (group, east) = (bench.Account("Group"), bench.Account("East"));
        Under(east, group);

        Assert.ThrowsAny<ArgumentException>(() => Under(group, east));
        Assert.ThrowsAny<ArgumentException>(() => Under(east, east));
    }

    private void Under(string account, string? parent) => bench.Put("Account", account, ("ParentId", parent));

    private async Task<string?> CustomerOfAsync(string account) =>
        (await bench.FindAsync("AccountBilling", account)).TryGetProperty("CustomerId", out var customer) ? customer.GetString() : null;
}
