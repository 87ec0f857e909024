// QtcHub on Azure: a resource group and everything in it. Defaults are sized for development; parameters/ has test and prod.

targetScope = 'subscription'

@description('Name of this installation, e.g. qtc-prod. Names of resources are derived from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Region.')
@metadata({ azd: { type: 'location' } })
param location string

@description('What the installation is for; it goes into the tags.')
@allowed(['dev', 'test', 'prod'])
param stage string = 'dev'

@description('Who pays; it goes into the tags.')
param costCenter string = ''

@description('Further tags of every resource.')
param tags object = {}

@description('Resource group to make.')
param resourceGroupName string = 'rg-${environmentName}'

@description('The hub\'s configuration: a path within the package.')
param config string = 'config/hub.yaml'

@description('The hub\'s table. A restore goes into a new one.')
@minLength(3)
@maxLength(63)
param table string = 'qtchub'

@description('The hub\'s container. A restore goes into a new one.')
@minLength(3)
@maxLength(63)
param container string = 'qtchub'

@description('Settings whose values are secrets of the vault, e.g. [{"setting": "BILLING_API_KEY", "secret": "billing-api-key"}].')
param secrets { setting: string, secret: string }[] = []

@description('Object id of the person or group that writes secrets into the vault.')
param vaultOfficerId string = ''

@description('Memory of an instance in megabytes.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances, of each function that scales by itself and of all that answer HTTP together.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that never go away, e.g. [{"name": "http", "instanceCount": 1}].')
param alwaysReady { name: string, instanceCount: int }[] = []

@description('Requests that an instance answers at the same time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('Tier of Service Bus.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('Messaging units of the Premium tier.')
@allowed([1, 2, 4, 8, 16])
param serviceBusCapacity int = 1

@description('Redundancy of the account that holds the ledger.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('Days for which deleted blobs and containers can be brought back. Content that was erased stays as long.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 7

@description('Refuses to delete the account that holds the ledger.')
param lockStorage bool = false

@description('Logs each call to a table. A delivery makes some eighty: the logs then cost many times what the calls do.')
param logTableCalls bool = false

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Gigabytes a day after which no more logs are taken until the next; -1 for no limit.')
param logDailyCapGb int = 1

@description('Addresses that alerts are sent to.')
param alertEmails string[] = []

@description('Resource ids of action groups that are there already.')
param actionGroupIds string[] = []

@description('Active messages in one queue from which on it is long.')
param longQueue int = 1000

@description('Active messages below which one queue must fall once an hour.')
param oldQueue int = 100

@description('Failed runs of one function in a quarter of an hour from which on it fails.')
param functionFailures int = 5

@description('Calls refused for being too busy, in a quarter of an hour, from which on a service throttles.')
param throttledCalls int = 20

@description('Seconds from a delivery\'s arrival until its effect from which on the hub lags.')
param lagSeconds int = 900

@description('Dead letters that may be open before somebody is told.')
param openLetters int = 0

@description('Path that is asked from five places every five minutes; empty for nothing.')
param healthPath string = ''

@description('The status that it answers when all is well. Health wants a function key, which the test does not have: 401 says that the host answers.')
param healthStatus int = 401

var token = uniqueString(subscription().id, environmentName, location)
var packages = 'packages'
var allTags = union(tags, {
  'azd-env-name': environmentName
  product: 'qtchub'
  stage: stage
  'cost-center': costCenter
})

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
    principalId: identity.outputs.principalId
  }
}

// The host's own: leases of timers, keys of functions, the package. All of it can be made again.
module hostStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'sth${token}'
    location: location
    tags: allTags
    sku: 'Standard_LRS'
    containers: [packages]
    tables: []
    grants: ['blobDataOwner', 'tableDataContributor']
    principalId: identity.outputs.principalId
    softDeleteDays: 7
    versioning: true
    earlierVersions: [
      { prefix: '${packages}/', days: 30 }
      { prefix: 'azure-webjobs-hosts/', days: 1 }
      { prefix: 'azure-webjobs-secrets/', days: 30 }
    ]
    logTableCalls: false
    lock: false
    workspaceId: monitoring.outputs.workspaceId
  }
}

// The ledger. Its blobs are written once under names of their own, so there are no earlier versions to keep.
module hubStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: allTags
    sku: storageSku
    containers: [container]
    tables: [table]
    grants: ['blobDataContributor', 'tableDataContributor']
    principalId: identity.outputs.principalId
    softDeleteDays: softDeleteDays
    versioning: false
    logTableCalls: logTableCalls
    lock: lockStorage
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  scope: group
  params: {
    name: 'sb-${token}'
    location: location
    tags: allTags
    sku: serviceBusSku
    capacity: serviceBusCapacity
    principalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    principalId: identity.outputs.principalId
    officerId: vaultOfficerId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module functionApp 'modules/function-app.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostAccount: hostStorage.outputs.name
    deploymentContainerUrl: '${hostStorage.outputs.blobEndpoint}${packages}'
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
    tableEndpoint: hubStorage.outputs.tableEndpoint
    blobEndpoint: hubStorage.outputs.blobEndpoint
    table: table
    container: container
    config: config
    vaultUri: keyVault.outputs.uri
    secrets: secrets
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    httpConcurrency: httpConcurrency
    workspaceId: monitoring.outputs.workspaceId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    token: token
    location: location
    tags: allTags
    emails: alertEmails
    actionGroupIds: actionGroupIds
    serviceBusId: serviceBus.outputs.id
    storageIds: [hostStorage.outputs.id, hubStorage.outputs.id]
    insightsId: monitoring.outputs.insightsId
    workspaceId: monitoring.outputs.workspaceId
    longQueue: longQueue
    oldQueue: oldQueue
    failures: functionFailures
    throttled: throttledCalls
    lagSeconds: lagSeconds
    openLetters: openLetters
    healthUrl: empty(healthPath) ? '' : '${functionApp.outputs.uri}${healthPath}'
    healthStatus: healthStatus
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_KEY_VAULT_NAME string = keyVault.outputs.name
output SERVICE_FUNCTIONS_NAME string = functionApp.outputs.name
output SERVICE_FUNCTIONS_URI string = functionApp.outputs.uri
