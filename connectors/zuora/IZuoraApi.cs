using Refit;

namespace QtcHub.Connectors.Zuora;

/// <summary>The part of Zuora's REST API that the hub calls. Collections of one form share an operation: <c>creditmemos</c>, <c>payments</c> …</summary>
internal interface IZuoraApi
{
    [Post("/oauth/token")]
    Task<HttpResponseMessage> TokenAsync([Body] HttpContent form, CancellationToken cancellationToken);

    [Get("/v1/{collection}/{id}")]
    Task<HttpResponseMessage> GetAsync(
        string collection,
        string id,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Get("/v1/catalog/product/{id}")]
    Task<HttpResponseMessage> GetProductAsync(string id, [Authorize("Bearer")] string token, CancellationToken cancellationToken);

    [Get("/v1/subscriptions/{number}")]
    Task<HttpResponseMessage> GetSubscriptionAsync(
        string number,
        [AliasAs("charge-detail")] string segments,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Get("/v1/object/{type}/{id}")]
    Task<HttpResponseMessage> GetObjectAsync(
        string type,
        string id,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Get("/v1/{collection}")]
    Task<HttpResponseMessage> ListAsync(
        string collection,
        string sort,
        ZuoraPage page,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Get("/v1/{collection}/{id}/{list}")]
    Task<HttpResponseMessage> ListOfAsync(
        string collection,
        string id,
        string list,
        ZuoraPage page,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Get("/v1/{collection}/{id}/items/{item}/taxation-items")]
    Task<HttpResponseMessage> ListTaxesAsync(
        string collection,
        string id,
        string item,
        ZuoraPage page,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Post("/v1/action/query")]
    Task<HttpResponseMessage> QueryAsync([Body] HttpContent query, [Authorize("Bearer")] string token, CancellationToken cancellationToken);

    [Post("/v1/action/queryMore")]
    Task<HttpResponseMessage> QueryMoreAsync(
        [Body] HttpContent locator,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Makes a record, once per key.</summary>
    [Post("/v1/{collection}")]
    Task<HttpResponseMessage> CreateAsync(
        string collection,
        [Body] HttpContent record,
        [Header("Idempotency-Key")] string key,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Makes an object of the catalogue, once per key.</summary>
    [Post("/v1/object/{type}")]
    Task<HttpResponseMessage> CreateObjectAsync(
        string type,
        [Body] HttpContent record,
        [Header("Idempotency-Key")] string key,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Refunds what of a payment is not applied, once per key.</summary>
    [Post("/v1/payments/{id}/refunds")]
    Task<HttpResponseMessage> RefundAsync(
        string id,
        [Body] HttpContent refund,
        [Header("Idempotency-Key")] string key,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Makes a credit memo of an invoice, once per key.</summary>
    [Post("/v1/invoices/{invoice}/creditmemos")]
    Task<HttpResponseMessage> CreditAsync(
        string invoice,
        [Body] HttpContent memo,
        [Header("Idempotency-Key")] string key,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>The credit memos that were made of an invoice.</summary>
    [Get("/v1/creditmemos")]
    Task<HttpResponseMessage> ListCreditsAsync(
        string referredInvoiceId,
        ZuoraPage page,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Put("/v1/{collection}/{id}")]
    Task<HttpResponseMessage> UpdateAsync(
        string collection,
        string id,
        [Body] HttpContent change,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    [Put("/v1/object/{type}/{id}")]
    Task<HttpResponseMessage> UpdateObjectAsync(
        string type,
        string id,
        [Body] HttpContent change,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Does something with a record: <c>unapply</c>, <c>cancel</c>.</summary>
    [Put("/v1/{collection}/{id}/{act}")]
    Task<HttpResponseMessage> ActAsync(
        string collection,
        string id,
        string act,
        [Body] HttpContent? how,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );
}

/// <summary>Asks for one page of a list: the first, or the one that the last page named.</summary>
internal sealed record ZuoraPage([property: AliasAs("page")] string? Page)
{
    [AliasAs("pageSize")]
    public int Size { get; } = ZuoraOptions.PageSize;
}
