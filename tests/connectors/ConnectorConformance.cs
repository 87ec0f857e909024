using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Webhooks;
using Xunit;

namespace QtcHub.Tests.Connectors;

/// <summary>What is true of every connector kind: what it declares and what it implements agree. One small subclass per kind.</summary>
public abstract class ConnectorConformance(string kindName)
{
    private static readonly string[] KnownRoles = ["crm", "billing", "payments", "erp", "tax"];

    /// <summary>Settings the kind cannot do without.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>A usable secret for a credential name, e.g. a private key of the right form.</summary>
    protected virtual string SecretFor(string credential) => $"test-{credential}";

    /// <summary>The kind that this suite is of.</summary>
    public string KindName => kindName;

    private IConnectorKind Kind => Bench.Kind(kindName, GetType().Assembly);

    private ConnectorFacts Facts => Kind.Facts;

    [Fact]
    public void Kind_is_found_by_a_lower_case_name() => Assert.Equal(kindName, kindName.ToLowerInvariant());

    [Fact]
    public void Roles_are_known_ones()
    {
        Assert.NotEmpty(Facts.Roles);
        Assert.All(Facts.Roles, role => Assert.Contains(role, KnownRoles));
    }

    [Fact]
    public void Credentials_to_call_the_vendor_are_declared()
    {
        Assert.NotEmpty(Facts.CredentialSets);
        Assert.All(Facts.CredentialSets, Assert.NotEmpty);
    }

    [Fact]
    public void Webhooks_are_implemented_exactly_when_their_secret_is_declared() =>
        Assert.Equal(Facts.WebhookSecret is not null, Create() is IWebhookSource);

    [Fact]
    public void Stable_event_ids_are_declared_only_by_a_source_of_webhooks() =>
        Assert.True(!Facts.StableEventIds || Facts.WebhookSecret is not null);

    [Fact]
    public void Webhook_bodies_are_bounded() => Assert.InRange(Facts.WebhookBodyLimit, 1024, 4 * 1024 * 1024);

    [Fact]
    public void Records_can_be_read_exactly_when_sources_are_declared() => Assert.Equal(Facts.Sources.Count > 0, Create() is IRecordReader);

    [Fact]
    public void What_is_written_under_the_name_it_is_told_under_is_known_by_the_reference_it_bears() =>
        Assert.True(
            !Facts.Sources.Any(source => Facts.Targets.TryGetValue(source.Key, out var target) && target.ExternalType == source.Value)
                || Create() is IStampReader
        );

    [Fact]
    public void A_list_is_of_a_source_and_none_itself() =>
        Assert.All(
            Facts.Lists,
            list =>
            {
                Assert.Contains(list.Value, Facts.Sources.Values);
                Assert.DoesNotContain(list.Key, Facts.Sources.Values);
            }
        );

    [Fact]
    public void Every_source_can_be_polled_because_a_webhook_can_be_lost() =>
        Assert.True(Facts.Sources.Count == 0 || Create() is IChangeFeed);

    [Fact]
    public void Records_can_be_written_exactly_when_targets_are_declared() =>
        Assert.Equal(Facts.Targets.Count > 0, Create() is IRecordWriter);

    [Fact]
    public void Records_can_be_matched_exactly_when_a_target_says_by_which_fields() =>
        Assert.Equal(Facts.Targets.Values.Any(target => target.MatchedBy.Count > 0), Create() is IRecordMatcher);

    [Fact]
    public void Key_life_and_replay_are_declared_exactly_where_there_is_a_key() =>
        Assert.All(
            Facts.Targets.Values,
            target =>
            {
                Assert.Equal(target.Idempotency is Idempotency.KeyHeader or Idempotency.KeyHeaderOnCreate, target.KeyLife > TimeSpan.Zero);
                Assert.Equal(target.KeyLife > TimeSpan.Zero, target.Replay != Replay.None);
            }
        );

    [Fact]
    public void Every_target_says_how_long_the_vendor_may_work_and_names_its_part() =>
        Assert.All(
            Facts.Targets.Values,
            target =>
            {
                Assert.True(target.LongestWork > TimeSpan.Zero);
                Assert.NotEmpty(target.Part);
                Assert.NotEmpty(target.ExternalType);
            }
        );

    [Fact]
    public void A_webhook_without_a_configured_secret_cannot_be_judged()
    {
        Assert.SkipUnless(Facts.WebhookSecret is not null, "this vendor sends no webhooks");
        var connector = Bench.Create(Kind, Settings, _ => null, new UnreachableHandler());
        var verdict = ((IWebhookSource)connector).Verify(Bench.Webhook("{}"));
        Assert.IsType<WebhookVerdict.NoSecret>(verdict);
    }

    [Fact]
    public void An_unsigned_webhook_is_refused()
    {
        Assert.SkipUnless(Facts.WebhookSecret is not null, "this vendor sends no webhooks");
        Assert.IsType<WebhookVerdict.Refused>(((IWebhookSource)Create()).Verify(Bench.Webhook("{}")));
    }

    [Fact]
    public async Task An_unreachable_vendor_is_unavailable_to_a_read()
    {
        Assert.SkipUnless(Facts.Sources.Count > 0, "this vendor is no source");
        var reading = await ((IRecordReader)Create()).ReadAsync(Facts.Sources.Values.First(), "1", CancellationToken.None);
        Assert.IsType<Fault.Unavailable>(reading.Fault);
    }

    [Fact]
    public async Task An_unreachable_vendor_is_unavailable_to_a_write_because_nothing_was_sent()
    {
        Assert.SkipUnless(Facts.Targets.Count > 0, "this vendor is no target");
        var request = new WriteRequest(Facts.Targets.Keys.First(), new string('k', 43), "reference", null, "{}"u8.ToArray())
        {
            SendBefore = DateTimeOffset.MaxValue,
        };
        var receipt = await ((IRecordWriter)Create()).WriteAsync(request, CancellationToken.None);
        Assert.IsType<Fault.Unavailable>(receipt.Fault);
    }

    [Fact]
    public async Task A_refused_credential_by_name_is_unauthorized_when_it_does_not_resolve()
    {
        Assert.SkipUnless(Facts.Sources.Count > 0, "this vendor is no source");
        var connector = Bench.Create(Kind, Settings, _ => null, new UnreachableHandler());
        var reading = await ((IRecordReader)connector).ReadAsync(Facts.Sources.Values.First(), "1", CancellationToken.None);
        Assert.IsType<Fault.Unauthorized>(reading.Fault);
    }

    [Fact]
    public void Readme_names_every_credential()
    {
        Assert.SkipWhen(Bench.FindUp("QtcHub.sln") is null, "not run inside the source tree");
        var page = Path.Combine("connectors", kindName, "README.md");
        var root = Bench.FindUp(page);
        Assert.True(root is not null, $"there is no {page}");
        var readme = File.ReadAllText(Path.Combine(root, page));
        Assert.All(Facts.Credentials, credential => Assert.Contains($"`{credential}`", readme, StringComparison.Ordinal));
    }

    private IConnector Create() => Bench.Create(Kind, Settings, SecretFor, new UnreachableHandler());
}
