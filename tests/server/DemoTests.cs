using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class DemoTests
{
    private static readonly string[] FewDays = ["demo", "--seed", "7", "--days", "5", "--customers", "25"];

    [Fact]
    public async Task Demo_finds_exactly_what_was_planted()
    {
        var (code, output, error) = await QtcProcess.RunAsync([.. FewDays, "--json"]);

        Assert.True(code == 0, output + error);
        var report = JsonNode.Parse(output)!;
        Assert.True((bool)report["agrees"]!);
        Assert.True((int)report["webhooks"]!["lost"]! > 0);
        Assert.All(report["differences"]!.AsArray(), difference => Assert.Equal("ledger", (string)difference!["system"]!));
        Assert.Equal(3, report["differences"]!.AsArray().Count);
        Assert.Equal(
            [124_900, null, null, null],
            report["deadLetters"]!.AsArray().Select(letter => (long?)letter!["amount"]?["minorUnits"]).OrderDescending()
        );
        Assert.Equal(4, (int)report["lettersPlanted"]!);
        Assert.Equal(
            ["billing", "ledger", "processor", "sales"],
            report["holdings"]!.AsArray().Select(holding => (string)holding!["system"]!).Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Demo_names_the_record_and_the_cent_that_somebody_altered()
    {
        var (code, output, _) = await QtcProcess.RunAsync([.. FewDays, "--alter"]);

        Assert.Equal(1, code);
        Assert.Matches(@"NOT PLANTED: billing invoice \S+: total is \S+ \S+ and should be \S+ \S+ \(off by (0\.01|1) \S+\)", output);
    }

    [Fact]
    public async Task Demo_names_what_a_webhook_told_of_that_was_lost_after_the_last_poll()
    {
        var (code, output, _) = await QtcProcess.RunAsync([.. FewDays, "--drop"]);

        Assert.Equal(1, code);
        Assert.Matches(@"NOT PLANTED: ledger invoice \S+: presence is nothing and should be 499\.00 USD", output);
        Assert.Matches(@"NOT PLANTED: sales invoice \S+: presence is nothing and should be 499\.00 USD", output);
    }
}
