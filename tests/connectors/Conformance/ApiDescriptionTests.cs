using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Connectors.Conformance;

/// <summary>The validator itself: a check that finds nothing would pass everything.</summary>
public sealed class ApiDescriptionTests
{
    private static readonly ApiDescription Description = new(
        JsonNode.Parse(
            """
            {"paths":{"/v1/things/{id}":{"get":{"parameters":[{"in":"query","name":"page"}],"responses":{"200":{"content":{
              "application/json":{"example":{}},"application/json; charset=utf-8":{"schema":{"$ref":"#/components/schemas/Thing"}}}}}}},
              "/v1/things/all":{"get":{"responses":{}}}},
            "components":{"schemas":{
              "Named":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":3}}},
              "Thing":{"allOf":[{"$ref":"#/components/schemas/Named"},{"type":"object","properties":{
                "amount":{"type":"string","format":"decimal"},"day":{"type":"string","format":"date"},"count":{"type":"integer"},
                "state":{"type":"string","enum":["on","off"]},"free":{"type":"object"},
                "parts":{"type":"array","items":{"$ref":"#/components/schemas/Thing"}},
                "either":{"oneOf":[{"type":"object","properties":{"a":{"type":"string"}}},{"type":"object","properties":{"b":{"type":"number"}}}]}}}]}}}}
            """
        )!,
        name => name.EndsWith("__c", StringComparison.Ordinal)
    );

    [Theory]
    [InlineData(
        """{"name":"abc","amount":1.5,"day":"2026-08-03","count":2,"state":"on","free":{"x":1},"either":{"b":1},"hub__c":"1","parts":[{"name":"p"}]}""",
        null
    )]
    [InlineData("""{"name":"abc","amount":null}""", null)]
    [InlineData("""{"name":"abc","amount":"1.5"}""", null)]
    [InlineData("""{}""", "$.name is missing")]
    [InlineData("""{"name":"abcd"}""", "$.name is longer than 3")]
    [InlineData("""{"name":1}""", "$.name is Number, not string")]
    [InlineData("""{"name":"a","day":"03.08.2026"}""", "$.day is '03.08.2026', not a date")]
    [InlineData("""{"name":"a","count":1.5}""", "$.count is Number, not integer")]
    [InlineData("""{"name":"a","state":"idle"}""", "$.state is 'idle', which is not listed")]
    [InlineData("""{"name":"a","colour":"red"}""", "$.colour is not described")]
    [InlineData("""{"name":"a","either":{"c":1}}""", "$.either.c is not described")]
    [InlineData("""{"name":"a","parts":[{"name":"b"},{"name":2}]}""", "$.parts[1].name is Number, not string")]
    [InlineData("""{"name":"a","parts":{}}""", "$.parts is Object, not array")]
    public void A_body_is_held_to_its_schema(string body, string? problem)
    {
        var operation = Description.Operation("GET", "/v1/things/7")!;
        Assert.Equal(
            problem is null ? [] : [problem],
            Description.Check(Description.ResponseSchema(operation, 200)!, JsonNode.Parse(body))
        );
    }

    [Fact]
    public void The_template_with_fewer_variables_is_meant()
    {
        Assert.Equal("GET /v1/things/all", Description.Operation("GET", "/v1/things/all"));
        Assert.Equal("GET /v1/things/{id}", Description.Operation("GET", "/v1/things/7"));
        Assert.Null(Description.Operation("POST", "/v1/things/7"));
        Assert.Null(Description.Operation("GET", "/v1/nothing"));
    }

    [Fact]
    public void A_tally_names_what_is_not_described_and_counts_what_is()
    {
        var tally = new ConformanceTally("x", Description);
        tally.Check(new Exchange("GET", "/v1/things/7", ["page"], null, 200, JsonNode.Parse("""{"name":"a"}""")), null);
        Assert.Empty(tally.Problems);
        Assert.Equal(["GET /v1/things/{id}"], tally.Operations);
        tally.Check(new Exchange("GET", "/v1/things/7", ["surprise"], null, 200, JsonNode.Parse("{}")), null);
        tally.Check(new Exchange("GET", "/v1/nothing", [], null, 200, null), null);
        Assert.Equal(
            [
                "GET /v1/things/{id} takes no 'surprise'",
                "GET /v1/things/{id} response: $.name is missing",
                "GET /v1/nothing is not described",
            ],
            tally.Problems
        );
    }
}
