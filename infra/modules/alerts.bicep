// What wakes somebody: dead-lettered, long and old queues, failing functions, work that lags, a refused credential, letters that wait, a throttled
// store or broker, a head that does not answer.

@description('Ending that makes names unique.')
param token string

@description('Where rules over logs lie; rules over metrics are global.')
param location string

@description('Tags of every resource.')
param tags object

@description('Addresses that a group of its own tells.')
param emails string[]

@description('Resource ids of groups that are there already.')
param actionGroupIds string[]

@description('Resource id of the Service Bus namespace.')
param serviceBusId string

@description('Resource ids of the storage accounts.')
param storageIds string[]

@description('Resource id of Application Insights.')
param insightsId string

@description('Resource id of the workspace.')
param workspaceId string

@description('Active messages in one queue from which on it is long.')
@minValue(1)
param longQueue int

@description('Active messages below which one queue must fall once an hour, or its messages count as old.')
@minValue(1)
param oldQueue int

@description('Failed runs of one function in a quarter of an hour from which on it fails.')
@minValue(1)
param failures int

@description('Calls that storage refused for being too busy, in a quarter of an hour, from which on it throttles.')
@minValue(1)
param throttled int

@description('Seconds from a delivery\'s arrival until its effect from which on the hub lags.')
@minValue(1)
param lagSeconds int

@description('Dead letters that may be open.')
@minValue(0)
param openLetters int

@description('What is asked from outside every five minutes; empty for nothing.')
param healthUrl string

@description('The status that it answers when all is well.')
param healthStatus int

var rules = [
  {
    name: 'dead-lettered'
    description: 'A message lies in a dead-letter queue and was not collected into the hub\'s own dead letters.'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    window: 'PT15M'
  }
  {
    name: 'long-queue'
    description: 'More messages wait than are worked off.'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Average'
    threshold: longQueue
    window: 'PT15M'
  }
  {
    name: 'old-queue'
    description: 'The queue has not been worked off for an hour: its messages are old. The broker has no metric of their age.'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    threshold: oldQueue
    window: 'PT1H'
  }
]

// A refused webhook (4xx) is no failure of a function: strangers must not be able to wake anybody. The hub's own spans are requests too, under the role
// `qtchub`: where one of them fails a dead letter is open or a circuit is, and those have alerts of their own.
var logRules = [
  {
    name: 'function-failures'
    description: 'A function failed, or answered 5xx, more often than it may.'
    severity: 1
    query: 'AppRequests | where AppRoleName != "qtchub" and Success == false and ResultCode !startswith "4" | summarize Failures = sum(ItemCount) by OperationName'
    column: 'Failures'
    aggregation: 'Total'
    by: 'OperationName'
    threshold: failures
  }
  {
    name: 'stopped'
    description: 'RelayDue, which runs every half minute, has not run for a quarter of an hour: the head does nothing.'
    severity: 0
    query: 'AppRequests | where OperationName == "RelayDue" and Success == true | summarize Runs = count() | project Stopped = iff(Runs == 0, 1, 0), Head = "functions"'
    column: 'Stopped'
    aggregation: 'Maximum'
    by: 'Head'
    threshold: 0
  }
  {
    name: 'lag'
    description: 'Longer than it may took what was applied, from a delivery\'s arrival until its effect.'
    severity: 2
    query: 'AppMetrics | where Name == "qtchub.lag" | summarize Seconds = max(Max) by System = tostring(Properties["system"])'
    column: 'Seconds'
    aggregation: 'Maximum'
    by: 'System'
    threshold: lagSeconds
  }
  {
    name: 'system-paused'
    description: 'A system refuses the hub\'s credential; everything for it waits.'
    severity: 1
    query: 'AppMetrics | where Name == "qtchub.circuit" | summarize State = max(Max) by System = tostring(Properties["system"])'
    column: 'State'
    aggregation: 'Maximum'
    by: 'System'
    threshold: 1
  }
  {
    name: 'open-letters'
    description: 'Dead letters wait for a person.'
    severity: 3
    query: 'AppMetrics | where Name == "qtchub.dead_letters.open" | summarize Letters = max(Max) by AppRoleName'
    column: 'Letters'
    aggregation: 'Maximum'
    by: 'AppRoleName'
    threshold: openLetters
  }
]

var locations = ['emea-nl-ams-azr', 'emea-gb-db3-azr', 'us-va-ash-azr', 'us-ca-sjc-azr', 'apac-sg-sin-azr']

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: 'ag-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'qtchub'
    emailReceivers: [
      for (one, i) in emails: {
        name: 'email-${i}'
        emailAddress: one
        useCommonAlertSchema: true
      }
    ]
  }
}

var groupIds = concat(actionGroupIds, empty(emails) ? [] : [group.id])
var actions = map(groupIds, id => { actionGroupId: id })

resource queueAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in rules: {
    name: '${rule.name}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: rule.description
      severity: rule.severity
      enabled: true
      autoMitigate: true
      scopes: [serviceBusId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: rule.metric
            timeAggregation: rule.aggregation
            operator: 'GreaterThan'
            threshold: rule.threshold
            dimensions: [
              {
                name: 'EntityName'
                operator: 'Include'
                values: ['*']
              }
            ]
          }
        ]
      }
      actions: actions
    }
  }
]

resource brokerThrottlingAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'broker-throttling-${token}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Service Bus refuses calls for being too busy.'
    severity: 2
    enabled: true
    autoMitigate: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ThrottledRequests'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: throttled
        }
      ]
    }
    actions: actions
  }
}

resource storageThrottlingAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for (id, i) in storageIds: {
    name: 'storage-throttling-${last(split(id, '/'))}-${token}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Storage refuses calls for being too busy.'
      severity: 2
      enabled: true
      autoMitigate: true
      scopes: [id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'throttled'
            metricNamespace: 'Microsoft.Storage/storageAccounts'
            metricName: 'Transactions'
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: throttled
            // None of these has been seen while the account is well, so the service may not know them when the rule is made.
            skipMetricValidation: true
            dimensions: [
              {
                name: 'ResponseType'
                operator: 'Include'
                values: [
                  'ServerBusyError'
                  'ClientThrottlingError'
                  'ClientAccountBandwidthThrottlingError'
                  'ClientAccountRequestThrottlingError'
                ]
              }
            ]
          }
        ]
      }
      actions: actions
    }
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in logRules: {
    name: '${rule.name}-${token}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.name
      description: rule.description
      severity: rule.severity
      enabled: true
      autoMitigate: true
      // The tables are made with the first telemetry.
      skipQueryValidation: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: rule.aggregation
            metricMeasureColumn: rule.column
            dimensions: [
              {
                name: rule.by
                operator: 'Include'
                values: ['*']
              }
            ]
            operator: 'GreaterThan'
            threshold: rule.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: groupIds
      }
    }
  }
]

resource health 'Microsoft.Insights/webtests@2022-06-15' = if (!empty(healthUrl)) {
  name: 'health-${token}'
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    Name: 'health-${token}'
    SyntheticMonitorId: 'health-${token}'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [for one in locations: { Id: one }]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: healthStatus
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource healthAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(healthUrl)) {
  name: 'availability-${token}'
  location: 'global'
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource', 'hidden-link:${health.id}': 'Resource' })
  properties: {
    description: 'The head does not answer as it should, as seen from two places or more.'
    severity: 0
    enabled: true
    autoMitigate: true
    scopes: [insightsId, health.id]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: health.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: actions
  }
}
