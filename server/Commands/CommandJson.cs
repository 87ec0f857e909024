using System.Text.Json.Serialization;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Commands;

/// <summary>What <c>qtc check --json</c> prints.</summary>
internal sealed record CheckDocument(
    IReadOnlyList<CheckError> Errors,
    IReadOnlyList<CheckSecret> MissingSecrets,
    IReadOnlyList<CheckLink> WaitsForLink
);

/// <summary>An error of a file.</summary>
internal sealed record CheckError(string File, int Line, int Column, string Message, string Fix);

/// <summary>A route's target that nothing is written to before <c>qtc link</c>.</summary>
internal sealed record CheckLink(string Record, string From, string To);

/// <summary>A secret that does not resolve, by its reference.</summary>
internal sealed record CheckSecret(string System, string Credential, string? Reference);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CheckDocument))]
[JsonSerializable(typeof(Verification))]
[JsonSerializable(typeof(BackupTaken))]
[JsonSerializable(typeof(RestoreDocument))]
[JsonSerializable(typeof(TraceDocument))]
[JsonSerializable(typeof(IReadOnlyList<LetterLine>))]
[JsonSerializable(typeof(LetterDocument))]
[JsonSerializable(typeof(MappingDescription))]
[JsonSerializable(typeof(IReadOnlyList<FunctionDocument>))]
[JsonSerializable(typeof(IReadOnlyList<CanonicalDocument>))]
[JsonSerializable(typeof(CasesDocument))]
[JsonSerializable(typeof(TrialDocument))]
internal sealed partial class CommandJson : JsonSerializerContext;
