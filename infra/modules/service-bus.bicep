// The broker: two queues whose messages carry ids. Order and uniqueness are the ledger's, so they want neither sessions nor duplicate detection.

import { roles } from 'roles.bicep'

@description('Name of the namespace.')
param name string

@description('Where it lies.')
param location string

@description('Tags of every resource.')
param tags object

@description('Tier. Basic has no scheduled messages, which retries need.')
@allowed(['Standard', 'Premium'])
param sku string

@description('Messaging units of the Premium tier.')
@allowed([1, 2, 4, 8, 16])
param capacity int

@description('Object id of the identity that sends and receives.')
param principalId string

@description('Resource id of the workspace that logs go to.')
param workspaceId string

var queues = ['inbound', 'lane']

resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: sku == 'Premium' ? capacity : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Enabled'
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for one in queues: {
    parent: namespace
    name: one
    properties: {
      requiresSession: false
      requiresDuplicateDetection: false
      lockDuration: 'PT1M'
      maxDeliveryCount: 10
      // Reminders expire after a minute and are no dead letters; what else expires, the ledger still knows and sends again.
      deadLetteringOnMessageExpiration: false
      defaultMessageTimeToLive: 'P14D'
      maxSizeInMegabytes: 5120
    }
  }
]

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (one, i) in queues: {
    name: guid(queue[i].id, principalId, roles.serviceBusDataSender)
    scope: queue[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataSender)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (one, i) in queues: {
    name: guid(queue[i].id, principalId, roles.serviceBusDataReceiver)
    scope: queue[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.serviceBusDataReceiver)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        categoryGroup: 'allLogs'
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

@description('Resource id of the namespace.')
output id string = namespace.id

@description('Host name of the namespace.')
output fullyQualifiedNamespace string = replace(
  replace(namespace.properties.serviceBusEndpoint, 'https://', ''),
  ':443/',
  ''
)

@description('The queues.')
output queues string[] = queues
