using System.Globalization;
using Azure.Core;
using Azure.Identity;

namespace QtcHub.Telemetry;

/// <summary>
/// Where telemetry goes and how much of it: by the environment variables that OpenTelemetry and Application Insights have names for. It belongs to the place
/// where a hub runs and not into hub.yaml, whose hash every effect records.
/// </summary>
public sealed record TelemetrySettings
{
    private const string Disabled = "OTEL_SDK_DISABLED";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string Sampler = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";
    private const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string ClientId = "ClientId=";
    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    /// <summary>Telemetry that goes nowhere and costs nothing.</summary>
    public static TelemetrySettings None { get; } = new();

    /// <summary>Whether it goes to an OTLP endpoint; the exporter reads the rest from <see cref="Variables"/>.</summary>
    public bool Otlp { get; private init; }

    /// <summary>The connection string of Application Insights, a secret; or null.</summary>
    public string? ApplicationInsights { get; private init; }

    /// <summary>The managed identity under which Application Insights is asked, where it takes nobody without one; or null.</summary>
    public TokenCredential? Identity { get; private init; }

    /// <summary>The share of traces to tell, from 0 to 1. Failures are told whatever it is.</summary>
    public double Ratio { get; private init; } = 1;

    /// <summary>The variables as they were given.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; private init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>Whether anything is to be told at all.</summary>
    public bool IsOn => Otlp || ApplicationInsights is not null;

    /// <summary>Reads this process's variables.</summary>
    public static (TelemetrySettings? Settings, string? Complaint) OfProcess() =>
        Read(
            Environment
                .GetEnvironmentVariables()
                .Cast<System.Collections.DictionaryEntry>()
                .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value, StringComparer.Ordinal)
        );

    /// <summary>Reads variables, or says which of them is wrong; what a secret holds is not repeated.</summary>
    public static (TelemetrySettings? Settings, string? Complaint) Read(IReadOnlyDictionary<string, string?> variables)
    {
        var endpoint = Find(variables, Endpoint);
        var insights = Find(variables, ConnectionString);
        if ((endpoint ?? insights) is null || string.Equals(Find(variables, Disabled), "true", StringComparison.OrdinalIgnoreCase))
        {
            return (None, null);
        }

        if (Complaint(variables, endpoint, insights) is { } complaint)
        {
            return (null, complaint);
        }

        return RatioOf(variables) is { } ratio
            ? (
                new TelemetrySettings
                {
                    Otlp = endpoint is not null,
                    ApplicationInsights = insights,
                    Identity = IdentityOf(Find(variables, Authentication)),
                    Ratio = ratio,
                    Variables = variables,
                },
                null
            )
            : (null, $"{Sampler} and {SamplerArgument} name no sampler. Fix: set traceidratio and a number from 0 to 1, or neither");
    }

    private static string? Complaint(IReadOnlyDictionary<string, string?> variables, string? endpoint, string? insights)
    {
        if (endpoint is not null && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            return $"{Endpoint} is no http address. Fix: write it like http://127.0.0.1:4317";
        }

        if (Find(variables, Protocol) is { } protocol && !Protocols.Contains(protocol, StringComparer.Ordinal))
        {
            return $"{Protocol}: '{protocol}' is not known. Fix: set {string.Join(" or ", Protocols)}";
        }

        if (insights is not null && !insights.Contains("InstrumentationKey=", StringComparison.OrdinalIgnoreCase))
        {
            return $"{ConnectionString} has no InstrumentationKey. Fix: copy it from the resource's overview";
        }

        return Find(variables, Authentication) is { } authentication && IdentityOf(authentication) is null
            ? $"{Authentication} names no managed identity. Fix: set Authorization=AAD, with ClientId= before it where the identity is assigned by the user"
            : null;
    }

    /// <summary><c>Authorization=AAD</c> is the process's own identity, <c>ClientId=…;Authorization=AAD</c> one that a user assigned to it.</summary>
    private static ManagedIdentityCredential? IdentityOf(string? authentication)
    {
        var parts = (authentication ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var rest = parts.Where(part => !part.Equals("Authorization=AAD", StringComparison.OrdinalIgnoreCase)).ToList();
        if (rest.Count == parts.Length)
        {
            return null;
        }

        // Where anything else were passed over, another identity would be asked than the one that was meant.
        return rest switch
        {
            [] => new ManagedIdentityCredential(ManagedIdentityId.SystemAssigned),
            [var client] when client.Length > ClientId.Length && client.StartsWith(ClientId, StringComparison.OrdinalIgnoreCase) =>
                new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client[ClientId.Length..])),
            _ => null,
        };
    }

    /// <summary>Traces are chosen by their ids, which every process derives alike: there is no parent to follow.</summary>
    private static double? RatioOf(IReadOnlyDictionary<string, string?> variables) =>
        Find(variables, Sampler) switch
        {
            null or "always_on" or "parentbased_always_on" => 1,
            "always_off" or "parentbased_always_off" => 0,
            "traceidratio" or "parentbased_traceidratio" => double.TryParse(
                Find(variables, SamplerArgument) ?? "1",
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var ratio
            ) && ratio is >= 0 and <= 1
                ? ratio
                : null,
            _ => null,
        };

    private static string? Find(IReadOnlyDictionary<string, string?> variables, string name) =>
        variables.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
