using System.Text.Json;
using QtcHub.Canonical;

namespace QtcHub.Connectors.Salesforce;

/// <summary>A line names what it amends by its number, as billing has told it; the row that the hub has written of it is how it is known here.</summary>
internal sealed class SalesforceSubscriptions(SalesforceRows rows, SalesforceOptions options)
{
    /// <summary>The field of a line that holds the number.</summary>
    public const string Number = "SubscriptionNumber__c";

    private const string NumberOfRow = "Number__c";

    // A query is part of an address, whose length is limited.
    private const int MostAtOnce = 50;

    private string Object => options.Objects[RecordType.Subscription];

    /// <summary>Number → id of the row, for every number that lines name.</summary>
    public async Task<Outcome<Dictionary<string, string>>> FindAsync(IReadOnlyList<JsonElement> lines, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var numbers = lines.Where(Amends).Select(line => line.Text(Number)).OfType<string>().Distinct(StringComparer.Ordinal);
        foreach (var some in numbers.Chunk(MostAtOnce))
        {
            var listed = string.Join(", ", some.Select(Soql.Text));
            var read = await rows.ReadAsync(
                $"SELECT Id, {NumberOfRow} FROM {Object} WHERE {NumberOfRow} IN ({listed})",
                alsoDeleted: false,
                cancellationToken
            );
            if (!read.TryGet(out var known, out var fault))
            {
                return fault;
            }

            foreach (var number in some)
            {
                // The language compares texts without regard to case.
                var ids = known.Where(row => row.Text(NumberOfRow) == number).Select(row => row.Text("Id")).OfType<string>().ToList();
                if (ids is not [var id])
                {
                    return ids.Count == 0
                        ? new Fault.NotYet($"a line amends a subscription that {Object} does not have yet")
                        : new Fault.Rejected("several-records", $"{Object} has several rows of one number");
                }

                found[number] = id;
            }
        }

        return found;
    }

    /// <summary>A new line may name the subscription that it is to become.</summary>
    private static bool Amends(JsonElement line) => line.Text("Action__c") is not (null or "new") || line.Number("Quantity") < 0;
}
