using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>Adds to the request that makes a payment what cash application proposes that it pays. What stands there is applied by its owner alone.</summary>
internal sealed class CashProposals(HubContext hub)
{
    /// <summary>The field of a payment whose owner is asked.</summary>
    public const string Field = "applications";

    // Twice may be two payments of one moment; then something is at work that the hub does not see.
    private const int MostRefusals = 2;

    private readonly Receivables receivables = new(hub);

    /// <summary>What is proposed of a payment that its target does not have yet; null where the route asks for nothing.</summary>
    public async Task<CashProposal?> ProposeAsync(LaneAt at, Payment payment, CancellationToken cancellationToken)
    {
        if (at.Target.CashApplication is not { } policy || at.Value.ExternalId is not null || payment.Applications is { Count: > 0 })
        {
            return null;
        }

        if (at.Current is { Attempts: >= MostRefusals, Fault.Name: nameof(Fault.Conflict) })
        {
            return new CashProposal(CashVerdict.Refused);
        }

        var named = await receivables.NamedInAsync(new RemittanceText(payment.RemittanceText), at, cancellationToken);
        var receipt = new CashReceipt(payment.Entity, payment.Account, payment.Amount, payment.RemittanceText);
        return CashApplication.Propose(receipt, named, policy);
    }

    /// <summary>The payment as the target is to be told of it: with what is proposed in the place of what it pays.</summary>
    public static ReadOnlyMemory<byte> With(ReadOnlyMemory<byte> content, Payment payment, CashProposal proposal)
    {
        var applications = proposal.Applications.Select(one => new PaymentApplication
        {
            Invoice = one.Document.Type == RecordType.Invoice ? one.Document : null,
            DebitMemo = one.Document.Type == RecordType.DebitMemo ? one.Document : null,
            Amount = one.Amount,
            AppliedOn = payment.ReceivedOn,
        });
        return proposal.Applications.IsEmpty ? content : CanonicalJson.Write(payment with { Applications = [.. applications] });
    }

    /// <summary>A record as its lane writes it: whole, or what of a payment is given up.</summary>
    public static ReadOnlyMemory<byte> WrittenOf(LaneAt at, ReadOnlyMemory<byte> content) =>
        content.IsEmpty || at.Target.Type == at.Id.Record.Type ? content : Given(content, at.Value.Proposal);

    /// <summary>What a payment lacks and is given up, as the application that it is: taken back where the payment came to nothing.</summary>
    private static ReadOnlyMemory<byte> Given(ReadOnlyMemory<byte> content, CashProposal? proposal)
    {
        Invariant.Holds(proposal is { WriteOff: not null }, "a lane of what is given up says what");
        var payment = (Payment)CanonicalJson.Read(RecordType.Payment, content.Span).Value;
        return CanonicalJson.Write(
            new Application
            {
                Entity = payment.Entity,
                WriteOff = true,
                Invoice = proposal.WriteOff.Document,
                Amount = proposal.WriteOff.Amount,
                AppliedOn = payment.ReceivedOn,
                Reason = proposal.WriteOff.Reason,
                Reversed = payment.HasEnded ? true : null,
            }
        );
    }

    /// <summary>How long a payment waits whose text may name what is not known yet; null: it goes on.</summary>
    public DateTimeOffset? WaitsUntil(LaneAt at, CashProposal? proposal)
    {
        var until = at.Current.Since + (at.Target.CashApplication?.Wait ?? TimeSpan.Zero);
        if (proposal is not { MayNameMore: true } || hub.Now >= until)
        {
            return null;
        }

        // Soon at first, for the two systems tell of one sale at about the same time; seldom later.
        var waited = hub.Now - at.Current.Since;
        var next = hub.Now + (waited < hub.Policy.RetryFirst ? hub.Policy.RetryFirst : waited);
        return next < until ? next : until;
    }

    /// <summary>Notes with each document that this payment may pay it, before it is asked for; false where the store is overloaded.</summary>
    public async Task<bool> ReserveAsync(LaneAt at, CashProposal? proposal, CancellationToken cancellationToken)
    {
        foreach (var application in proposal?.Applications ?? [])
        {
            if (!await hub.Store.NoteAboutAsync(application.Document, at.Id.Record, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }
}
