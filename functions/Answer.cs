using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using QtcHub.Hosting;
using QtcHub.Webhooks;

namespace QtcHub.Functions;

/// <summary>Requests as the hub takes them and its answers as HTTP.</summary>
internal static class Answer
{
    /// <summary>Most dead letters in a list.</summary>
    public const int MostListed = 1000;

    private const string Problem = "application/problem+json";

    /// <summary>A webhook as it came, its body unread.</summary>
    public static UnreadWebhook Unread(HttpRequest request) =>
        new(request.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.ToString())), request.Body, request.ContentLength)
        {
            Query = request.QueryString.ToString(),
        };

    /// <summary>The id that a request asks for.</summary>
    public static string Id(HttpRequest request) => request.Query["id"].ToString();

    /// <summary>How a webhook was received.</summary>
    public static IResult To(HttpRequest request, Receipt receipt)
    {
        if (receipt.Status == StatusCodes.Status503ServiceUnavailable)
        {
            request.HttpContext.Response.Headers.RetryAfter = Receipt.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return receipt switch
        {
            { Acknowledgement: { } words } => Results.Text(words.Body, words.MediaType, Encoding.UTF8),
            { Delivery: { } delivery } => With(
                new WebhookAccepted(delivery.ToString(), receipt.Rule),
                FunctionsJson.Default.WebhookAccepted
            ),
            _ => Refused(receipt.Status, receipt.Rule),
        };
    }

    /// <summary>A document.</summary>
    public static IResult With<T>(T document, JsonTypeInfo<T> type) => Results.Json(document, type);

    /// <summary>A document of what was asked for, or that there is no such thing.</summary>
    public static IResult Found<T, TDocument>(T? found, Func<T, TDocument> document, JsonTypeInfo<TDocument> type)
        where T : class => found is null ? Refused(StatusCodes.Status404NotFound, "no-such-id") : With(document(found), type);

    private static IResult Refused(int status, string rule) =>
        Results.Json(
            new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), status, rule, null),
            FunctionsJson.Default.ProblemBody,
            Problem,
            status
        );
}
