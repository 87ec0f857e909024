using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>The customer of several accounts is their parent in the ledger, where it takes customers.</summary>
public sealed class CustomerTests
{
    [Fact]
    public async Task A_customer_is_the_parent_of_its_accounts_though_it_has_the_number_of_one_of_them()
    {
        using var books = new BooksBench(edit: Stacks.WithCustomers);
        books.Desk.Open("C-1", "Acme West", "California", "C-1");
        books.Desk.Open("C-2", "Acme East", "New York", "C-1");
        books.Desk.Know("C-1", "Acme Group");
        await books.PassAsync(TimeSpan.FromHours(1));

        Assert.Equal(["Acme East: Acme Group", "Acme Group: ", "Acme West: Acme Group"], Parents(books));
        books.Desk.Know("C-1", "Acme Holding");
        await books.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(["Acme East: Acme Holding", "Acme Holding: ", "Acme West: Acme Holding"], Parents(books));
        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
    }

    [Fact]
    public async Task Where_the_ledger_takes_no_customers_an_account_stands_without_its_own_and_does_not_wait()
    {
        using var books = new BooksBench(edit: Stacks.WithBranch);
        books.Desk.Know("C-1", "Acme Group");
        books.Desk.Open("C-2", "Acme East", "New York", "C-1");
        await books.PassAsync();

        Assert.Equal(["Acme East: "], Parents(books));
        Assert.Equal([], (await books.LettersAsync()).Select(letter => $"{letter.Cause}: {letter.Fault.Detail}"));
    }

    private static IEnumerable<string> Parents(BooksBench books)
    {
        var customers = books.Vendor("netsuite").Records("customer")!;
        var names = customers.ToDictionary(
            customer => (string)customer!["id"]!,
            customer => (string)customer!["companyName"]!,
            StringComparer.Ordinal
        );
        return customers
            .Select(customer => $"{customer!["companyName"]}: {((string?)customer["parent"]?["id"] is { } parent ? names[parent] : "")}")
            .Order(StringComparer.Ordinal);
    }
}
