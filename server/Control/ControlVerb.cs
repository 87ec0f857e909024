using System.Text.Json.Serialization.Metadata;

namespace QtcHub.Server.Control;

/// <summary>A verb that a running server carries out: where it is asked, what is asked and answered, and how long an answer may take.</summary>
internal sealed record ControlVerb<TAsk, TAnswer>(string Name, JsonTypeInfo<TAsk> Ask, JsonTypeInfo<TAnswer> Answer)
    where TAsk : class
    where TAnswer : class
{
    /// <summary>Its address.</summary>
    public string Path => $"/control/{Name}";

    /// <summary>How long the client waits.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Every verb of the channel.</summary>
internal static class ControlVerbs
{
    public static readonly ControlVerb<ReleaseRequest, ReleaseAnswer> Release = new(
        "release",
        ControlJson.Default.ReleaseRequest,
        ControlJson.Default.ReleaseAnswer
    );

    /// <summary>A page of a backfill; a vendor may take its time to list it.</summary>
    public static readonly ControlVerb<BackfillAsk, BackfillAnswer> Backfill = new(
        "backfill",
        ControlJson.Default.BackfillAsk,
        ControlJson.Default.BackfillAnswer
    )
    {
        Patience = TimeSpan.FromMinutes(15),
    };

    /// <summary>A page of a linking; each of its records is asked for at every target.</summary>
    public static readonly ControlVerb<LinkAsk, LinkAnswer> Link = new("link", ControlJson.Default.LinkAsk, ControlJson.Default.LinkAnswer)
    {
        Patience = TimeSpan.FromMinutes(15),
    };

    /// <summary>A page of a mapping that is applied to the past.</summary>
    public static readonly ControlVerb<RemapAsk, RemapAnswer> Remap = new(
        "remap",
        ControlJson.Default.RemapAsk,
        ControlJson.Default.RemapAnswer
    )
    {
        Patience = TimeSpan.FromMinutes(2),
    };
}
