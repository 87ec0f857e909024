using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// Whose a document is, where its source says only whose the system is: a processor's account is one company's, and may be charged for the customers of all. What
/// is of another company's account is that company's, in every system that tells of it, or its match keys would be of two.
/// </summary>
internal sealed class CompanyOf(HubContext hub)
{
    /// <summary>The record, of the company of what it is about.</summary>
    public async Task<CanonicalRecord> RightedAsync(Observed at, CanonicalRecord record, CancellationToken cancellationToken)
    {
        if (hub.Options.Entities.Count == 1 || record.Entity != at.Arrival.Source.Entity.Code || About(record) is not { } about)
        {
            return record;
        }

        if (await hub.Store.LivingAsync(about, cancellationToken) is not { Value: { Revision: > 0 } head })
        {
            return record;
        }

        var content = await hub.Store.ContentAsync(head.Id, head.Revision, cancellationToken);
        using var read = JsonDocument.Parse(content);
        return record with { Entity = read.RootElement.GetProperty("entity").GetString()! };
    }

    // What a processor holds and pays out stays its own company's, whosever money it was.
    private static CanonicalId? About(CanonicalRecord record) =>
        record switch
        {
            Order order => order.Account,
            Subscription subscription => subscription.Account,
            BillingDocument document => document.Account,
            Payment payment => payment.Account,
            Refund refund => refund.Account ?? refund.Payment ?? refund.CreditNote,
            Dispute dispute => dispute.Payment,
            Application application => application.Payment ?? application.CreditNote ?? application.Invoice ?? application.DebitMemo,
            DocumentState state => state.Invoice ?? state.DebitMemo ?? state.CreditNote,
            _ => null,
        };
}
