using System.Text.Json.Nodes;
using Xunit;

namespace QtcHub.Tests.Server;

public sealed class MappingsCommandTests : IDisposable
{
    // Stripe's customer is told of and written: the heading says which way is meant.
    private const string Customer = "stripe.customer -> BillingAccount";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("qtc-mappings-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Every_shipped_case_passes()
    {
        var (code, output, _) = await QtcProcess.RunAsync(["mappings", "test", "--json"]);

        var found = JsonNode.Parse(output)!;
        Assert.Equal((0, 0), (code, (int)found["failed"]!));
        Assert.True((int)found["passed"]! >= 25);
    }

    [Fact]
    public async Task A_case_that_fails_is_1_with_its_place_and_what_differs()
    {
        var config = Own(
            "stripe/customer.cases.yaml",
            "mapping: stripe.customer -> BillingAccount\ncases:\n  - name: wrong\n    input: {id: cus_1}\n    output: {number: cus_2}\n"
        );

        var (code, output, _) = await QtcProcess.RunAsync(["mappings", "test", Customer, "--config", config]);

        Assert.Equal(1, code);
        Assert.Matches(@"customer\.cases\.yaml:3:11: wrong\n  expected \{""number"":""cus_2""\}\n  actual   \{", output);
        Assert.EndsWith("0 passed, 1 failed\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_company_s_own_field_is_shown_with_the_file_it_comes_from()
    {
        var config = Own("own.yaml", "override: stripe.customer -> BillingAccount\nfields:\n  phone: description\n");

        var (code, output, _) = await QtcProcess.RunAsync(["mappings", "show", Customer, "--config", config, "--json"]);

        Assert.Equal(0, code);
        var leaf = JsonNode.Parse(output)!["leaves"]!.AsArray().Single(leaf => (string?)leaf!["output"] == "phone")!;
        Assert.Equal(("description", 3), ((string?)leaf["expression"], (int)leaf["line"]!));
        Assert.EndsWith("own.yaml", (string?)leaf["file"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_custom_field_is_checked_shown_and_traced_once_it_is_declared()
    {
        var config = Own("own.yaml", "override: stripe.invoice -> Invoice\nfields:\n  custom:\n    projectCode: metadata.project\n");
        var undeclared = await QtcProcess.RunAsync(["check", "--config", config]);
        File.AppendAllText(config, "customFields:\n  Invoice: {projectCode: text}\n");
        var shown = await QtcProcess.RunAsync(["mappings", "show", "stripe.invoice", "--config", config, "--json"]);
        var traced = await QtcProcess.RunAsync([
            "mappings",
            "lineage",
            "stripe.invoice",
            "--output",
            "custom",
            "--config",
            config,
            "--json",
        ]);
        var tested = await QtcProcess.RunAsync(["mappings", "test", "stripe.invoice", "--config", config]);

        Assert.Contains(
            "own.yaml:4:5: Invoice has no custom field projectCode. Fix: declare it in hub.yaml",
            undeclared.Out,
            StringComparison.Ordinal
        );
        Assert.Contains(JsonNode.Parse(shown.Out)!["leaves"]!.AsArray(), leaf => (string?)leaf!["output"] == "custom.projectCode");
        var leaf = Assert.Single(JsonNode.Parse(traced.Out)!["leaves"]!.AsArray())!;
        Assert.Equal("metadata.project", (string?)leaf["inputs"]![0]);
        Assert.Equal(0, tested.Code);
    }

    [Fact]
    public async Task Lineage_goes_both_ways()
    {
        var from = await QtcProcess.RunAsync(["mappings", "lineage", "stripe.invoice", "--input", "status_transitions", "--json"]);
        var to = await QtcProcess.RunAsync(["mappings", "lineage", "stripe.invoice", "--output", "lines.amount"]);

        Assert.Equal(["issuedOn"], JsonNode.Parse(from.Out)!["leaves"]!.AsArray().Select(leaf => (string?)leaf!["output"]));
        Assert.Contains("lines.data.discount_amounts.amount", to.Out, StringComparison.Ordinal);
        Assert.Contains("[stripe-exponents]", to.Out, StringComparison.Ordinal);
        Assert.Equal(1, (await QtcProcess.RunAsync(["mappings", "lineage", "stripe.invoice", "--output", "nothing"])).Code);
    }

    [Fact]
    public async Task A_record_is_tried_and_a_fault_is_told_step_by_step()
    {
        var good = Input("""{"id":"cus_1","name":"One","tax_exempt":"none"}""");
        var mapped = await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", good]);
        var bad = Input("""{"id":"cus_1","tax_exempt":"partial"}""");
        var failed = await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", bad]);
        var document = JsonNode.Parse((await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", bad, "--json"])).Out)!;

        Assert.Equal((0, """{"entity":"us","number":"cus_1","name":"One","taxStatus":"taxable"}"""), (mapped.Code, mapped.Out.Trim()));
        Assert.Equal(1, failed.Code);
        Assert.StartsWith(
            "MappingFailed: taxStatus: 'partial' is not in the lookup stripe-tax-exempt",
            failed.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("tax_exempt  →  'partial'", failed.Out, StringComparison.Ordinal);
        Assert.Equal("taxStatus", (string?)document["fault"]!["path"]);
        Assert.Equal(4, document["steps"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_missing_reference_is_given_on_the_command_line()
    {
        var input = Input(
            """{"account":"acc_1","entity":"us","amount":{"minorUnits":100,"currency":"USD"},"receivedOn":"2026-01-01","applications":[]}"""
        );
        string[] verb = ["mappings", "try", "Payment -> netsuite.customerPayment", "--input", input];

        var without = await QtcProcess.RunAsync(verb);
        var with = await QtcProcess.RunAsync([.. verb, "--resolve", "BillingAccount:acc_1=57"]);

        Assert.Equal(1, without.Code);
        Assert.Contains("--resolve BillingAccount:acc_1=id", without.Out, StringComparison.Ordinal);
        Assert.Equal(0, with.Code);
        Assert.Contains("\"id\":\"57\"", with.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_1_or_2()
    {
        var input = Input("{}");
        Assert.Equal(1, (await QtcProcess.RunAsync(["mappings", "show", "stripe.custommer"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["mappings", "try", Customer])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", "/nowhere.json"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", input, "--entity", "uk"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["mappings", "try", Customer, "--input", input, "--resolve", "x"])).Code);
        Assert.Equal(2, (await QtcProcess.RunAsync(["mappings", "test", "--config", Own("x.yaml", "mapping: a.b -> Invoice\n")])).Code);
    }

    private string Own(string file, string text)
    {
        var config = TestConfig.Write(folder.FullName);
        File.AppendAllText(config, "mappings: ./ours\n");
        var path = Path.Combine(folder.FullName, "ours", file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return config;
    }

    private string Input(string json)
    {
        var path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.json");
        File.WriteAllText(path, json);
        return path;
    }
}
