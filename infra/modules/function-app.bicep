// The head: a Flex Consumption plan and the function app, with everything it is told by its settings.

@description('Ending that makes names unique.')
param token string

@description('Where it lies.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the identity.')
param identityId string

@description('Application id of the identity.')
param identityClientId string

@description('Account of the host: leases, keys, and the package.')
param hostAccount string

@description('Address of the container that the package lies in.')
param deploymentContainerUrl string

@description('Host name of the Service Bus namespace.')
param serviceBusNamespace string

@description('Where the hub\'s tables are.')
param tableEndpoint string

@description('Where the hub\'s blobs are.')
param blobEndpoint string

@description('The hub\'s table.')
param table string

@description('The hub\'s container.')
param container string

@description('The hub\'s configuration: a path within the package.')
param config string

@description('Address of the vault, ending in a slash.')
param vaultUri string

@description('Settings whose values are secrets of the vault.')
param secrets { setting: string, secret: string }[]

@description('Where telemetry is sent.')
param insightsConnectionString string

@description('Memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Most instances, of each function that scales by itself and of all that answer HTTP together.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances that never go away: `http`, or `function:` and a name.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Requests that an instance answers at the same time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Resource id of the workspace that logs go to.')
param workspaceId string

var settings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  AZURE_CLIENT_ID: identityClientId
  AzureWebJobsStorage__accountName: hostAccount
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__credential: 'managedidentity'
  QTC_CONFIG: config
  ServiceBus__clientId: identityClientId
  ServiceBus__credential: 'managedidentity'
  ServiceBus__fullyQualifiedNamespace: serviceBusNamespace
  Storage__blobEndpoint: blobEndpoint
  Storage__container: container
  Storage__table: table
  Storage__tableEndpoint: tableEndpoint
}

var secretSettings = toObject(
  secrets,
  one => one.setting,
  one => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${one.secret})'
)

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'functions' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: 'Enabled'
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(secretSettings, settings)
}

// The plan has no FTP, so this is the only password there is.
resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

resource planDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: plan
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

// Application Insights has the functions' telemetry; these are the host's own words, also when it cannot reach Application Insights.
resource appDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'FunctionAppLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

@description('Resource id of the function app.')
output id string = app.id

@description('Name of the function app.')
output name string = app.name

@description('Where vendors send their webhooks.')
output uri string = 'https://${app.properties.defaultHostName}'
