using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Tests.Core.Mapping;

namespace QtcHub.Tests.Core.Hosting;

/// <summary>While a webhook secret is rotated two are good; a kind says by which name the old one stands in the configuration.</summary>
public sealed class RotatedSecretTests
{
    private const string One = "webhookSecret: 'file:/run/secret'";
    private const string Both = "webhookSecret: 'file:/run/secret', webhookSecretPrevious: 'env:OLD'";

    private static readonly Dictionary<string, ConnectorFacts> Rotating = new(HubFileTests.Kinds, StringComparer.Ordinal)
    {
        ["stripe"] = HubFileTests.Kinds["stripe"] with { PreviousWebhookSecret = "webhookSecretPrevious" },
    };

    [Fact]
    public void The_old_secret_stands_beside_the_new_one_by_the_name_that_its_kind_gives_it()
    {
        var credentials = Read(Both, Rotating).Options!.Systems["bills"].Credentials;

        Assert.Equal(("file:/run/secret", "env:OLD"), (credentials["webhookSecret"], credentials["webhookSecretPrevious"]));
    }

    [Fact]
    public void The_old_secret_may_be_left_out() => Assert.Empty(Read(One, Rotating).Errors);

    [Fact]
    public void A_kind_that_has_no_name_for_an_old_secret_is_given_none() =>
        Assert.Equal("stripe has no credential webhookSecretPrevious", Assert.Single(Read(Both, HubFileTests.Kinds).Errors).Message);

    [Fact]
    public void An_old_secret_that_is_named_and_has_no_value_is_told()
    {
        var installation = new Installation(
            Read(Both, Rotating).Options!,
            MappingFolder.Catalog,
            Rotating.ToDictionary(kind => kind.Key, kind => (IConnectorKind)new Named(kind.Key, kind.Value), StringComparer.Ordinal)
        )
        {
            MappingFolders = [],
        };

        var missing = MissingSecrets.Of(installation, new Without("env:OLD"));

        Assert.Equal(new MissingSecret("bills", "webhookSecretPrevious", "env:OLD"), Assert.Single(missing));
        Assert.Empty(MissingSecrets.Of(installation, new Without("env:NONE")));
    }

    private static HubReading Read(string credentials, IReadOnlyDictionary<string, ConnectorFacts> kinds) =>
        HubFile.Parse(
            "hub.yaml",
            HubFileTests.Good.Replace(One, credentials, StringComparison.Ordinal),
            kinds,
            new HashSet<string>(["stripe"], StringComparer.Ordinal),
            MappingFolder.Catalog
        );

    private sealed class Named(string name, ConnectorFacts facts) : IConnectorKind
    {
        public string Name => name;

        public ConnectorFacts Facts => facts;

        public IConnector Create(ConnectorContext context) => throw new NotSupportedException("nothing is connected here");
    }

    /// <summary>Every secret but one.</summary>
    private sealed class Without(string reference) : ISecrets
    {
        public string? Find(string asked) => asked == reference ? null : "a secret";
    }
}
