using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Says in a document's state that payment was put off, where the state's source tells only when it is due by now: the document stands in the same target with the
/// day that it was posted with.
/// </summary>
internal sealed class Extension(HubContext hub, TargetReferences references)
{
    /// <summary>A state as its target is told of it; any other record as it is.</summary>
    public async Task<ReadOnlyMemory<byte>> ToldAsync(LaneAt at, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (
            at.Target.Type != RecordType.DocumentState
            || CanonicalJson.Read(RecordType.DocumentState, content.Span).Value
                is not DocumentState { DueOn: { } due, ExtendedDueOn: null } state
            || (state.Invoice ?? state.DebitMemo ?? state.CreditNote) is not { } document
            || await references.LaneAsync(document, at.Id.Target, cancellationToken)
                is not { ExternalId: not null, PostedWith: > 0 and var revision }
        )
        {
            return content;
        }

        var posted = CanonicalJson.Read(document.Type, (await hub.Store.ContentAsync(document, revision, cancellationToken)).Span).Value;
        return due > ((BillingDocument)posted).DueOn ? CanonicalJson.Write(state with { ExtendedDueOn = due }) : content;
    }
}
