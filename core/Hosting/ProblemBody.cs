namespace QtcHub.Hosting;

/// <summary>A refusal (RFC 9457) with the rule that refused; nothing of what was sent.</summary>
public sealed record ProblemBody(string Type, string Title, int Status, string Rule, string? Detail);
