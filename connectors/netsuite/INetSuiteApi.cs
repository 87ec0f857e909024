using Refit;

namespace QtcHub.Connectors.NetSuite;

/// <summary>The part of NetSuite's REST web services that the hub calls. Every answer comes back as it is.</summary>
internal interface INetSuiteApi
{
    /// <summary>Makes the record of an external id, or changes it where it exists.</summary>
    [Put("/services/rest/record/v1/{type}/eid:{reference}")]
    Task<HttpResponseMessage> UpsertAsync(
        string type,
        string reference,
        string? replace,
        [Body] HttpContent body,
        [Property(NetSuitePass.Property)] NetSuitePass pass,
        CancellationToken cancellationToken
    );

    /// <summary>Changes a record that exists, and never makes one.</summary>
    [Patch("/services/rest/record/v1/{type}/{id}")]
    Task<HttpResponseMessage> UpdateAsync(
        string type,
        string id,
        string? replace,
        [Body] HttpContent body,
        [Property(NetSuitePass.Property)] NetSuitePass pass,
        CancellationToken cancellationToken
    );

    /// <summary>Reads a record with the lines of its sublists.</summary>
    [Get("/services/rest/record/v1/{type}/{id}?expandSubResources=true")]
    Task<HttpResponseMessage> GetAsync(
        string type,
        string id,
        [Property(NetSuitePass.Property)] NetSuitePass pass,
        CancellationToken cancellationToken
    );

    /// <summary>Runs a query; at most <paramref name="limit"/> rows.</summary>
    [Post("/services/rest/query/v1/suiteql")]
    [Headers("Prefer: transient")]
    Task<HttpResponseMessage> QueryAsync(
        int limit,
        [Body] HttpContent body,
        [Property(NetSuitePass.Property)] NetSuitePass pass,
        CancellationToken cancellationToken
    );

    /// <summary>Asks for an access token.</summary>
    [Post(NetSuiteAssertion.TokenPath)]
    Task<HttpResponseMessage> TokenAsync([Body] HttpContent form, CancellationToken cancellationToken);
}
