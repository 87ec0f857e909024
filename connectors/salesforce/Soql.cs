using System.Globalization;
using System.Text;

namespace QtcHub.Connectors.Salesforce;

/// <summary>Values as a SOQL query writes them. Nothing that comes from a record or a request gets into a query but through here.</summary>
internal static class Soql
{
    /// <summary>A text in its quotes. Source: SOQL and SOSL Reference, "Quoted String Escape Sequences".</summary>
    public static string Text(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('\'');
        foreach (var character in value)
        {
            _ = character switch
            {
                '\'' or '\\' or '"' => quoted.Append('\\').Append(character),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\u007f' or '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
                _ => quoted.Append(character),
            };
        }

        return quoted.Append('\'').ToString();
    }

    /// <summary>An instant, to the second: stamps bear no more.</summary>
    public static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
