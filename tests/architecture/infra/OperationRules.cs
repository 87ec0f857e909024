using QtcHub.Telemetry;

namespace QtcHub.Tests.Architecture.Infra;

/// <summary>What operation relies on – logs, queues, alerts, settings – each as a function from the files to what is wrong in them.</summary>
internal static class OperationRules
{
    private const string Metric = "Microsoft.Insights/metricAlerts";
    private const string Criteria = "properties.criteria.allOf";
    private const string PartOfOne = "part of a resource that has a diagnostic setting";
    private const string NoLogs = "has no resource logs or metrics of its own";

    // Kinds without a diagnostic setting, each with its reason; any other kind needs one.
    private static readonly Dictionary<string, string> Undiagnosed = new(StringComparer.Ordinal)
    {
        ["Microsoft.Authorization/locks"] = NoLogs,
        ["Microsoft.Authorization/roleAssignments"] = NoLogs,
        ["Microsoft.Insights/actionGroups"] = NoLogs,
        ["Microsoft.Insights/components"] = "writes into the workspace by itself",
        ["Microsoft.Insights/diagnosticSettings"] = NoLogs,
        [Metric] = NoLogs,
        ["Microsoft.Insights/scheduledQueryRules"] = NoLogs,
        ["Microsoft.Insights/webtests"] = NoLogs,
        ["Microsoft.ManagedIdentity/userAssignedIdentities"] = NoLogs,
        ["Microsoft.Resources/resourceGroups"] = NoLogs,
        ["Microsoft.ServiceBus/namespaces/queues"] = PartOfOne,
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = PartOfOne,
        ["Microsoft.Storage/storageAccounts/managementPolicies"] = PartOfOne,
        ["Microsoft.Storage/storageAccounts/tableServices/tables"] = PartOfOne,
        ["Microsoft.Web/sites/basicPublishingCredentialsPolicies"] = PartOfOne,
        ["Microsoft.Web/sites/config"] = PartOfOne,
    };

    private static readonly string[] WithoutLogs = ["Microsoft.Storage/storageAccounts", "Microsoft.Web/serverfarms"];

    // What is made only sometimes, and when.
    private static readonly string[] Sometimes =
    [
        "group if !empty(emails)",
        "health if !empty(healthUrl)",
        "healthAlert if !empty(healthUrl)",
        "lifecycle if !empty(earlierVersions)",
        "noDeletion if lock",
        "officer if !empty(officerId)",
    ];

    private static readonly Demand[] Queued =
    [
        new("Microsoft.ServiceBus/namespaces/queues", "properties.requiresSession", "false"),
        new("Microsoft.ServiceBus/namespaces/queues", "properties.requiresDuplicateDetection", "false"),
        new("Microsoft.ServiceBus/namespaces/queues", "properties.deadLetteringOnMessageExpiration", "false"),
        new("Microsoft.ServiceBus/namespaces/queues", "properties.lockDuration", "'PT1M'"),
        new("Microsoft.ServiceBus/namespaces/queues", "properties.maxDeliveryCount", "10"),
    ];

    private static readonly Demand[] Telling =
    [
        new(Metric, "properties.enabled", "true"),
        new(Metric, "properties.actions", "actions"),
        new("Microsoft.Insights/scheduledQueryRules", "properties.enabled", "true"),
        new("Microsoft.Insights/scheduledQueryRules", "properties.actions.actionGroups", "groupIds"),
        new("Microsoft.Insights/webtests", "properties.Enabled", "true"),
        new("Microsoft.Insights/webtests", "properties.Request.RequestUrl", "healthUrl"),
        new("Microsoft.Insights/webtests", "properties.ValidationRules.ExpectedHttpStatusCode", "healthStatus"),
    ];

    private static readonly Demand[] Headed =
    [
        new("Microsoft.Web/serverfarms", "sku.name", "'FC1'"),
        new("Microsoft.Web/sites", "properties.functionAppConfig.runtime.name", "'dotnet-isolated'"),
        new("Microsoft.Web/sites", "properties.functionAppConfig.runtime.version", "'10.0'"),
        new("Microsoft.Web/sites", "properties.functionAppConfig.deployment.storage.value", "deploymentContainerUrl"),
        new("Microsoft.Web/sites/config", "name", "'appsettings'"),
        new("Microsoft.Web/sites/config", "properties", "union(secretSettings, settings)"),
    ];

