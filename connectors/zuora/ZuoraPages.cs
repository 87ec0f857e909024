using System.Text.Json;

namespace QtcHub.Connectors.Zuora;

/// <summary>Collects a Zuora list page by page. Of the address that a page gives for the next one only the page is used: no answer says where to call.</summary>
internal sealed class ZuoraPages(string name)
{
    private int pages;

    /// <summary>What was collected so far, in Zuora's order.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>Zuora's clock at the last page.</summary>
    public DateTimeOffset Date { get; private set; }

    /// <summary>Whether there is more to ask for.</summary>
    public bool HasMore { get; private set; } = true;

    /// <summary>The page to ask for, or null for the first.</summary>
    public string? Next { get; private set; }

    /// <summary>Takes one page in; a list that cannot be read to its end is a fault, never a short list.</summary>
    public Fault? Add(JsonElement list, DateTimeOffset date)
    {
        if (list.Array(name) is not { } rows)
        {
            return new Fault.Rejected("unreadable-list", $"a list without {name}");
        }

        Items.AddRange(rows.EnumerateArray());
        Date = date;
        HasMore = list.Text("nextPage") is not null;
        if (!HasMore)
        {
            return null;
        }

        var next = PageOf(list.Text("nextPage")!);
        if (next is null || next == Next)
        {
            return new Fault.Rejected("unreadable-list", "a list that has more but does not name the next page");
        }

        Next = next;
        return ++pages < ZuoraOptions.MaxPages
            ? null
            : new Fault.Rejected("list-too-long", $"a list of more than {ZuoraOptions.MaxPages} pages");
    }

    private static string? PageOf(string address)
    {
        var query = address.IndexOf('?', StringComparison.Ordinal);
        var page =
            query < 0 ? null : address[(query + 1)..].Split('&').FirstOrDefault(pair => pair.StartsWith("page=", StringComparison.Ordinal));
        return page is { Length: > 5 and <= 16 } ? Uri.UnescapeDataString(page[5..]) : null;
    }
}
