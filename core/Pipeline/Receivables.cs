using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Ledger;

namespace QtcHub.Pipeline;

/// <summary>
/// What the hub knows to be owed, found by the numbers that a text may name. A document's rows name what was ever told about it; each of these records says
/// itself how it stands now, so that a row that has outlived its meaning does no harm.
/// </summary>
internal sealed class Receivables(HubContext hub)
{
    private const int MostOfNumber = 50;
    private const int MostAbout = 500;

    /// <summary>The invoices and debit memos that stand in a target and whose number a text may name, whoever's they are, as seen by one payment.</summary>
    public async Task<IReadOnlyList<Receivable>> NamedInAsync(RemittanceText text, LaneAt payment, CancellationToken cancellationToken)
    {
        var found = new List<Receivable>();
        foreach (var key in text.Keys)
        {
            foreach (var id in await hub.Store.DocumentsNumberedAsync(key, MostOfNumber, cancellationToken))
            {
                if (
                    await ReadAsync(id, cancellationToken) is BillingDocument document
                    && DocumentNumber.Of(document.Number)?.Key == key
                    && await hub.Store.HeadAsync(id, cancellationToken) is { } head
                    && payment.Target.System.ToldAs(head.Value) is not null
                )
                {
                    found.Add(await SeeAsync(id, document, payment, cancellationToken));
                }
            }
        }

        return found;
    }

    private async Task<Receivable> SeeAsync(
        CanonicalId id,
        BillingDocument document,
        LaneAt payment,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Id = id,
            Number = document.Number,
            Account = document.Account,
            Entity = document.Entity,
            IsOpen = document.Status == "open",
            Owed = document.Total with { MinorUnits = await OwedAsync(id, document, payment, cancellationToken) },
            DueOn = document.DueOn ?? document.IssuedOn,
        };

    /// <summary>
    /// The total less every application that is known, and never more than the balance that its owner has told: of two accounts that disagree for a moment the
    /// lower one counts, and what is not told of yet but proposed is as good as applied.
    /// </summary>
    private async Task<long> OwedAsync(CanonicalId id, BillingDocument document, LaneAt payment, CancellationToken cancellationToken)
    {
        var about = await hub.Store.RecordsAboutAsync(id, MostAbout + 1, cancellationToken);
        if (about.Count > MostAbout)
        {
            return 0;
        }

        Int128 applied = 0;
        var balance = (Int128)document.Total.MinorUnits;
        var told = new HashSet<CanonicalId>();
        var payments = new List<(CanonicalId Id, Int128 Pays)>();
        foreach (var record in about)
        {
            switch (await ReadAsync(record, cancellationToken))
            {
                case Application application when (application.Invoice ?? application.DebitMemo) == id:
                    applied += application.HasEnded ? 0 : (Int128)application.Amount.MinorUnits + (application.Discount?.MinorUnits ?? 0);
                    told.UnionWith(application.Payment is { } by ? [by] : []);
                    break;
                case DocumentState state when (state.Invoice ?? state.DebitMemo) == id:
                    balance = Int128.Min(balance, state.Balance.MinorUnits);
                    break;
                case Payment other when record != payment.Id.Record:
                    payments.Add((record, await PaysAsync(record, other, id, payment, cancellationToken)));
                    break;
            }
        }

        // What a payment pays by its own account is in its applications, once these are told.
        applied += payments.Where(one => !told.Contains(one.Id)).Aggregate((Int128)0, (sum, one) => sum + one.Pays);
        return (long)Int128.Clamp(Int128.Min(balance, document.Total.MinorUnits - applied), 0, long.MaxValue);
    }

    /// <summary>What another payment pays of a document: what it is told to pay, or what has been proposed for it and may have been carried out.</summary>
    private async Task<Int128> PaysAsync(
        CanonicalId id,
        Payment other,
        CanonicalId document,
        LaneAt payment,
        CancellationToken cancellationToken
    )
    {
        if (other.HasEnded)
        {
            return 0;
        }

        var pays = Rules.Sum((other.Applications ?? []).Where(one => (one.Invoice ?? one.DebitMemo) == document).Select(one => one.Amount));
        var lane = (await hub.Store.LaneAsync(payment.Target.Lane.Of(id), cancellationToken))?.Value;
        var isAsked = lane is { ExternalId: not null } or { Current.RequestHash: not null };
        var proposed = isAsked ? lane!.Proposal?.Applications ?? [] : [];
        return Int128.Max(pays, Rules.Sum(proposed.Where(one => one.Document == document).Select(one => one.Amount)));
    }

    /// <summary>A record as it is now; null where it was noted and never came to be.</summary>
    private async Task<CanonicalRecord?> ReadAsync(CanonicalId id, CancellationToken cancellationToken)
    {
        if (await hub.Store.HeadAsync(id, cancellationToken) is not { Value.Revision: > 0 and var revision })
        {
            return null;
        }

        var read = CanonicalJson.Read(id.Type, (await hub.Store.ContentAsync(id, revision, cancellationToken)).Span);
        Invariant.Holds(read.Fault is null, "stored content has its shape");
        return read.Value;
    }
}

/// <summary>Notes with each document what is about it, and each document under its number, before the record itself is stored: a note too many does no harm.</summary>
internal sealed class ReceivableNotes(HubContext hub)
{
    /// <summary>What keeps a record from being noted, or null.</summary>
    public async Task<Fault?> KeepAsync(CanonicalId id, CanonicalRecord record, CancellationToken cancellationToken)
    {
        if (!hub.Router.AppliesCash)
        {
            return null;
        }

        if (
            record is Invoice or DebitMemo
            && DocumentNumber.Of(((BillingDocument)record).Number) is { } number
            && !await hub.Store.NumberDocumentAsync(number.Key, id, cancellationToken)
        )
        {
            return Overloaded;
        }

        foreach (var document in AboutBy(record))
        {
            if (!await hub.Store.NoteAboutAsync(document, id, cancellationToken))
            {
                return Overloaded;
            }
        }

        return null;
    }

    /// <summary>What was taken in before cash application was set up is noted when a backfill finds it again as it was.</summary>
    public async Task<Fault?> KeepAgainAsync(Observed at, RecordHead head, CancellationToken cancellationToken)
    {
        if (!hub.Router.AppliesCash || head.Revision == 0 || !DeliveryId.IsBackfilled(at.Arrival.Origin))
        {
            return null;
        }

        var content = await hub.Store.ContentAsync(head.Id, head.Revision, cancellationToken);
        var record = CanonicalJson.Read(head.Id.Type, content.Span);
        Invariant.Holds(record.Fault is null, "stored content has its shape");
        return await KeepAsync(head.Id, record.Value, cancellationToken);
    }

    private static Fault.Transient Overloaded { get; } = new("the store is overloaded");

    private static IEnumerable<CanonicalId> AboutBy(CanonicalRecord record) =>
        record switch
        {
            Application application => Named(application.Invoice, application.DebitMemo),
            DocumentState state => Named(state.Invoice, state.DebitMemo),
            Payment payment => (payment.Applications ?? []).SelectMany(one => Named(one.Invoice, one.DebitMemo)),
            _ => [],
        };

    private static IEnumerable<CanonicalId> Named(CanonicalId? invoice, CanonicalId? debitMemo) =>
        (invoice ?? debitMemo) is { } document ? [document] : [];
}
