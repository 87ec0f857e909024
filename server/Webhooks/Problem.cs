using Microsoft.AspNetCore.WebUtilities;
using QtcHub.Hosting;

namespace QtcHub.Server.Webhooks;

/// <summary>Refusals as <c>application/problem+json</c>: the status and the rule, nothing of what was sent.</summary>
internal static class Problem
{
    /// <summary>A refusal by a rule.</summary>
    public static IResult Of(int status, string rule, string? detail = null) =>
        Results.Json(
            new ProblemBody("about:blank", ReasonPhrases.GetReasonPhrase(status), status, rule, detail),
            HeadJson.Default.ProblemBody,
            "application/problem+json",
            status
        );
}
