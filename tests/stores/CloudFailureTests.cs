using Azure;
using QtcHub.Ledger;
using QtcHub.Stores.Azure;

namespace QtcHub.Tests.Stores;

/// <summary>What the service's refusals are taken for.</summary>
public sealed class CloudFailureTests
{
    [Theory]
    [InlineData(404, "TableNotFound")]
    [InlineData(404, "ContainerNotFound")]
    [InlineData(409, "TableBeingDeleted")]
    [InlineData(409, "ContainerBeingDeleted")]
    [InlineData(403, "AuthenticationFailed")]
    public void Storage_that_is_gone_is_a_failed_store_and_no_conflict(int status, string code) =>
        Assert.Throws<StoreFailedException>(() => Failures.OutcomeOf(new RequestFailedException(status, "secret", code, null)));

    [Theory]
    [InlineData(404, "ResourceNotFound", CloudOutcome.Refused)]
    [InlineData(409, "EntityAlreadyExists", CloudOutcome.Refused)]
    [InlineData(412, "UpdateConditionNotSatisfied", CloudOutcome.Refused)]
    [InlineData(429, null, CloudOutcome.Busy)]
    [InlineData(503, "ServerBusy", CloudOutcome.Busy)]
    [InlineData(503, "OperationTimedOut", CloudOutcome.Unknown)]
    [InlineData(500, "OperationTimedOut", CloudOutcome.Unknown)]
    [InlineData(408, null, CloudOutcome.Unknown)]
    [InlineData(0, null, CloudOutcome.Unknown)]
    public void Refusal_means_what_the_service_documents(int status, string? code, CloudOutcome outcome) =>
        Assert.Equal(outcome, Failures.OutcomeOf(new RequestFailedException(status, "told", code, null)));
}
