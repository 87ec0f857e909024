namespace QtcHub.Connectors;

/// <summary>What a vendor says is left of the calls that it allows.</summary>
/// <param name="Name">The allowance, under a name of the connector's, e.g. <c>day</c>; <see cref="Only"/> where the vendor has but one. Never a text of the vendor's.</param>
/// <param name="Left">Calls that are left.</param>
/// <param name="Limit">Calls that are allowed in all, where the vendor says.</param>
/// <param name="Until">When the allowance begins anew, where the vendor says.</param>
public sealed record Quota(string Name, long Left, long? Limit, DateTimeOffset? Until)
{
    /// <summary>The name of a vendor's only allowance.</summary>
    public const string Only = "calls";
}
