using System.Text.RegularExpressions;
using QtcHub.Hosting;

namespace QtcHub.Connectors.NetSuite;

/// <summary>What a system of this kind is set up with.</summary>
/// <param name="Account">The account id as the company's address has it, e.g. <c>1234567</c> or <c>1234567-sb1</c>.</param>
/// <param name="TimeZone">The time zone that the hub's user prefers in NetSuite: queries write and compare times by it.</param>
internal sealed partial record NetSuiteOptions(string Account, TimeZoneInfo TimeZone)
{
    /// <summary>The account id as a signature's realm has it: upper case, with <c>_</c> for the <c>-</c> of a sandbox.</summary>
    public string Realm => Account.ToUpperInvariant().Replace('-', '_');

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static NetSuiteOptions Of(SystemOptions system)
    {
        var account = system.Settings.GetValueOrDefault("account", "").Trim();
        var zone = system.Settings.GetValueOrDefault("timeZone", "UTC").Trim();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var timeZone))
        {
            throw new ArgumentException(
                $"systems.{system.Name}.settings.timeZone: write the time zone of the user that the hub signs in as, e.g. UTC or America/New_York (Home > Set Preferences)",
                nameof(system)
            );
        }

        return AccountId().IsMatch(account)
            ? new NetSuiteOptions(account, timeZone)
            : throw new ArgumentException(
                $"systems.{system.Name}.settings.account: write the NetSuite account id, e.g. 1234567 or 1234567-sb1 (Setup > Company > Company Information)",
                nameof(system)
            );
    }

    [GeneratedRegex(
        "^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex AccountId();
}
