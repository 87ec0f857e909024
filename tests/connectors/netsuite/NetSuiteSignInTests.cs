using QtcHub.Canonical;
using QtcHub.Connectors;
using Xunit;

namespace QtcHub.Tests.Connectors.NetSuite;

public sealed class NetSuiteSignInTests
{
    private const string TokenPath = "/services/rest/auth/oauth2/v1/token";

    [Fact]
    public async Task Client_credentials_fetch_one_token_for_many_calls()
    {
        using var bench = new NetSuiteBench(clientCredentials: true);
        var customer = await bench.CustomerAsync();
        await bench.InvoiceAsync(customer);

        Assert.Single(bench.Wire.Seen, call => call.Uri.AbsolutePath == TokenPath);
        Assert.All(
            bench.Wire.Seen.Where(call => call.Uri.AbsolutePath != TokenPath),
            call => Assert.StartsWith("Bearer ", call.Authorization, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Calls_at_the_same_time_share_one_request_for_a_token()
    {
        using var bench = new NetSuiteBench(clientCredentials: true);
        bench.Faults.Plan(new Sandbox.PlannedFault { PathContains = TokenPath, Delay = TimeSpan.FromSeconds(1) });
        Task<Outcome<QtcHub.Connectors.WriteReceipt>>[] writes =
        [
            .. Enumerable
                .Range(1, 3)
                .Select(number =>
                    bench.WriteAsync(RecordType.BillingAccount, $"acc_{number}", """{"companyName":"A","subsidiary":{"id":"1"}}""")
                ),
        ];
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(writes);

        Assert.All(writes, write => Assert.Null(write.Result.Fault));
        Assert.Single(bench.Wire.Seen, call => call.Uri.AbsolutePath == TokenPath);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_after_a_refusal()
    {
        using var bench = new NetSuiteBench(clientCredentials: true);
        await bench.CustomerAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(59));
        await bench.CustomerAsync();
        Assert.Equal(2, bench.Wire.Seen.Count(call => call.Uri.AbsolutePath == TokenPath));

        bench.Faults.Plan(new Sandbox.PlannedFault { Status = 401, Method = "PUT" });
        Assert.IsType<Fault.Unauthorized>((await bench.WriteAsync(RecordType.BillingAccount, "acc_1", "{}")).Fault);
        await bench.CustomerAsync();
        Assert.Equal(3, bench.Wire.Seen.Count(call => call.Uri.AbsolutePath == TokenPath));
    }

    [Fact]
    public async Task A_failed_token_request_is_asked_again_by_the_next_call()
    {
        using var bench = new NetSuiteBench(clientCredentials: true);
        bench.Faults.Plan(new Sandbox.PlannedFault { PathContains = TokenPath, Status = 503 });
        Assert.IsType<Fault.Unavailable>((await bench.WriteAsync(RecordType.BillingAccount, "acc_1", "{}")).Fault);
        await bench.CustomerAsync();
        Assert.Single(bench.Account.Book().Accounts);
    }

    [Fact]
    public async Task A_foreign_key_is_refused_without_being_quoted()
    {
        using var bench = new NetSuiteBench(clientCredentials: true);
        using var foreign = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var secrets = new Dictionary<string, string>(bench.Secrets) { ["privateKey"] = foreign.ExportPkcs8PrivateKeyPem() };
        var connector = NetSuiteBench.Create(bench.Wire, secrets, bench.Clock);

        var outcome = await connector.WriteAsync(NetSuiteBench.Request(RecordType.BillingAccount, "acc_1", "{}"), CancellationToken.None);

        var fault = Assert.IsType<Fault.Unauthorized>(outcome.Fault);
        Assert.All(secrets.Values, secret => Assert.DoesNotContain(secret, fault.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("consumerKey")]
    [InlineData("tokenSecret")]
    public async Task A_wrong_or_missing_token_credential_is_unauthorized_and_named(string name)
    {
        using var bench = new NetSuiteBench();
        var wrong = new Dictionary<string, string>(bench.Secrets) { [name] = "wrong" };
        var refused = await NetSuiteBench
            .Create(bench.Wire, wrong, bench.Clock)
            .FindAsync(new LookupRequest(RecordType.Invoice, "inv_1", null, default), CancellationToken.None);
        Assert.IsType<Fault.Unauthorized>(refused.Fault);

        var missing = bench.Secrets.Where(secret => secret.Key != name).ToDictionary(StringComparer.Ordinal);
        var unnamed = await NetSuiteBench
            .Create(bench.Wire, missing, bench.Clock)
            .FindAsync(new LookupRequest(RecordType.Invoice, "inv_1", null, default), CancellationToken.None);
        Assert.Contains($"credentials.{name}", Assert.IsType<Fault.Unauthorized>(unnamed.Fault).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1234567/sb1")]
    public void A_wrong_account_setting_names_its_path(string account)
    {
        using var bench = new NetSuiteBench();
        var settings = new Dictionary<string, string> { ["account"] = account };
        var wrong = Assert.Throws<ArgumentException>(() =>
            NetSuiteBench.Create(bench.Wire, bench.Secrets, bench.Clock, settings: settings)
        );
        Assert.Contains("systems.netsuite.settings.account", wrong.Message, StringComparison.Ordinal);
    }
}
