using System.Globalization;
using System.Text;
using QtcHub.Connectors;

namespace QtcHub.Hosting;

/// <summary>Every key of <c>hub.yaml</c> as a page, from what the file is read by.</summary>
public static class ConfigurationReference
{
    /// <summary>All of it as a page.</summary>
    /// <param name="kinds">What each kind of system declares.</param>
    public static string Markdown(IReadOnlyDictionary<string, ConnectorFacts> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var page = new StringBuilder(
            """
            # hub.yaml

            Printed by `qtc schema hub --markdown` from what the file is read by. A key marked with * is required. A duration is a whole number and a unit: `30s`,
            `5m`, `12h`, `7d`. Secrets never stand in the file: a credential is a reference, `env:NAME` or `file:/path`. `qtc check` tells every error at once, with its
            place and its fix; `qtc schema hub` prints the JSON Schema that editors use ([schemas](schemas)). Whole files to begin with are in
            [infra/stacks](../infra/stacks).

            """
        );
        Add(page, "The file", "", HubSettings.File, null);
        Add(page, "entities", "Below each entity's code:", HubSettings.Entity, null);
        Add(
            page,
            "systems",
            "Below each system's name, which stands in the address of its webhooks:",
            HubSettings.System,
            SystemsReader.Usual("")
        );
        Add(page, kinds);
        Add(page, "routes", "Each item of the list:", HubSettings.Route, null);
        Add(
            page,
            "routes, cashApplication",
            "How it works: [cash-application.md](cash-application.md).",
            HubSettings.CashApplication,
            null
        );
        Add(page, "routes, cashApplication, shortPay", "", HubSettings.ShortPay, null);
        Add(page, "policy", "", HubSettings.Policy, new PolicyOptions());
        Add(page, "retention", "", HubSettings.Retention, new RetentionOptions());
        Add(page, "store", "Or one word: `store: embedded`, which is what it is unless named.", HubSettings.Store, null);
        return page.ToString();
    }

    /// <summary>One section; what a key is unless named is read from the options that the file is read into.</summary>
    private static void Add(StringBuilder page, string title, string says, IReadOnlyList<Setting> settings, object? usual)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        page.Append(says.Length > 0 ? $"{says}\n\n" : "");
        page.Append(usual is null ? "| key | form | does |\n|---|---|---|\n" : "| key | form | unless named | does |\n|---|---|---|---|\n");
        foreach (var setting in settings)
        {
            var name = $"`{setting.Name}`{(setting.Required ? " *" : "")}";
            var value = usual is null ? "" : $" {Usual(usual, setting)} |";
            page.Append(CultureInfo.InvariantCulture, $"| {name} | {Form(setting)} |{value} {setting.Does} |\n");
        }
    }

    private static void Add(StringBuilder page, IReadOnlyDictionary<string, ConnectorFacts> kinds)
    {
        page.Append(
            """

            ## systems, credentials

            One of the groups signs in. What each is, and each kind's `settings`, is told on the page of the kind.

            | kind | roles | signs in by | verifies webhooks by |
            |---|---|---|---|

            """
        );
        foreach (var (kind, facts) in kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal))
        {
            var groups = string.Join(" or ", facts.CredentialSets.Select(Words));
            var secrets = Words(new[] { facts.WebhookSecret, facts.PreviousWebhookSecret }.OfType<string>());
            page.Append(
                CultureInfo.InvariantCulture,
                $"| [{kind}](../connectors/{kind}/README.md) | {Words(facts.Roles)} | {groups} | {(secrets.Length > 0 ? secrets : "sends none")} |\n"
            );
        }
    }

    private static string Form(Setting setting) =>
        setting switch
        {
            { OneOf: { Count: > 5 } } => "the name of a [canonical record](canonical.md)",
            { OneOf: { } words } => Words(words),
            { Form: SettingForm.Words } => "a word or a list",
            { Form: SettingForm.Duration } => "duration",
            { Form: SettingForm.Count } => string.Create(CultureInfo.InvariantCulture, $"1 to {setting.Most}"),
            { Form: SettingForm.Flag } => "`true`, `false`",
            { Form: SettingForm.Condition } => "a [condition](mapping.md) or a list",
            { Form: SettingForm.Section } => "section",
            _ => "text",
        };

    private static string Usual(object usual, Setting setting)
    {
        var name = char.ToUpperInvariant(setting.Name[0]) + setting.Name[1..];
        return setting.Required
            ? ""
            : usual.GetType().GetProperty(name)?.GetValue(usual) switch
            {
                TimeSpan span => $"`{Short(span)}`",
                bool flag => flag ? "`true`" : "`false`",
                int count => string.Create(CultureInfo.InvariantCulture, $"`{count}`"),
                _ => "",
            };
    }

    private static string Short(TimeSpan span) =>
        span switch
        {
            { Hours: 0, Minutes: 0, Seconds: 0 } => Whole(span.Ticks / TimeSpan.TicksPerDay, "d"),
            { Minutes: 0, Seconds: 0 } => Whole(span.Ticks / TimeSpan.TicksPerHour, "h"),
            { Seconds: 0 } => Whole(span.Ticks / TimeSpan.TicksPerMinute, "m"),
            _ => Whole(span.Ticks / TimeSpan.TicksPerSecond, "s"),
        };

    private static string Whole(long count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");

    private static string Words(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"`{word}`"));
}
