namespace QtcHub.Connectors.Zuora;

/// <summary>A kind of document: its collection, the list of its items, the name of its id, and what the external id of its state begins with.</summary>
internal sealed record ZuoraDocument(string Type, string Collection, string Items, string IdField)
{
    public static readonly ZuoraDocument Invoice = new(ZuoraKind.Invoice, "invoices", "invoiceItems", "invoiceId");
    public static readonly ZuoraDocument DebitMemo = new(ZuoraKind.DebitMemo, "debitmemos", "items", "debitMemoId");
    public static readonly ZuoraDocument CreditMemo = new(ZuoraKind.CreditMemo, "creditmemos", "items", "creditMemoId");

    private static readonly ZuoraDocument[] All = [Invoice, DebitMemo, CreditMemo];

    /// <summary>The kind of document of an external type.</summary>
    public static ZuoraDocument Of(string type) => All.First(document => document.Type == type);

    /// <summary>The document that a state is of, or null where the external id of the state names none.</summary>
    public static (ZuoraDocument Document, string Id)? Parse(string state)
    {
        var colon = state.IndexOf(':', StringComparison.Ordinal);
        var document = colon < 0 ? null : Array.Find(All, known => known.Type == state[..colon]);
        return document is not null && ZuoraRecords.IsId(state[(colon + 1)..]) ? (document, state[(colon + 1)..]) : null;
    }

    /// <summary>The external id of the state of a document.</summary>
    public string State(string id) => $"{Type}:{id}";

    /// <summary>Reads the document without its items. An invoice is read as an object, the only form of it that says what is owed.</summary>
    public Task<HttpResponseMessage> ReadAsync(IZuoraApi api, string id, string token, CancellationToken cancellationToken) =>
        this == Invoice
            ? api.GetObjectAsync("invoice", id, token, cancellationToken)
            : api.GetAsync(Collection, id, token, cancellationToken);
}
