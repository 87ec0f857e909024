using QtcHub.Canonical;
using QtcHub.Hosting;

namespace QtcHub.Mapping;

/// <summary><c>kind.type -> Record</c> or <c>Record -> kind.type</c>.</summary>
internal sealed record Heading(Direction Direction, string Kind, string ExternalType, RecordType Record)
{
    /// <summary>The vendor's end, e.g. <c>kind.type</c>.</summary>
    public string Vendor => $"{Kind}.{ExternalType}";

    /// <summary>As it is written.</summary>
    public string Name => Direction == Direction.In ? $"{Vendor} -> {Record}" : $"{Record} -> {Vendor}";

    public static Heading? Read(YamlScalar written, ErrorList errors)
    {
        var ends = written.Text.Split("->", StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || ends.Count(end => end.Contains('.', StringComparison.Ordinal)) != 1)
        {
            errors.Add(written, "a heading names a vendor's type and a record", "write kind.type -> Record, or Record -> kind.type");
            return null;
        }

        var direction = ends[0].Contains('.', StringComparison.Ordinal) ? Direction.In : Direction.Out;
        var (vendor, record) = direction == Direction.In ? (ends[0], ends[1]) : (ends[1], ends[0]);
        if (!Enum.GetNames<RecordType>().Contains(record, StringComparer.Ordinal))
        {
            errors.Add(written, $"unknown record type {record}", Nearest.Fix(record, Enum.GetNames<RecordType>()));
            return null;
        }

        var dot = vendor.IndexOf('.', StringComparison.Ordinal);
        return new Heading(direction, vendor[..dot], vendor[(dot + 1)..], Enum.Parse<RecordType>(record));
    }
}
