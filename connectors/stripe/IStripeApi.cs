using Refit;

namespace QtcHub.Connectors.Stripe;

/// <summary>The part of Stripe's API that the hub uses: a record by its id, lists, and writing one.</summary>
[Headers("Stripe-Version: " + StripeOptions.ApiVersion)]
internal interface IStripeApi
{
    [Get("/v1/{collection}/{id}")]
    Task<HttpResponseMessage> GetAsync(
        string collection,
        string id,
        [AliasAs("expand[]"), Query(CollectionFormat.Multi)] string[] expand,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Get("/v1/{collection}")]
    Task<HttpResponseMessage> ListAsync(
        string collection,
        StripeQuery query,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Post("/v1/{collection}")]
    Task<HttpResponseMessage> CreateAsync(
        string collection,
        [Body] HttpContent form,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Post("/v1/{collection}/{id}")]
    Task<HttpResponseMessage> UpdateAsync(
        string collection,
        string id,
        [Body] HttpContent form,
        [Header("Idempotency-Key")] string idempotencyKey,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Get("/v1/{collection}/{id}/{list}")]
    Task<HttpResponseMessage> ListOfAsync(
        string collection,
        string id,
        string list,
        StripeQuery query,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );
}

/// <summary>Which page of a list; what is absent does not restrict it.</summary>
internal sealed record StripeQuery
{
    [AliasAs("limit")]
    public int Limit { get; } = StripeOptions.PageSize;

    /// <summary>The id to start after, or null for the first page.</summary>
    [AliasAs("starting_after")]
    public string? After { get; init; }

    [AliasAs("expand[]"), Query(CollectionFormat.Multi)]
    public string[]? Expand { get; init; }

    /// <summary>The first second, in Unix time.</summary>
    [AliasAs("created[gte]")]
    public long? From { get; init; }

    /// <summary>The last second, in Unix time.</summary>
    [AliasAs("created[lte]")]
    public long? Until { get; init; }

    /// <summary>Whether it can be bought: <c>true</c> or <c>false</c>.</summary>
    [AliasAs("active")]
    public string? Active { get; init; }

    [AliasAs("email")]
    public string? Email { get; init; }

    [AliasAs("product")]
    public string? Product { get; init; }

    [AliasAs("status")]
    public string? Status { get; init; }

    [AliasAs("subscription")]
    public string? Subscription { get; init; }

    [AliasAs("payment[type]")]
    public string? PaymentType { get; init; }

    [AliasAs("payment[payment_intent]")]
    public string? PaymentIntent { get; init; }

    /// <summary>The automatic payout whose movements are asked for.</summary>
    [AliasAs("payout")]
    public string? Payout { get; init; }
}
