namespace QtcHub.Sandbox;

/// <summary>What a vendor holds, in one vocabulary, so that two vendors can be compared without any mapping of the hub's.</summary>
public sealed record Book(IReadOnlyList<BookAccount> Accounts, IReadOnlyList<BookInvoice> Invoices, IReadOnlyList<BookPayment> Payments);

/// <summary>An account. <paramref name="Number"/> is the source's account number in every vendor.</summary>
public sealed record BookAccount(string Id, string Number, string Name, string? Email, bool Active);

/// <summary>An invoice as posted: minor units; lines in order with their net amounts.</summary>
public sealed record BookInvoice(
    string Id,
    string Number,
    string AccountNumber,
    DateOnly IssuedOn,
    string Currency,
    long Tax,
    long Total,
    string? Memo,
    string Status,
    IReadOnlyList<long> LineAmounts
);

/// <summary>A payment: minor units; <paramref name="Reference"/> is the processor's reference; applications by invoice number, in that order.</summary>
public sealed record BookPayment(
    string Id,
    string Reference,
    string AccountNumber,
    DateOnly ReceivedOn,
    string Currency,
    long Amount,
    string Status,
    IReadOnlyList<BookApplication> Applications
);

/// <summary>An application in a book: invoice number and minor units.</summary>
public sealed record BookApplication(string InvoiceNumber, long Amount);
