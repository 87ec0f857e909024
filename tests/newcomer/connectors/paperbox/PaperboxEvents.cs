namespace QtcHub.Connectors.Paperbox;

/// <summary>What an event tells of, whether a webhook brought it or a poll.</summary>
internal static class PaperboxEvents
{
    private const string OfAccounts = "account.";

    public static Outcome<IReadOnlyList<Notice>> ReadNotices(ReadOnlyMemory<byte> body)
    {
        if (!VendorJson.TryParse(body, out var read) || read.Text("type") is not { } type)
        {
            return new Fault.Rejected("unreadable-event", "an event that does not say what it is");
        }

        if (!type.StartsWith(OfAccounts, StringComparison.Ordinal))
        {
            return Array.Empty<Notice>();
        }

        return read.Text("account") is { Length: > 0 } account && PaperboxRecords.InstantOf(read, "at") is { } at
            ? new[] { new Notice(PaperboxKind.Account, account, Marker.At(at), Embedded: null) }
            : new Fault.Rejected("unreadable-event", "an event of an account that does not say of which, or when");
    }
}
