using System.Globalization;

namespace QtcHub.Mapping;

/// <summary>Dates as files and records write them: <c>yyyy-MM-dd</c> and nothing else.</summary>
internal static class CalendarDate
{
    private const string Form = "yyyy-MM-dd";

    public static bool TryRead(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static string Write(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);
}
