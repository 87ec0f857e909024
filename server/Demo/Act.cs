using QtcHub.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>One thing the business does. Records go by the script's own keys.</summary>
internal abstract record Act
{
    private Act() { }

    public sealed record OpenAccount(string Key, string Name, string Email, string Currency, string Country) : Act;

    public sealed record RenameAccount(string Account, string Name) : Act;

    public sealed record IssueInvoice(string Key, string Account, IReadOnlyList<PlayedLine> Lines, long Tax) : Act;

    public sealed record AnnotateInvoice(string Invoice, string Memo) : Act;

    public sealed record VoidInvoice(string Invoice) : Act;

    public sealed record TakePayment(string Key, string Account, long Amount, IReadOnlyList<ScriptApplication> Applications) : Act;

    public sealed record ApplyPayment(string Payment, ScriptApplication Application) : Act;
}

/// <summary>Part of a payment for an invoice, minor units.</summary>
internal sealed record ScriptApplication(string Invoice, long Amount);
