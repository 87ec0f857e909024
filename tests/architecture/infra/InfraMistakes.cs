using Xunit;

namespace QtcHub.Tests.Architecture.Infra;

/// <summary>Mistakes in infra/, one a row: the rule that must find it, the file, what it says, and what it would say instead.</summary>
public sealed class InfraMistakes : TheoryData<string, string, string, string>
{
    private const string Storage = "modules/storage.bicep";
    private const string Bus = "modules/service-bus.bicep";
    private const string Vault = "modules/key-vault.bicep";
    private const string Logs = "modules/monitoring.bicep";
    private const string Head = "modules/function-app.bicep";
    private const string Alerts = "modules/alerts.bicep";
    private const string Main = "main.bicep";

    public InfraMistakes()
    {
        Access();
        Rights();
        Operation();
        Shape();
    }

    private void Access()
    {
        Add("public", Storage, "allowBlobPublicAccess: false", "allowBlobPublicAccess: true");
        Add("public", Storage, "    allowBlobPublicAccess: false\n", "");
        Add("public", Storage, "publicAccess: 'None'", "publicAccess: 'Blob'");
        Add("transport", Storage, "'TLS1_2'", "'TLS1_0'");
        Add("transport", Storage, "    minimumTlsVersion: 'TLS1_2'\n", "");
        Add("transport", Storage, "supportsHttpsTrafficOnly: true", "supportsHttpsTrafficOnly: false");
        Add("transport", Bus, "minimumTlsVersion: '1.2'", "minimumTlsVersion: '1.0'");
        Add("transport", Head, "httpsOnly: true", "httpsOnly: false");
        Add("transport", Head, "      scmMinTlsVersion: '1.2'\n", "");
        Add("keys", Storage, "allowSharedKeyAccess: false", "allowSharedKeyAccess: true");
        Add("keys", Storage, "    allowSharedKeyAccess: false\n", "");
        Add("keys", Storage, "allowSharedKeyAccess: false", "// allowSharedKeyAccess: false");
        Add("keys", Bus, "disableLocalAuth: true", "disableLocalAuth: false");
        Add("keys", Logs, "    DisableLocalAuth: true\n", "");
        Add("keys", Logs, "      disableLocalAuth: true\n", "");
        Add("keys", Vault, "enablePurgeProtection: true", "enablePurgeProtection: false");
        Add("keys", Vault, "    enableRbacAuthorization: true\n", "");
        Add("keys", Head, "    allow: false", "    allow: true");
        Add("keys", Head, "name: 'scm'", "name: 'ftp'");
        Add("keys", Head, "type: 'UserAssignedIdentity'", "type: 'StorageAccountConnectionString'");
        Add("secrets", Head, "hostAccount\n", "listKeys(hostAccount, '2025-06-01').keys[0].value\n");
        Add("secrets", Head, "AzureWebJobsStorage__accountName: hostAccount", "AzureWebJobsStorage: hostAccount");
        Add("secrets", Head, "  ServiceBus__credential: 'managedidentity'\n", "");
        Add("secrets", Head, "ServiceBus__clientId: identityClientId", "ServiceBus__clientId: ''");
        Add("secrets", Head, "Storage__table: table", "Storage__ConnectionString: table");
    }

