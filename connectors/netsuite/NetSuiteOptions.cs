using System.Text.RegularExpressions;
using QtcHub.Hosting;

namespace QtcHub.Connectors.NetSuite;

/// <summary>What a system of this kind is set up with.</summary>
/// <param name="Account">The account id as the company's address has it, e.g. <c>1234567</c> or <c>1234567-sb1</c>.</param>
internal sealed partial record NetSuiteOptions(string Account)
{
    /// <summary>The account id as a signature's realm has it: upper case, with <c>_</c> for the <c>-</c> of a sandbox.</summary>
    public string Realm => Account.ToUpperInvariant().Replace('-', '_');

    /// <summary>Reads the settings of a system; a wrong one names its path and the fix.</summary>
    public static NetSuiteOptions Of(SystemOptions system)
    {
        var account = system.Settings.GetValueOrDefault("account", "").Trim();
        return AccountId().IsMatch(account)
            ? new NetSuiteOptions(account)
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
