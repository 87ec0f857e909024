using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Sandbox;

namespace QtcHub.Tests.Books;

/// <summary>A company whose customers pay by wire: billing says what is owed, the ledger is where the wires are booked.</summary>
public abstract class CashBench : IDisposable
{
    private readonly List<BooksBench> opened = [];
    private int wires;

    protected CashBench() => Books = Use(new BooksBench());

    private protected BooksBench Books { get; private set; }

    /// <summary>The latest wire's id in the ledger.</summary>
    protected string Latest { get; private set; } = "";

    private protected IPlaysSubscriptions Billing => (IPlaysSubscriptions)Books.Vendor("zuora");

    public void Dispose()
    {
        opened.ForEach(bench => bench.Dispose());
        GC.SuppressFinalize(this);
    }

    private protected BooksBench Use(BooksBench bench)
    {
        opened.Add(bench);
        return Books = bench;
    }

    private protected async Task<string> OpenAsync(string name = "Acme")
    {
        var account = Billing.OpenAccount(name, "ap@acme.example", "USD", "US");
        await Books.PassAsync();
        return account;
    }

    /// <summary>Issues an invoice; gives its number.</summary>
    private protected async Task<string> InvoiceAsync(string account, long amount, long tax = 0)
    {
        var id = Billing.IssueInvoice(account, [new PlayedLine("Seats", 1, amount)], tax);
        await Books.PassAsync(TimeSpan.FromMinutes(2));
        return Books.Book("zuora").Invoices.Single(invoice => invoice.Id == id).Number;
    }

    /// <summary>A wire reaches the bank, and somebody books it in the ledger under the customer; gives its id there.</summary>
    private protected string Wire(string customer, decimal amount, string? text, string currency = "1")
    {
        var paid = new JsonObject
        {
            ["customer"] = new JsonObject { ["id"] = Books.Book("netsuite").Accounts.Single(account => account.Name == customer).Id },
            ["currency"] = new JsonObject { ["id"] = currency },
            ["subsidiary"] = new JsonObject { ["id"] = "1" },
            ["payment"] = amount,
            ["tranDate"] = "2026-03-02",
            ["checkNum"] = $"WIRE-{++wires}",
        };
        if (text is not null)
        {
            paid["memo"] = text;
        }

        return Latest = (string)Books.Vendor("netsuite").Put("customerPayment", paid)!["id"]!;
    }

    private protected List<(string Number, long Amount)> Paid(string system) =>
        [
            .. Books
                .Book(system)
                .Payments.SelectMany(payment => payment.Applications)
                .Select(one => (one.InvoiceNumber, one.Amount))
                .OrderBy(one => one.InvoiceNumber, StringComparer.Ordinal),
        ];

    private protected async Task<CanonicalId> IdOfAsync(string number)
    {
        var invoice = Books.Book("zuora").Invoices.Single(one => one.Number == number).Id;
        return (await Books.Store.ClaimedAsync("zuora", "invoice", invoice, CancellationToken.None))!.Value;
    }

    /// <summary>What was proposed of the latest wire.</summary>
    private protected async Task<CashProposal> ProposalAsync()
    {
        var lane = await Books.Store.LaneAsync(new LaneId(await WireAsync(), "zuora", "payment"), CancellationToken.None);
        Assert.NotNull(lane?.Value.Proposal);
        return lane.Value.Value.Proposal!;
    }

    private protected async Task<CanonicalId> WireAsync() =>
        (await Books.Store.ClaimedAsync("netsuite", "customerPayment", Latest, CancellationToken.None))!.Value;
}
