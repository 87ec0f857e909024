namespace QtcHub.Connectors.Zuora;

/// <summary>The hub's reference as a record that was read bears it: on the tenant's own field; without one, an account has it as its number.</summary>
internal static class ZuoraStamp
{
    public static string? In(ZuoraOptions options, string type, ReadOnlyMemory<byte> record)
    {
        if (!VendorJson.TryParse(record, out var body))
        {
            return null;
        }

        return type == ZuoraKind.Account ? body.Object("basicInfo")?.Text(options.ReferenceField ?? "accountNumber")
            : options.ReferenceField is { } field ? body.Text(field)
            : null;
    }
}
