using Refit;

namespace QtcHub.Connectors.Salesforce;

/// <summary>The part of Salesforce's REST API that the hub calls. Every answer comes back as it is.</summary>
internal interface ISalesforceApi
{
    [Post("/services/oauth2/token")]
    Task<HttpResponseMessage> TokenAsync([Body] HttpContent form, CancellationToken cancellationToken);

    /// <summary>Runs a query over what is there.</summary>
    [Get("/services/data/{version}/query")]
    Task<HttpResponseMessage> QueryAsync(
        string version,
        [AliasAs("q")] string soql,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Runs a query over what is there and what was deleted or merged into another record.</summary>
    [Get("/services/data/{version}/queryAll")]
    Task<HttpResponseMessage> QueryAllAsync(
        string version,
        [AliasAs("q")] string soql,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>The next rows of a query, whichever of the two it was.</summary>
    [Get("/services/data/{version}/query/{locator}")]
    Task<HttpResponseMessage> QueryMoreAsync(
        string version,
        string locator,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Reads a row by its id.</summary>
    [Get("/services/data/{row.Version}/sobjects/{row.Type}/{row.Id}")]
    Task<HttpResponseMessage> GetAsync(SalesforceRow row, [Authorize("Bearer")] string token, CancellationToken cancellationToken);

    /// <summary>Reads the row that bears a value in a field that is an external id.</summary>
    [Get("/services/data/{row.Version}/sobjects/{row.Type}/{row.Field}/{row.Value}")]
    Task<HttpResponseMessage> FindAsync(SalesforceKeyedRow row, [Authorize("Bearer")] string token, CancellationToken cancellationToken);

    /// <summary>Makes the row that bears a value in a field that is an external id, or changes it where it exists.</summary>
    [Patch("/services/data/{row.Version}/sobjects/{row.Type}/{row.Field}/{row.Value}")]
    Task<HttpResponseMessage> UpsertAsync(
        SalesforceKeyedRow row,
        [Body] HttpContent body,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );

    /// <summary>Changes a row that exists, and never makes one.</summary>
    [Patch("/services/data/{row.Version}/sobjects/{row.Type}/{row.Id}")]
    Task<HttpResponseMessage> UpdateAsync(
        SalesforceRow row,
        [Body] HttpContent body,
        [Authorize("Bearer")] string token,
        CancellationToken cancellationToken
    );
}

/// <summary>A row by its id.</summary>
internal sealed record SalesforceRow(string Version, string Type, string Id);

/// <summary>A row by what it bears in a field that is an external id.</summary>
internal sealed record SalesforceKeyedRow(string Version, string Type, string Field, string Value);
