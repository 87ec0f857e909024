using Refit;

namespace QtcHub.Connectors.Stripe;

/// <summary>The part of Stripe's API that the hub reads.</summary>
[Headers("Stripe-Version: " + StripeOptions.ApiVersion)]
internal interface IStripeApi
{
    [Get("/v1/customers/{id}")]
    Task<HttpResponseMessage> GetCustomerAsync(string id, [Authorize("Bearer")] string key, CancellationToken cancellationToken);

    [Get("/v1/invoices/{id}")]
    Task<HttpResponseMessage> GetInvoiceAsync(string id, [Authorize("Bearer")] string key, CancellationToken cancellationToken);

    [Get("/v1/invoices/{id}/lines")]
    Task<HttpResponseMessage> ListInvoiceLinesAsync(
        string id,
        int limit,
        [AliasAs("starting_after")] string? startingAfter,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Get("/v1/payment_intents/{id}")]
    Task<HttpResponseMessage> GetPaymentIntentAsync(
        string id,
        [AliasAs("expand[]")] string expand,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Get("/v1/invoice_payments")]
    Task<HttpResponseMessage> ListInvoicePaymentsAsync(
        InvoicePaymentsQuery query,
        [Authorize("Bearer")] string key,
        CancellationToken cancellationToken
    );

    [Get("/v1/events")]
    Task<HttpResponseMessage> ListEventsAsync(EventsQuery query, [Authorize("Bearer")] string key, CancellationToken cancellationToken);
}

/// <summary>Asks for the invoice payments of one payment intent.</summary>
internal sealed record InvoicePaymentsQuery(
    [property: AliasAs("payment[payment_intent]")] string PaymentIntent,
    [property: AliasAs("starting_after")] string? StartingAfter
)
{
    [AliasAs("payment[type]")]
    public string Type { get; } = "payment_intent";

    [AliasAs("limit")]
    public int Limit { get; } = StripeOptions.PageSize;
}

/// <summary>Asks for the events of a window, both ends included, in Unix seconds.</summary>
internal sealed record EventsQuery(
    [property: AliasAs("created[gte]")] long From,
    [property: AliasAs("created[lte]")] long Until,
    [property: AliasAs("starting_after")] string? StartingAfter
)
{
    [AliasAs("limit")]
    public int Limit { get; } = StripeOptions.PageSize;
}
