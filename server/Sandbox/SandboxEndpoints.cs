using System.Text.Json;
using System.Text.Json.Nodes;
using QtcHub.Server.Webhooks;

namespace QtcHub.Server.Sandbox;

/// <summary>The endpoints under <c>/_sandbox</c>: the vendors' APIs, their records, their faults, their webhooks.</summary>
internal static class SandboxEndpoints
{
    private const int MostSendings = 1000;

    public static void Map(WebApplication app, SandboxFleet fleet, WebhookSender sender)
    {
        app.Map("/_sandbox/{system}/api/{**path}", (string system, HttpContext http) => VendorGateway.HandleAsync(fleet, system, http));
        app.MapGet("/_sandbox/{system}/records/{entity}", (string system, string entity) => Records(fleet, system, entity));
        app.MapPost(
            "/_sandbox/{system}/records/{entity}",
            (string system, string entity, HttpRequest request) => PutAsync(fleet, system, entity, request)
        );
        app.MapPost("/_sandbox/{system}/faults", (string system, HttpRequest request) => PlanAsync(fleet, system, request));
        app.MapDelete("/_sandbox/{system}/faults", (string system) => Clear(fleet, system));
        app.MapPost(
            "/_sandbox/{system}/webhook/{entity}/{id}",
            (string system, string entity, string id, HttpRequest request) =>
                SendAsync(fleet, sender, new RecordName(system, entity, id), request)
        );
    }

    private static IResult Records(SandboxFleet fleet, string system, string entity) =>
        !fleet.Systems.TryGetValue(system, out var sandboxed) ? UnknownSystem()
        : sandboxed.Vendor.Records(entity) is { } records ? Json(records, StatusCodes.Status200OK)
        : UnknownEntity(sandboxed);

    private static async Task<IResult> PutAsync(SandboxFleet fleet, string system, string entity, HttpRequest request)
    {
        if (!fleet.Systems.TryGetValue(system, out var sandboxed))
        {
            return UnknownSystem();
        }

        if (await ParseAsync(request) is not { } body)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "body-is-not-json");
        }

        JsonNode?[] edits = body is JsonArray many ? [.. many] : [body];
        if (!Array.TrueForAll(edits, edit => edit is JsonObject))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "a-record-is-a-json-object");
        }

        try
        {
            var stored = edits.Select(edit => sandboxed.Vendor.Put(entity, (JsonObject)edit!.DeepClone())).ToList();
            // Webhooks of edits are sent when asked for: who plays here chooses their order.
            sandboxed.Vendor.TakeWebhooks();
            return stored.Exists(record => record is null) ? UnknownEntity(sandboxed)
                : body is JsonArray ? Json(new JsonArray([.. stored]), StatusCodes.Status201Created)
                : Json(stored[0]!, StatusCodes.Status201Created);
        }
        catch (ArgumentException refused)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "not-in-the-vendors-form", refused.Message);
        }
    }

    private static async Task<IResult> PlanAsync(SandboxFleet fleet, string system, HttpRequest request)
    {
        if (!fleet.Systems.TryGetValue(system, out var sandboxed))
        {
            return UnknownSystem();
        }

        FaultBody? fault;
        try
        {
            fault = await JsonSerializer.DeserializeAsync(request.Body, SandboxJson.Default.FaultBody, request.HttpContext.RequestAborted);
        }
        catch (JsonException wrong)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "not-a-fault", wrong.Path);
        }

        if (fault is null || fault.Wrong() is not null)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, fault?.Wrong() ?? "not-a-fault");
        }

        sandboxed.Desk.Plan(fault.Plan());
        return Results.Json(
            new FaultsPlanned(sandboxed.Desk.Planned.Count),
            SandboxJson.Default.FaultsPlanned,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static IResult Clear(SandboxFleet fleet, string system)
    {
        if (!fleet.Systems.TryGetValue(system, out var sandboxed))
        {
            return UnknownSystem();
        }

        sandboxed.Desk.Clear();
        return Results.NoContent();
    }

    private static async Task<IResult> SendAsync(SandboxFleet fleet, WebhookSender sender, RecordName name, HttpRequest request)
    {
        if (!fleet.Systems.TryGetValue(name.System, out var sandboxed))
        {
            return UnknownSystem();
        }

        var times = 1;
        if (request.Query.TryGetValue("times", out var asked) && (!int.TryParse(asked, out times) || times is < 1 or > MostSendings))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "times-out-of-range");
        }

        var parallel = request.Query.TryGetValue("parallel", out var given) && given != "false";
        var sent = await sender.SendLatestAsync(
            sandboxed,
            name.Entity,
            name.Id,
            new Sending(times, parallel),
            request.HttpContext.RequestAborted
        );
        return sent is null
            ? Problem.Of(
                StatusCodes.Status404NotFound,
                "no-webhook",
                "the vendor has no webhook for such a record, or no webhook secret is set"
            )
            : Results.Json(sent, SandboxJson.Default.WebhookSent);
    }

    private static async Task<JsonNode?> ParseAsync(HttpRequest request)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IResult Json(JsonNode node, int status) => Results.Text(node.ToJsonString(), "application/json", statusCode: status);

    private static IResult UnknownSystem() => Problem.Of(StatusCodes.Status404NotFound, "unknown-system");

    private static IResult UnknownEntity(SandboxedSystem system) =>
        Problem.Of(StatusCodes.Status404NotFound, "unknown-entity", $"it has {string.Join(", ", system.Vendor.Entities)}");

    private sealed record RecordName(string System, string Entity, string Id);
}
