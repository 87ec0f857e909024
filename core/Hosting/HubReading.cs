namespace QtcHub.Hosting;

/// <summary>What reading a <c>hub.yaml</c> gave: the options where everything is right, else every error.</summary>
public sealed record HubReading(HubOptions? Options, IReadOnlyList<ConfigurationError> Errors);
