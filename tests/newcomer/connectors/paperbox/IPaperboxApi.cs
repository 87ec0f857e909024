using Refit;

namespace QtcHub.Connectors.Paperbox;

/// <summary>The part of Paperbox's API that the hub uses. A good answer and a bad one are both answers: Refit judges neither.</summary>
internal interface IPaperboxApi
{
    [Get("/v1/accounts/{id}")]
    Task<HttpResponseMessage> GetAsync(string id, [Authorize("Bearer")] string key, CancellationToken cancellationToken);

    [Get("/v1/accounts")]
    Task<HttpResponseMessage> FindAsync(string reference, [Authorize("Bearer")] string key, CancellationToken cancellationToken);

    [Get("/v1/events")]
    Task<HttpResponseMessage> EventsAsync(EventQuery query, [Authorize("Bearer")] string key, CancellationToken cancellationToken);

    [Post("/v1/accounts")]
    Task<HttpResponseMessage> CreateAsync(
        [Body] HttpContent account,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Patch("/v1/accounts/{id}")]
    Task<HttpResponseMessage> UpdateAsync(
        string id,
        [Body] HttpContent account,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );
}

/// <summary>Which page of the event log: a window in Unix milliseconds, and the event to go on after.</summary>
internal sealed record EventQuery(
    [property: AliasAs("from")] long From,
    [property: AliasAs("until")] long Until,
    [property: AliasAs("after")] string? After
)
{
    [AliasAs("limit")]
    public int Limit { get; } = PaperboxOptions.PageSize;
}