    private void Rights()
    {
        const string owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
        const string contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";
        Add("roles", "modules/roles.bicep", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", owner);
        Add("roles", "modules/roles.bicep", "var roles = {", $"var roles = {{\n  contributor: '{contributor}'");
        Add(
            "roles",
            Vault,
            "'Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)",
            $"'Microsoft.Authorization/roleDefinitions', '{contributor}')"
        );
        Add("roles", Vault, "roleDefinitions', roles.keyVaultSecretsUser", "roleDefinitions', roles.keyVaultSecretsOfficer");
        Add("roles", Bus, "  scope: queue[i]\n", "");
        Add("roles", Bus, "scope: queue[i]", "scope: namespace");
        Add("roles", Bus, "roles.serviceBusDataReceiver", "roles.serviceBusDataSender");
        Add("roles", Bus, "import { roles } from 'roles.bicep'", "import { roles } from 'other.bicep'");
        Add("roles", Main, "['blobDataContributor', 'tableDataContributor']", "['blobDataOwner', 'tableDataContributor']");
        Add("roles", Main, "['blobDataContributor', 'tableDataContributor']", "['blobDataContributor']");
        Add("roles", Logs, "  scope: insights\n", "");
    }

    private void Operation()
    {
        Add("diagnostics", Storage, "scope: tableService", "scope: blobs");
        Add("diagnostics", Bus, "enabled: true", "enabled: false");
        Add("diagnostics", Vault, "    workspaceId: workspaceId\n", "");
        Add("diagnostics", Head, "  scope: plan\n", "  scope: app\n");
        Add("diagnostics", Logs, "  scope: workspace\n", "  scope: insights\n");
        Add(
            "diagnostics",
            Bus,
            "resource queue 'Microsoft.ServiceBus/namespaces/queues@",
            "resource queue 'Microsoft.ServiceBus/namespaces/topics@"
        );
        Add("diagnostics", Vault, "categoryGroup: 'audit'\n        enabled: true", "categoryGroup: 'audit'\n        enabled: false");
        Add("diagnostics", Head, "    logs: [\n", "    other: [\n");
        Add("conditions", Vault, "diagnosticSettings@2021-05-01-preview' = {", "diagnosticSettings@2021-05-01-preview' = if (false) {");
        Add(
            "conditions",
            Main,
            "module alerts 'modules/alerts.bicep' = {",
            "module alerts 'modules/alerts.bicep' = if (stage == 'prod') {"
        );
        Add("conditions", Alerts, "if (!empty(healthUrl))", "if (empty(healthUrl))");
        Add("queues", Bus, "requiresSession: false", "requiresSession: true");
        Add("queues", Bus, "      requiresDuplicateDetection: false\n", "");
        Add("queues", Bus, "deadLetteringOnMessageExpiration: false", "deadLetteringOnMessageExpiration: true");
        Add("queues", Bus, "maxDeliveryCount: 10", "maxDeliveryCount: 1");
        Add("queues", Bus, "['inbound', 'lane']", "['inbound', 'lanes']");
        Add("alerts", Alerts, "'DeadletteredMessages'", "'Messages'");
        Add("alerts", Alerts, "threshold: 0", "threshold: 10");
        Add("alerts", Alerts, "aggregation: 'Minimum'", "aggregation: 'Average'");
        Add("alerts", Alerts, "name: 'EntityName'", "name: 'OperationResult'");
        Add("alerts", Alerts, "      enabled: true", "      enabled: false");
        Add("alerts", Alerts, "    actions: actions\n", "");
        Add("alerts", Alerts, "'ServerBusyError'", "'Success'");
        Add("alerts", Alerts, "Success == false", "Success == true");
        Add("alerts", Alerts, "actionGroups: groupIds", "actionGroups: []");
        Add("alerts", Alerts, "query: rule.query", "query: 'AppRequests'");
        Add("alerts", Alerts, "threshold: lagSeconds", "threshold: openLetters");
        Add("alerts", Alerts, "iff(Runs == 0, 1, 0)", "iff(Runs == 0, 0, 1)");
        Add("alerts", Alerts, "qtchub.dead_letters.open", "qtchub.letters");
        Add("alerts", Alerts, "qtchub.circuit", "qtchub.state");
        Add("alerts", Alerts, "AppRoleName != \"qtchub\" and ", "");
        Add("alerts", Alerts, "webTestId: health.id", "webTestId: insightsId");
        Add("alerts", Alerts, "RequestUrl: healthUrl", "RequestUrl: 'https://example.com'");
        Add("alerts", Main, "[hostStorage.outputs.id, hubStorage.outputs.id]", "[hostStorage.outputs.id]");
        Add("alerts", Main, "module alerts 'modules/alerts.bicep'", "module alerts 'modules/identity.bicep'");
        Add("head", Head, "version: '10.0'", "version: '8.0'");
        Add("head", Head, "name: 'FC1'", "name: 'Y1'");
        Add("head", Head, "  QTC_CONFIG: config\n", "");
        Add("head", Head, "  QTC_CONFIG: config\n", "  QTC_CONFIG: config\n  QTC_CONFIGURATION: config\n");
        Add("head", Head, "union(secretSettings, settings)", "union(settings, secretSettings)");
        Add("head", Head, "secrets/${one.secret})", "keys/${one.secret})");
    }

    private void Shape()
    {
        Add("modules", Main, "'modules/key-vault.bicep'", "'modules/vault.bicep'");
        Add("modules", Main, "    officerId: vaultOfficerId\n", "");
        Add("modules", Main, "    officerId: vaultOfficerId\n", "    officer: vaultOfficerId\n    officerId: vaultOfficerId\n");
        Add("modules", Storage, "param sku string", "param sku string\nparam kind string");
        Add("parameters", "parameters/prod.parameters.json", "\"storageSku\"", "\"storageSKU\"");
        Add("parameters", "parameters/prod.parameters.json", "Standard_GZRS", "Standard_RAGZRS");
        Add(
            "parameters",
            "parameters/dev.parameters.json",
            "\"maximumInstanceCount\": {\n      \"value\": 40",
            "\"maximumInstanceCount\": {\n      \"value\": \"40\""
        );
        Add("parameters", "parameters/test.parameters.json", "\"value\": 5\n", "\"value\": 5.5\n");
        Add("parameters", "main.parameters.json", "QTC_INSTANCE_MEMORY_MB=2048", "QTC_INSTANCE_MEMORY_MB=1024");
        Add("parameters", "main.parameters.json", "\"location\"", "\"place\"");
        Add("parameters", Main, "param costCenter string = ''", "param costCenter string");
        Add("stages", "parameters/test.parameters.json", "\"test\"", "\"prod\"");
    }
}
