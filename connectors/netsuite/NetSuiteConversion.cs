using System.Text.Json.Nodes;

namespace QtcHub.Connectors.NetSuite;

/// <summary>
/// A movement from one currency into another takes two journals, as a journal has one currency. The hub's request holds the second as
/// <c>conversion</c>; it is written first, under a reference derived from the hub's, and read back with the first. Each of them balances by itself.
/// </summary>
internal static class NetSuiteConversion
{
    private const string Name = "conversion";

    /// <summary>The reference of the second journal.</summary>
    public static string ReferenceOf(string reference) => $"{reference}-{Name}";

    /// <summary>The two requests; the second is null, and the first the same bytes, where there is no conversion.</summary>
    public static (ReadOnlyMemory<byte> Entry, ReadOnlyMemory<byte>? Conversion) Split(ReadOnlyMemory<byte> request)
    {
        if (NetSuiteRecords.Parse(request) is not { } body || body[Name] is not JsonObject conversion)
        {
            return (request, null);
        }

        body.Remove(Name);
        return (NetSuiteRecords.Bytes(body), NetSuiteRecords.Bytes(conversion));
    }

    /// <summary>A record as the hub asked for it: with its conversion, where that stands.</summary>
    public static ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> record, ReadOnlyMemory<byte> conversion)
    {
        if (NetSuiteRecords.Parse(record) is not { } entry)
        {
            return record;
        }

        entry[Name] = NetSuiteRecords.Parse(conversion);
        return NetSuiteRecords.Bytes(entry);
    }
}
