using System.Text.RegularExpressions;

namespace QtcHub.Tests.Architecture.Infra;

/// <summary>Who gets in and how, each as a function from the files to what is wrong in them.</summary>
internal static partial class AccessRules
{
    private const string Assignment = "Microsoft.Authorization/roleAssignments";

    private static readonly Demand[] Closed =
    [
        new("Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", "false"),
        new("Microsoft.Storage/storageAccounts/blobServices/containers", "properties.publicAccess", "'None'"),
    ];

    private static readonly Demand[] Encrypted =
    [
        new("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "'TLS1_2'", "'TLS1_3'"),
        new("Microsoft.Storage/storageAccounts", "properties.supportsHttpsTrafficOnly", "true"),
        new("Microsoft.ServiceBus/namespaces", "properties.minimumTlsVersion", "'1.2'", "'1.3'"),
        new("Microsoft.Web/sites", "properties.httpsOnly", "true"),
        new("Microsoft.Web/sites", "properties.siteConfig.minTlsVersion", "'1.2'", "'1.3'"),
        new("Microsoft.Web/sites", "properties.siteConfig.scmMinTlsVersion", "'1.2'", "'1.3'"),
    ];

    private static readonly Demand[] Keyless =
    [
        new("Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", "false"),
        new("Microsoft.Storage/storageAccounts", "properties.isLocalUserEnabled", "false"),
        new("Microsoft.ServiceBus/namespaces", "properties.disableLocalAuth", "true"),
        new("Microsoft.Insights/components", "properties.DisableLocalAuth", "true"),
        new("Microsoft.OperationalInsights/workspaces", "properties.features.disableLocalAuth", "true"),
        new("Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", "true"),
        new("Microsoft.KeyVault/vaults", "properties.enableSoftDelete", "true"),
        new("Microsoft.KeyVault/vaults", "properties.enablePurgeProtection", "true"),
        new("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "name", "'scm'"),
        new("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties.allow", "false"),
        new("Microsoft.Web/sites", "identity.type", "'UserAssigned'"),
        new("Microsoft.Web/sites", "properties.keyVaultReferenceIdentity", "identityId"),
        new("Microsoft.Web/sites", "properties.functionAppConfig.deployment.storage.authentication.type", "'UserAssignedIdentity'"),
    ];

    // The built-in roles that may be given at all: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
    private static readonly Dictionary<string, string> Roles = new(StringComparer.Ordinal)
    {
        ["blobDataContributor"] = "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        ["blobDataOwner"] = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        ["keyVaultSecretsOfficer"] = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        ["keyVaultSecretsUser"] = "4633458b-17de-408a-b874-0445c86b69e6",
        ["metricsPublisher"] = "3913510d-42f4-4e42-8a64-420c390055eb",
        ["serviceBusDataReceiver"] = "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
        ["serviceBusDataSender"] = "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
        ["tableDataContributor"] = "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    };

    // Every right that is given: file, to whom, over what, which role.
    private static readonly string[] Given =
    [
        "modules/key-vault.bicep: officerId over vault: roles.keyVaultSecretsOfficer",
        "modules/key-vault.bicep: principalId over vault: roles.keyVaultSecretsUser",
        "modules/monitoring.bicep: principalId over insights: roles.metricsPublisher",
        "modules/service-bus.bicep: principalId over queue[i]: roles.serviceBusDataReceiver",
        "modules/service-bus.bicep: principalId over queue[i]: roles.serviceBusDataSender",
        "modules/storage.bicep: principalId over account: roles[role]",
    ];

    private static readonly Dictionary<string, string[]> Grants = new(StringComparer.Ordinal)
    {
        ["hostStorage"] = ["blobDataOwner", "tableDataContributor"],
        ["hubStorage"] = ["blobDataContributor", "tableDataContributor"],
    };

    public static IEnumerable<string> PublicBlobs(InfraFiles files) => Closed.SelectMany(demand => demand.Unmet(files));

    public static IEnumerable<string> WeakTransport(InfraFiles files) => Encrypted.SelectMany(demand => demand.Unmet(files));

    public static IEnumerable<string> Keys(InfraFiles files) => Keyless.SelectMany(demand => demand.Unmet(files));

    /// <summary>Keys and connection strings in the text, and settings that name a service without an identity.</summary>
    public static IEnumerable<string> Secrets(InfraFiles files)
    {
        var written = files.Bicep.SelectMany(file => KeyInText().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}"));
        var settings = files["modules/function-app.bicep"].Variable("settings")!;
        var strings = settings
            .Names()
            .Where(name => name.Contains("ConnectionString", StringComparison.OrdinalIgnoreCase) || name == "AzureWebJobsStorage")
            .Select(name => $"setting {name}");
        var alone = settings
            .Names()
            .Where(name =>
                name.EndsWith("__accountName", StringComparison.Ordinal)
                || name.EndsWith("__fullyQualifiedNamespace", StringComparison.Ordinal)
            )
            .Select(name => name.Split("__")[0])
            .Where(prefix =>
                settings.Literal($"{prefix}__credential") != "managedidentity" || settings.Text($"{prefix}__clientId") != "identityClientId"
            )
            .Select(prefix => $"{prefix} names no identity");
        return written.Concat(strings).Concat(alone);
    }

    public static IEnumerable<string> WideRoles(InfraFiles files)
    {
        var table = files["modules/roles.bicep"].Variable("roles")!;
        var named = table
            .Names()
            .Where(name => Roles.GetValueOrDefault(name) != table.Literal(name))
            .Select(name => $"no role allowed here: {name}");
        var loose = files
            .Bicep.Where(file => file.Path != "modules/roles.bicep")
            .SelectMany(file => Id().Matches(file.Text).Select(match => $"{file.Path}: an id outside the table: {match.Value}"));
        var given = files.Typed(Assignment).Select(one => Right(one.File, one.Resource)).ToList();
        var more = given.Except(Given, StringComparer.Ordinal).Select(right => $"a right too many: {right}");
        var less = Given.Except(given, StringComparer.Ordinal).Select(right => $"a right is missing: {right}");
        return named.Concat(loose).Concat(more).Concat(less).Concat(WideGrants(files));
    }

    private static IEnumerable<string> WideGrants(InfraFiles files) =>
        files
            .Main.Modules.Where(module => module.Value!.Names().Count > 0 && module.Type == "modules/storage.bicep")
            .Where(module =>
                !module
                    .Value!.List("params.grants")
                    .Select(grant => grant.Literal())
                    .SequenceEqual(Grants.GetValueOrDefault(module.Name, []), StringComparer.Ordinal)
            )
            .Select(module => $"{module.Name} gives other rights than it should");

    private static string Right(BicepFile file, BicepDeclaration assignment)
    {
        var role = RoleReference().Match(assignment.Text("properties.roleDefinitionId") ?? "").Groups["role"].Value;
        var imported = file.Text.Contains("import { roles } from 'roles.bicep'", StringComparison.Ordinal);
        return $"{file.Path}: {assignment.Text("properties.principalId")} over {assignment.Text("scope")}: {(imported ? role : "not of the table")}";
    }

    [GeneratedRegex(
        @"\blist(Keys|Secrets|AccountSas|ServiceSas|\w*Keys)\s*\(|AccountKey=|SharedAccessKey|DefaultEndpointsProtocol|InstrumentationKey\b",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex KeyInText();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Id();

    [GeneratedRegex(
        @"^subscriptionResourceId\('Microsoft\.Authorization/roleDefinitions', (?<role>roles(\.\w+|\[role\]))\)$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex RoleReference();
}
