using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Server;

/// <summary>What a target must not go back to, nor stay at.</summary>
public sealed class OldNewsTests
{
    private const string PinnedVersion = "2026-07-29.dahlia";

    [Fact]
    public async Task Late_event_from_between_two_equal_states_does_not_bring_its_state_back()
    {
        await using var hub = await ServedHub.StartAsync();

        await TellAsync(hub, "evt_first", "Ada Ltd", secondsAgo: 100);
        await TellAsync(hub, "evt_last", "Ada Ltd", secondsAgo: 10);
        await TellAsync(hub, "evt_between", "Ada Holding Ltd", secondsAgo: 50);

        Assert.Equal("Ada Ltd", Assert.Single(hub.Erp.Book().Accounts).Name);
    }

    [Fact]
    public async Task Change_taken_back_while_its_write_is_uncertain_is_taken_back_at_the_target()
    {
        await using var hub = await ServedHub.StartAsync();
        var account = (string)
            (await hub.PutAsync("stripe", "customer", new JsonObject { ["name"] = "Ada Ltd", ["email"] = "ada@example.com" }))["id"]!;
        await hub.SendAsync("customer", account);
        await hub.RestAsync();
        var held = (string)(await hub.RecordsAsync("netsuite", "customer"))[0]!["id"]!;

        // The change of name is carried out, its answer is lost, and before it can be read back somebody edits the record by hand.
        await hub.PlanAsync("netsuite", new JsonObject { ["cut"] = "after", ["method"] = "PATCH" });
        await hub.PlanAsync(
            "netsuite",
            new JsonObject
            {
                ["status"] = 503,
                ["method"] = "GET",
                ["count"] = 2,
            }
        );
        await hub.PutAsync("stripe", "customer", new JsonObject { ["id"] = account, ["name"] = "Ada Holding Ltd" });
        await hub.SendAsync("customer", account);
        await hub.UntilAsync(() => Task.FromResult(hub.Erp.Book().Accounts[0].Name == "Ada Holding Ltd"));
        await hub.PutAsync("netsuite", "customer", new JsonObject { ["id"] = held, ["email"] = "hand@example.com" });
        await hub.PutAsync("stripe", "customer", new JsonObject { ["id"] = account, ["name"] = "Ada Ltd" });
        await hub.SendAsync("customer", account);
        await hub.RestAsync();

        var now = Assert.Single(hub.Erp.Book().Accounts);
        Assert.Equal(("Ada Ltd", "ada@example.com"), (now.Name, now.Email));
    }

    /// <summary>An event with the record in it, of the pinned API version, so that it is not read again; waits until it has been taken in.</summary>
    private static async Task TellAsync(ServedHub hub, string id, string name, int secondsAgo)
    {
        var body = (JsonObject)JsonNode.Parse(ServedHub.Event(id, "customer.updated", "customer", "cus_told"))!;
        body["api_version"] = PinnedVersion;
        body["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - secondsAgo;
        body["data"]!["object"]!["name"] = name;
        using var answer = await hub.Client.SendAsync(ServedHub.Signed(body.ToJsonString()));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await hub.RestAsync();
    }
}
