using System.Globalization;
using System.Net.Sockets;
using Azure;
using Azure.Identity;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>What the SDK throws, as what it means. Nothing of a request is repeated: messages of the SDK may hold addresses and keys of rows.</summary>
internal static class Failures
{
    public const int NotFound = 404;
    private const int Conflict = 409;
    private const int PreconditionFailed = 412;
    private const int TooMany = 429;
    private const int ServerBusy = 503;
    private const string TimedOut = "OperationTimedOut";

    private static readonly string[] Gone =
    [
        "TableNotFound",
        "TableBeingDeleted",
        "ContainerNotFound",
        "ContainerBeingDeleted",
        "AccountBeingCreated",
        "AccountIsDisabled",
    ];

    /// <summary>Whether storage failed, rather than that the caller gave up or the hub has a bug.</summary>
    public static bool IsOfStorage(Exception failed, CancellationToken cancellationToken) =>
        failed switch
        {
            OperationCanceledException => !cancellationToken.IsCancellationRequested,
            AggregateException several => several.InnerExceptions.All(one => IsOfStorage(one, cancellationToken)),
            RequestFailedException or AuthenticationFailedException or IOException or SocketException or HttpRequestException => true,
            _ => false,
        };

    public static int StatusOf(Exception failed) => failed is RequestFailedException { Status: var status } ? status : 0;

    public static CloudOutcome OutcomeOf(Exception failed) =>
        StatusOf(failed) switch
        {
            // That table or container are not there is no answer about a row, and must not be taken for one.
            NotFound or Conflict when Gone.Contains(((RequestFailedException)failed).ErrorCode ?? "") => throw Unreachable(
                "storage",
                failed
            ),
            NotFound or Conflict or PreconditionFailed => CloudOutcome.Refused,
            TooMany => CloudOutcome.Busy,
            ServerBusy when ((RequestFailedException)failed).ErrorCode != TimedOut => CloudOutcome.Busy,
            // Whatever else is told of the request itself is a mistake of the hub's, its account's or its rights.
            >= 400 and < 500 and not 408 => throw Unreachable("storage", failed),
            _ => CloudOutcome.Unknown,
        };

    public static StoreFailedException Unreachable(string what, Exception failed) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{what} does not answer as it should: {Told(failed)}"));

    private static string Told(Exception failed) =>
        failed switch
        {
            RequestFailedException { Status: 0, InnerException: { } inner } => Told(inner),
            RequestFailedException told => $"status {told.Status}, {told.ErrorCode ?? "no code"}",
            // One for each time it was sent.
            AggregateException several => string.Join("; ", several.InnerExceptions.Select(Told).Distinct(StringComparer.Ordinal)),
            _ => failed.GetType().Name,
        };
}
