using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Collects a Stripe list page by page; the next page starts after the last entry's id.</summary>
internal sealed class StripePages
{
    /// <summary>The code of a list that is not read to its end.</summary>
    public const string TooLong = "list-too-long";

    private int pages;

    /// <summary>What was collected so far, in Stripe's order.</summary>
    public List<JsonElement> Items { get; } = [];

    /// <summary>Stripe's clock at the last page.</summary>
    public DateTimeOffset Date { get; private set; }

    /// <summary>Whether there is more to ask for.</summary>
    public bool HasMore { get; private set; } = true;

    /// <summary>The id to start after, or null for the first page.</summary>
    public string? After { get; private set; }

    /// <summary>Takes one page in; a list that cannot be read to its end is a fault, never a short list.</summary>
    public Fault? Add(JsonElement list, DateTimeOffset date)
    {
        if (list.Array("data") is not { } data)
        {
            return new Fault.Rejected("unreadable-list", "a list without data");
        }

        Items.AddRange(data.EnumerateArray());
        Date = date;
        HasMore = list.IsTrue("has_more");
        var last = data.GetArrayLength() > 0 ? Items[^1].Text("id") : null;
        if (HasMore && (last is null || last == After))
        {
            return new Fault.Rejected("unreadable-list", "a list that has more but names nothing to start after");
        }

        After = last;
        return ++pages < StripeOptions.MaxPages || !HasMore
            ? null
            : new Fault.Rejected(TooLong, $"a list of more than {StripeOptions.MaxPages} pages");
    }
}
