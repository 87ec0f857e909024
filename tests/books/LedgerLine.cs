using System.Text.Json.Nodes;

namespace QtcHub.Tests.Books;

/// <summary>A line of a document as the ledger has it.</summary>
/// <param name="Item">The name of the item it is booked with.</param>
/// <param name="Amount">Major units.</param>
/// <param name="Description">Its words.</param>
internal sealed record LedgerLine(string Item, decimal Amount, string Description)
{
    // The items that the pretend account was set up with, by internal id.
    private static readonly Dictionary<string, string> Items = new(StringComparer.Ordinal)
    {
        ["100"] = "charge",
        ["101"] = "tax",
        ["102"] = "discount",
        ["104"] = "exempt",
        ["105"] = "reverse charge",
    };

    /// <summary>The lines of the one document of a type, in their order.</summary>
    public static IReadOnlyList<LedgerLine> Of(BooksBench books, string type) =>
        [.. Assert.Single(books.Vendor("netsuite").Records(type)!)!["item"]!["items"]!.AsArray().Select(line => Of(line!))];

    private static LedgerLine Of(JsonNode line) =>
        new(Items[(string)line["item"]!["id"]!], (decimal)line["amount"]!, (string?)line["description"] ?? "");
}
