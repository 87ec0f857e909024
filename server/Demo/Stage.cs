using QtcHub.Sandbox;

namespace QtcHub.Server.Demo;

/// <summary>Plays the script's acts on a billing vendor and remembers which of its records is which.</summary>
internal sealed class Stage(IPlaysBilling billing)
{
    private readonly Dictionary<string, string> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> currencies = new(StringComparer.Ordinal);

    /// <summary>The vendor's id of a record, by the script's key.</summary>
    public string IdOf(string key) => ids[key];

    /// <summary>Plays one act.</summary>
    public void Play(Act act)
    {
        switch (act)
        {
            case Act.OpenAccount open:
                ids[open.Key] = billing.OpenAccount(open.Name, open.Email, open.Currency, open.Country);
                currencies[open.Key] = open.Currency;
                break;
            case Act.RenameAccount rename:
                billing.RenameAccount(ids[rename.Account], rename.Name);
                break;
            case Act.IssueInvoice issue:
                ids[issue.Key] = billing.IssueInvoice(ids[issue.Account], issue.Lines, issue.Tax);
                break;
            case Act.AnnotateInvoice annotate:
                billing.AnnotateInvoice(ids[annotate.Invoice], annotate.Memo);
                break;
            case Act.VoidInvoice gone:
                billing.VoidInvoice(ids[gone.Invoice]);
                break;
            case Act.TakePayment take:
                ids[take.Key] = billing.TakePayment(
                    ids[take.Account],
                    take.Amount,
                    currencies[take.Account],
                    [.. take.Applications.Select(Played)]
                );
                break;
            case Act.ApplyPayment apply:
                billing.ApplyPayment(ids[apply.Payment], Played(apply.Application));
                break;
            default:
                throw new InvariantException("a known act");
        }
    }

    private PlayedApplication Played(ScriptApplication application) => new(ids[application.Invoice], application.Amount);
}