    /// <summary>What the functions read, besides the secrets that an installation names.</summary>
    public static readonly string[] Settings =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
        "QTC_CONFIG",
        "ServiceBus__clientId",
        "ServiceBus__credential",
        "ServiceBus__fullyQualifiedNamespace",
        "Storage__blobEndpoint",
        "Storage__container",
        "Storage__table",
        "Storage__tableEndpoint",
    ];

    public static IEnumerable<string> Unwatched(InfraFiles files) =>
        files
            .Resources.Where(one => !Undiagnosed.ContainsKey(one.Resource.Kind) && !IsDiagnosed(one.File, one.Resource))
            .Select(one => $"{one.File.Path}: {one.Resource.Name} has no diagnostic setting");

    public static IEnumerable<string> Conditions(InfraFiles files) =>
        files
            .Bicep.SelectMany(file => file.Resources.Concat(file.Modules))
            .Where(one => one.Condition is not null)
            .Select(one => $"{one.Name} if {one.Condition}")
            .Except(Sometimes, StringComparer.Ordinal);

    public static IEnumerable<string> Queues(InfraFiles files)
    {
        var names = files["modules/service-bus.bicep"].Variable("queues")!.List("").Select(one => one.Literal());
        return Queued
            .SelectMany(demand => demand.Unmet(files))
            .Concat(names.SequenceEqual(["inbound", "lane"], StringComparer.Ordinal) ? [] : ["the queues are not inbound and lane"]);
    }

    public static IEnumerable<string> Alerts(InfraFiles files)
    {
        var alerts = files["modules/alerts.bicep"];
        var rules = alerts.Variable("rules")!.List("");
        var criterion = Criterion(alerts, "queueAlert");
        var storage = Criterion(alerts, "storageThrottlingAlert");
        var logs = alerts.Variable("logRules")!.List("");
        var asked = alerts.Typed("Microsoft.Insights/scheduledQueryRules").SelectMany(one => one.Value!.List(Criteria)).FirstOrDefault();
        var health = alerts.Typed(Metric).SingleOrDefault(one => one.Name == "healthAlert");
        var main = files.Main.Modules.SingleOrDefault(one => one.Type == alerts.Path);

        (string Name, bool Holds)[] checks =
        [
            (
                "dead-lettered messages",
                rules.Any(rule => Watches(rule, "DeadletteredMessages", "Maximum") && rule.Text("threshold") == "0")
            ),
            ("long queues", rules.Any(rule => Watches(rule, "ActiveMessages", "Average") && rule.Text("threshold") == "longQueue")),
            ("old queues", rules.Any(rule => Watches(rule, "ActiveMessages", "Minimum") && rule.Text("threshold") == "oldQueue")),
            ("queues one by one", criterion?.Text("metricName") == "rule.metric" && Dimension(criterion, "EntityName", "*")),
            (
                "storage that throttles",
                storage?.Literal("metricName") == "Transactions" && Dimension(storage, "ResponseType", "ServerBusyError")
            ),
            (
                "functions that fail",
                logs.Any(rule =>
                    Asks(rule, "AppRequests", $"AppRoleName != \"{HubTelemetry.ServiceName}\" and Success == false")
                    && rule.Text("threshold") == "failures"
                )
            ),
            ("a head that does nothing", logs.Any(rule => Asks(rule, "AppRequests", "Stopped = iff(Runs == 0, 1, 0)"))),
            ("work that lags", logs.Any(rule => Asks(rule, "AppMetrics", "\"qtchub.lag\"") && rule.Text("threshold") == "lagSeconds")),
            (
                "a credential that is refused",
                logs.Any(rule => Asks(rule, "AppMetrics", "\"qtchub.circuit\"") && rule.Text("threshold") == "1")
            ),
            ("letters that wait", logs.Any(rule => Asks(rule, "AppMetrics", "\"qtchub.dead_letters.open\""))),
            ("what is asked of logs", asked?.Text("query") == "rule.query" && asked.Text("threshold") == "rule.threshold"),
            ("a head that does not answer", health?.Text("properties.criteria.webTestId") == "health.id"),
            ("both accounts", main?.Value?.List("params.storageIds").Count == 2),
        ];
        return Telling
            .SelectMany(demand => demand.Unmet(files))
            .Concat(checks.Where(one => !one.Holds).Select(one => $"no alert for {one.Name}"));
    }

    public static IEnumerable<string> Head(InfraFiles files)
    {
        var app = files["modules/function-app.bicep"];
        var settings = app.Variable("settings")!.Names();
        var vault = (app.Variable("secretSettings") as BicepValue.Expression)?.Source.Contains(
            "'@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${one.secret})'",
            StringComparison.Ordinal
        );
        return Headed
            .SelectMany(demand => demand.Unmet(files))
            .Concat(settings.Except(Settings, StringComparer.Ordinal).Select(name => $"a setting that nothing reads: {name}"))
            .Concat(Settings.Except(settings, StringComparer.Ordinal).Select(name => $"a setting is missing: {name}"))
            .Concat(vault is true ? [] : ["secrets are no references to the vault"]);
    }

    private static bool IsDiagnosed(BicepFile file, BicepDeclaration resource) =>
        file.Typed("Microsoft.Insights/diagnosticSettings")
            .Any(one =>
                one.Text("scope") == resource.Name
                && one.Text("properties.workspaceId") is "workspaceId" or "workspace.id"
                && IsOn(one.Value!.List("properties.metrics"))
                && (WithoutLogs.Contains(resource.Kind, StringComparer.Ordinal) || IsOn(one.Value!.List("properties.logs")))
            );

    private static bool IsOn(IReadOnlyList<BicepValue> entries) =>
        entries.Count > 0 && entries.All(entry => entry.Text("enabled") is "true" or "logTableCalls");

    private static BicepValue? Criterion(BicepFile alerts, string name) =>
        alerts.Typed(Metric).SingleOrDefault(one => one.Name == name)?.Value?.List(Criteria) is [var first, ..] ? first : null;

    private static bool Watches(BicepValue rule, string metric, string aggregation) =>
        rule.Literal("metric") == metric && rule.Literal("aggregation") == aggregation;

    private static bool Asks(BicepValue rule, string table, string filter) =>
        rule.Literal("query") is { } query
        && query.StartsWith($"{table} | where", StringComparison.Ordinal)
        && query.Contains(filter, StringComparison.Ordinal);

    private static bool Dimension(BicepValue criterion, string name, string value) =>
        criterion.List("dimensions").Any(one => one.Literal("name") == name && one.List("values").Any(among => among.Literal() == value));
}
