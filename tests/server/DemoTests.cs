using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_finds_exactly_what_was_planted()
    {
        var (code, output, error) = await QtcProcess.RunAsync(["demo", "--seed", "7", "--json"]);

        Assert.True(code == 0, output + error);
        var report = JsonNode.Parse(output)!;
        Assert.True((bool)report["agrees"]!);
        Assert.True((int)report["webhooks"]!["lost"]! > 0);
        Assert.Equal(2, report["differences"]!.AsArray().Count);
        Assert.Equal(124_900, (long)Assert.Single(report["deadLetters"]!.AsArray())!["amount"]!["minorUnits"]!);
    }

    [Fact]
    public async Task Demo_names_the_record_and_the_cent_that_somebody_altered()
    {
        var (code, output, _) = await QtcProcess.RunAsync(["demo", "--seed", "7", "--alter"]);

        Assert.Equal(1, code);
        Assert.Matches(@"NOT PLANTED: stripe invoice \S+: total is \S+ USD and should be \S+ USD \(off by 0\.01 USD\)", output);
    }
}
