using System.Net;
using System.Text.Json.Nodes;
using QtcHub.Connectors;
using QtcHub.Sandbox;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors;

/// <summary>What is true of every pretend vendor: a hub can be pointed at it, and it tells as its connector hears. One small subclass per kind.</summary>
public abstract class PretendVendorConformance : IDisposable
{
    private const string Secret = "whsec_suite";
    private readonly IConnectorKind kind;
    private readonly IPretendVendor vendor;

    protected PretendVendorConformance(string kindName)
    {
        KindName = kindName;
        kind = Bench.Kind(kindName, GetType().Assembly);
        var secret = kind.Facts.WebhookSecret is null ? null : Secret;
        var setup = new VendorSetup(kindName, () => Bench.Noon, TimeZoneInfo.Utc, secret);
        vendor = PretendVendors.Make(kindName, setup, GetType().Assembly)!;
    }

    /// <summary>The kind that this suite is of.</summary>
    public string KindName { get; }

    /// <summary>Settings that its connector cannot do without to believe it.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    public void Dispose()
    {
        (vendor as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void It_plays_roles_that_its_kind_has()
    {
        Assert.NotEmpty(vendor.Roles);
        Assert.Subset(kind.Facts.Roles.ToHashSet(StringComparer.Ordinal), vendor.Roles.ToHashSet(StringComparer.Ordinal));
    }

    [Fact]
    public void It_accepts_one_whole_set_of_credentials() =>
        Assert.Contains(kind.Facts.CredentialSets, set => set.All(vendor.Credentials.ContainsKey));

    [Fact]
    public void A_caller_without_credentials_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://vendor.invalid/v1/anything");
        using var answer = vendor.Answer(request);
        Assert.InRange((int)answer.StatusCode, (int)HttpStatusCode.BadRequest, 499);
    }

    [Fact]
    public void It_shows_what_it_holds_of_every_entity_it_names_and_of_no_other()
    {
        Assert.NotEmpty(vendor.Entities);
        Assert.All(vendor.Entities, entity => Assert.NotNull(vendor.Records(entity)));
        Assert.Null(vendor.Records("no-such-entity"));
        Assert.Null(vendor.Put("no-such-entity", []));
    }

    [Fact]
    public void What_it_tells_of_its_connector_takes_for_authentic()
    {
        Assert.SkipUnless(kind.Facts.WebhookSecret is not null, "this vendor sends no webhooks");
        var source = (IWebhookSource)Bench.Create(kind, Settings, _ => Secret, new UnreachableHandler());
        Assert.Empty(vendor.TakeWebhooks());
        Happen();

        var told = vendor.TakeWebhooks();
        Assert.NotEmpty(told);
        Assert.All(
            told,
            request =>
            {
                using (request)
                {
                    var verdict = source.Verify(Received(request));
                    var verified = Assert.IsType<WebhookVerdict.Verified>(verdict);
                    Assert.Equal(kind.Facts.StableEventIds, verified.EventId is not null);
                }
            }
        );
    }

    private void Happen()
    {
        if (vendor is IPlaysBilling billing)
        {
            billing.OpenAccount("Acme", "ap@acme.example", "USD", "US");
        }
        else if (vendor is IPlaysSales sales)
        {
            sales.OpenAccount("Acme", "ap@acme.example", "USD", "US", "us");
        }
        else
        {
            vendor.Put(vendor.Entities[0], new JsonObject());
        }
    }

    private static WebhookRequest Received(HttpRequestMessage request)
    {
        using var reader = new StreamReader(request.Content!.ReadAsStream());
        var headers = request.Headers.Concat(request.Content.Headers);
        var address = request.RequestUri!.OriginalString;
        var query = address.IndexOf('?', StringComparison.Ordinal);
        return Bench.Webhook(
            reader.ReadToEnd(),
            [.. headers.Select(header => (header.Key.ToLowerInvariant(), string.Join(',', header.Value)))]
        ) with
        {
            Query = query < 0 ? "" : address[query..],
        };
    }
}
