using QtcHub.Sandbox;
using QtcHub.Server.Demo.Books;
using QtcHub.Server.Sandbox;

namespace QtcHub.Server.Demo.Staging;

/// <summary>Where the acts are played: the pretend vendors by what they do for the company, and which of their records is which of the script's.</summary>
internal sealed class Stage(SandboxFleet fleet, ControlBook book)
{
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> noted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> billed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> keys = book.Accounts.ToDictionary(
        customer => customer.Email,
        customer => customer.Key,
        StringComparer.Ordinal
    );

    public IPlaysSales Sales { get; } = Vendor<IPlaysSales>(fleet);

    public IPlaysSubscriptions Billing { get; } = Vendor<IPlaysSubscriptions>(fleet);

    public IPlaysPayments Processor { get; } = Vendor<IPlaysPayments>(fleet);

    public IPlaysErp Ledger { get; } = Vendor<IPlaysErp>(fleet);

    /// <summary>What the script has made of it all.</summary>
    public ControlBook Book => book;

    /// <summary>The name of the system that plays a part.</summary>
    public string NameOf(Part part) =>
        fleet
            .Systems.Values.First(system =>
                part switch
                {
                    Part.Sales => system.Played == Sales,
                    Part.Billing => system.Played == Billing,
                    Part.Processor => system.Played == Processor,
                    _ => system.Played == Ledger,
                }
            )
            .Name;

    /// <summary>Notes the id that a record of the script's has where it was made.</summary>
    public void Name(string key, string id) => ids[key] = id;

    /// <summary>The id of a record where it was made; where it was not, the script's own key.</summary>
    public string IdOf(string key) => ids.GetValueOrDefault(key, key);

    /// <summary>The key of the customer that has an address.</summary>
    public string KeyOf(string email) => keys[email];

    /// <summary>The number under which everybody knows a document.</summary>
    public string NumberOf(string key)
    {
        if (!numbers.ContainsKey(IdOf(key)))
        {
            var billing = Billing.Book();
            billing.Invoices.ToList().ForEach(invoice => numbers[invoice.Id] = invoice.Number);
            billing.Memos.ToList().ForEach(memo => numbers[memo.Id] = memo.Number);
            FindMemo(key, billing);
        }

        return numbers.GetValueOrDefault(IdOf(key), key);
    }

    /// <summary>Notes which documents there are, before more are made.</summary>
    public void Note()
    {
        var billing = Billing.Book();
        noted.UnionWith(billing.Invoices.Select(invoice => invoice.Id).Concat(billing.Memos.Select(memo => memo.Id)));
    }

    /// <summary>Names the invoices and the credit memos that a bill run has made since they were noted, each by the address of its account.</summary>
    public void NameBilled(Func<string, string> invoiceKey, Func<string, string> creditKey)
    {
        var billing = Billing.Book();
        var addresses = billing.Accounts.ToDictionary(account => account.Number, account => account.Email!, StringComparer.Ordinal);
        foreach (var invoice in billing.Invoices.Where(invoice => noted.Add(invoice.Id)))
        {
            Name(invoiceKey(addresses[invoice.AccountNumber]), invoice.Id);
        }

        foreach (var memo in billing.Memos.Where(memo => noted.Add(memo.Id)))
        {
            Name(creditKey(addresses[memo.AccountNumber]), memo.Id);
        }
    }

    /// <summary>A customer's account in billing.</summary>
    public string InBilling(string customer) => Find(Billing, billed, customer);

    /// <summary>A customer's account at the processor.</summary>
    public string AtProcessor(string customer) => Find(Processor, taken, customer);

    /// <summary>A customer's account in the ledger.</summary>
    public string InLedger(string customer) => Find(Ledger, kept, customer);

    // What is made of an invoice without being asked for by name is known by what it pays, and how much it is.
    private void FindMemo(string key, Book billing)
    {
        if (!ids.ContainsKey(key) && book.Has(key) && book.Document(key) is { Of: { } invoice } document)
        {
            var paid = NumberOf(invoice);
            var found = billing.Memos.FirstOrDefault(memo =>
                memo.IsCredit
                && memo.Total == document.Total
                && !ids.ContainsValue(memo.Id)
                && memo.Applications.Any(application => application.InvoiceNumber == paid)
            );
            if (found is not null)
            {
                Name(key, found.Id);
            }
        }
    }

    private string Find(IPretendVendor vendor, Dictionary<string, string> found, string customer)
    {
        var email = book.Account(customer).Email;
        if (!found.ContainsKey(email))
        {
            foreach (var account in vendor.Book().Accounts.Where(account => account.Active && account.Email is not null))
            {
                found[account.Email!] = account.Id;
            }
        }

        return found.TryGetValue(email, out var id)
            ? id
            : throw new StageException($"{book.Account(customer).Name} has not arrived in a system where something is to happen to it");
    }

    private static T Vendor<T>(SandboxFleet fleet)
        where T : class, IPretendVendor => fleet.Systems.Values.Select(system => system.Played).OfType<T>().First();
}

/// <summary>What a system does for the company.</summary>
internal enum Part
{
    Sales,
    Billing,
    Processor,
    Ledger,
}

/// <summary>The script cannot go on, because something that had to be there by now is not.</summary>
internal sealed class StageException(string message) : Exception(message);
