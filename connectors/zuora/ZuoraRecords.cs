using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Reads records as they are now, each complete: every page of every list that belongs to it, and of its account what its mapping needs.</summary>
internal sealed class ZuoraRecords(ZuoraCalls calls)
{
    private const int MaxId = 255;

    private readonly ZuoraSubscriptions subscriptions = new(calls);
    private readonly ZuoraDocuments documents = new(calls);
    private readonly ZuoraApplications applications = new(calls);
    private readonly ZuoraProducts products = new(calls);

    /// <summary>Whether a text can be an id: it becomes part of a path, where escaping keeps its other characters, but nothing escapes a dot.</summary>
    public static bool IsId(string text) => text is { Length: > 0 and <= MaxId } && text is not ("." or "..");

    public async Task<Outcome<RecordReading>> ReadAsync(string type, string id, CancellationToken cancellationToken)
    {
        if (!IsId(id))
        {
            return new Fault.Invalid("id", "a Zuora id has 1 to 255 characters and is no path");
        }

        return type switch
        {
            ZuoraKind.Account => await ReadAccountAsync(id, cancellationToken),
            ZuoraKind.Subscription => await subscriptions.ReadAsync(id, cancellationToken),
            ZuoraKind.BillRun => await ReadBillRunAsync(id, cancellationToken),
            ZuoraKind.Invoice or ZuoraKind.DebitMemo or ZuoraKind.CreditMemo => await documents.ReadAsync(type, id, cancellationToken),
            ZuoraKind.DocumentState => await ReadStateAsync(id, cancellationToken),
            ZuoraKind.Payment => await ReadWithAccountAsync(
                (api, token, cancel) => api.GetAsync("payments", id, token, cancel),
                cancellationToken
            ),
            ZuoraKind.Refund => await ReadWithAccountAsync(
                (api, token, cancel) => api.GetAsync("refunds", id, token, cancel),
                cancellationToken
            ),
            ZuoraKind.Application => await applications.ReadAsync(id, cancellationToken),
            ZuoraKind.Product => await products.ReadAsync(id, cancellationToken),
            ZuoraKind.PlanProduct => await products.ListAsync(id, cancellationToken),
            ZuoraKind.PaymentParts => await applications.ListAsync(ZuoraSide.Payment, id, cancellationToken),
            ZuoraKind.CreditMemoParts => await applications.ListAsync(ZuoraSide.CreditMemo, id, cancellationToken),
            _ => throw new InvariantException($"a type that the kind declares, not {type}"),
        };
    }

    /// <summary>An account comes whole, its contacts within, in one answer that does not say when it changed last.</summary>
    private async Task<Outcome<RecordReading>> ReadAccountAsync(string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync((api, token, cancel) => api.GetAsync("accounts", id, token, cancel), cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.IsMissing ? new RecordReading.Missing()
            : new RecordReading.Found(ZuoraForm.Write(found.Body), found.AsRead);
    }

    /// <summary>A bill run is of one account, or of many and then of none.</summary>
    private async Task<Outcome<RecordReading>> ReadBillRunAsync(string id, CancellationToken cancellationToken)
    {
        ZuoraCalls.Read one = (api, token, cancel) => api.GetObjectAsync("bill-run", id, token, cancel);
        var read = await calls.ReadAsync(one, cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (!string.IsNullOrEmpty(found.Body.Text("AccountId")))
        {
            return await ReadWithAccountAsync(one, cancellationToken);
        }

        return found.Body.Updated() is { } updated
            ? new RecordReading.Found(ZuoraForm.Write(found.Body), Marker.At(updated)) { CompleteUntil = found.CompleteUntil }
            : new Fault.Rejected("unreadable-record", "a bill run without the time of its last change");
    }

    /// <summary>A state is its document without what is printed of it, and says which document that is.</summary>
    private async Task<Outcome<RecordReading>> ReadStateAsync(string externalId, CancellationToken cancellationToken)
    {
        if (ZuoraDocument.Parse(externalId) is not var (document, id))
        {
            return new Fault.Invalid("id", "a state is called invoice:…, debit-memo:… or credit-memo:…, after its document");
        }

        return await ReadWithAccountAsync(
            (api, token, cancel) => document.ReadAsync(api, id, token, cancel),
            cancellationToken,
            ZuoraForm.Text(document.IdField, id)
        );
    }

    private async Task<Outcome<RecordReading>> ReadWithAccountAsync(
        ZuoraCalls.Read one,
        CancellationToken cancellationToken,
        params (string Name, Action<Utf8JsonWriter> Write)[] beside
    )
    {
        var read = await calls.ReadHeadAsync(one, cancellationToken);
        return !read.TryGet(out var head, out var fault) ? fault
            : head.IsMissing ? new RecordReading.Missing()
            : new RecordReading.Found(ZuoraForm.Write(head.Record, [ZuoraForm.Account(head.Account), .. beside]), Marker.At(head.Updated))
            {
                CompleteUntil = head.CompleteUntil,
            };
    }
}

/// <summary>A record that bears when it changed last, with its account.</summary>
internal sealed record ZuoraHead(JsonElement Record, JsonElement Account, DateTimeOffset Updated, DateTimeOffset Date)
{
    public static readonly ZuoraHead Missing = new(default, default, default, default);

    /// <summary>Until when whatever is stamped of the record is in it, and in what is read after it.</summary>
    public DateTimeOffset CompleteUntil { get; init; }

    public bool IsMissing => ReferenceEquals(this, Missing);
}

/// <summary>Reads that several kinds of record share.</summary>
internal static class ZuoraReads
{
    /// <summary>A record and its account, or <see cref="ZuoraHead.Missing"/>.</summary>
    public static async Task<Outcome<ZuoraHead>> ReadHeadAsync(
        this ZuoraCalls calls,
        ZuoraCalls.Read one,
        CancellationToken cancellationToken
    )
    {
        var read = await calls.ReadAsync(one, cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return ZuoraHead.Missing;
        }

        if (found.Body.Updated() is not { } updated || (found.Body.Text("accountId") ?? found.Body.Text("AccountId")) is not { } accountId)
        {
            return new Fault.Rejected("unreadable-record", "a record without its account or the time of its last change");
        }

        var asked = await calls.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("account", accountId, token, cancel),
            cancellationToken
        );
        if (!asked.TryGet(out var account, out fault))
        {
            return fault;
        }

        return account.IsMissing
            ? new Fault.Transient("the account of a record is not there")
            : new ZuoraHead(found.Body, account.Body, updated, found.Date) { CompleteUntil = found.CompleteUntil };
    }

    /// <summary>Every page of a list; a list that goes away while it is read is read again.</summary>
    public static async Task<Outcome<ZuoraPages>> ReadAllAsync(
        this ZuoraCalls calls,
        string name,
        Func<ZuoraPages, ZuoraCalls.Read> next,
        CancellationToken cancellationToken
    )
    {
        var pages = new ZuoraPages(name);
        while (pages.HasMore)
        {
            var read = await calls.ReadAsync(next(pages), cancellationToken);
            if (!read.TryGet(out var page, out var fault))
            {
                return fault;
            }

            if (page.IsMissing)
            {
                return new Fault.Transient("a list changed while it was read");
            }

            if (pages.Add(page.Body, page.Date) is { } unreadable)
            {
                return unreadable;
            }
        }

        return pages;
    }
}
