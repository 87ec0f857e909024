using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Where an application comes from: its collection, the name of its id, and what an application's external id begins with.</summary>
internal sealed record ZuoraSide(string Collection, string IdField, string Prefix)
{
    public static readonly ZuoraSide Payment = new("payments", "paymentId", "payment");
    public static readonly ZuoraSide CreditMemo = new("creditmemos", "creditMemoId", "credit-memo");

    public string Name(string id, string part) => $"{Prefix}:{id}:{part}";
}

/// <summary>
/// Reads what a payment or credit memo is applied to: its parts. A part is read with what it belongs to, so its external id names both. What of it stays
/// unapplied is a part without a document, and no application; what was unapplied is a part no more, and its application is taken back.
/// </summary>
internal sealed class ZuoraApplications(ZuoraCalls calls)
{
    public async Task<Outcome<RecordReading>> ReadAsync(string externalId, CancellationToken cancellationToken)
    {
        if (Parse(externalId) is not { } name)
        {
            return new Fault.Invalid("id", "an application is called payment:… or credit-memo:…, after what it comes from and its part");
        }

        var read = await ReadPartsAsync(name.Side, name.Id, cancellationToken);
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new RecordReading.Missing();
        }

        return found.Parts.FirstOrDefault(part => part.ExternalId == externalId) is { } applied
            ? new RecordReading.Found(applied.Embedded!.Value, applied.Marker)
            : new RecordReading.Deleted(found.AsRead);
    }

    public async Task<Outcome<RecordReading>> ListAsync(ZuoraSide side, string id, CancellationToken cancellationToken)
    {
        var read = await ReadPartsAsync(side, id, cancellationToken);
        return !read.TryGet(out var found, out var fault) ? fault
            : found.IsMissing ? new RecordReading.Missing()
            : new RecordReading.Listed(found.Parts) { Marker = Marker.At(found.Updated), CompleteUntil = found.CompleteUntil };
    }

    private async Task<Outcome<Applied>> ReadPartsAsync(ZuoraSide side, string id, CancellationToken cancellationToken)
    {
        var read = await calls.ReadHeadAsync((api, token, cancel) => api.GetAsync(side.Collection, id, token, cancel), cancellationToken);
        if (!read.TryGet(out var head, out var fault))
        {
            return fault;
        }

        if (head.IsMissing)
        {
            return Applied.Nothing;
        }

        var listed = await calls.ReadAllAsync(
            "parts",
            pages => (api, token, cancel) => api.ListOfAsync(side.Collection, id, "parts", new ZuoraPage(pages.Next), token, cancel),
            cancellationToken
        );
        if (!listed.TryGet(out var pages, out fault))
        {
            return fault;
        }

        var applied = new List<Notice>();
        foreach (var part in pages.Items.Where(IsApplied))
        {
            if (part.Text("id") is not { } partId || part.Updated() is not { } updated)
            {
                return new Fault.Rejected("unreadable-record", "a part without its id or the time of its last change");
            }

            var record = ZuoraForm.Write(part, ZuoraForm.Text(side.IdField, id), ZuoraForm.Account(head.Account));
            applied.Add(new Notice(ZuoraKind.Application, side.Name(id, partId), Marker.At(updated), record));
        }

        return new Applied(applied, head.Date, pages.Date) { Updated = head.Updated, CompleteUntil = head.CompleteUntil };
    }

    private static bool IsApplied(JsonElement part) =>
        (part.Text("invoiceId") is not null || part.Text("debitMemoId") is not null) && part.Number("amount") is not 0;

    private static (ZuoraSide Side, string Id)? Parse(string externalId)
    {
        var parts = externalId.Split(':');
        ZuoraSide? side = parts[0] switch
        {
            "payment" => ZuoraSide.Payment,
            "credit-memo" => ZuoraSide.CreditMemo,
            _ => null,
        };
        return side is not null && parts.Length == 3 && ZuoraRecords.IsId(parts[1]) ? (side, parts[1]) : null;
    }

    private sealed record Applied(IReadOnlyList<Notice> Parts, DateTimeOffset First, DateTimeOffset Last)
    {
        public static readonly Applied Nothing = new([], default, default);

        public bool IsMissing => ReferenceEquals(this, Nothing);

        /// <summary>When what the parts belong to changed last: applying it and taking that back are changes of it.</summary>
        public DateTimeOffset Updated { get; init; }

        public DateTimeOffset CompleteUntil { get; init; }

        public Marker AsRead => new(First - ZuoraOptions.ReadMargin, Last + ZuoraOptions.ReadMargin);
    }
}
