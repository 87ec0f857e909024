namespace QtcHub.Hosting;

/// <summary>Reads <c>store:</c>, a word or a section.</summary>
internal sealed class StoreReader(ErrorList errors)
{
    /// <summary>Where the account's connection string is looked for unless the file says otherwise.</summary>
    public const string UsualConnection = "env:QTC_STORAGE";

    private const string Key = "store";
    private const string Azure = "azure";
    private const string Embedded = "embedded";

    public StoreOptions Read(Section file)
    {
        switch (file.Node(Key))
        {
            case null:
                return StoreOptions.Embedded;
            case YamlScalar word:
                return Kind(word) == StoreKind.Azure
                    ? new StoreOptions { Kind = StoreKind.Azure, Connection = UsualConnection }
                    : StoreOptions.Embedded;
            case YamlMap map:
                return Read(map);
            case var node:
                errors.Add(node, "store is a word, or keys and values", $"write {Key}: {Azure}");
                return StoreOptions.Embedded;
        }
    }

    private StoreOptions Read(YamlMap map)
    {
        var store = new Section(map, errors, HubSettings.Store);
        var kind = store.Text("kind", Azure) is { } word ? Kind(word) : StoreKind.Embedded;
        var usual = new StoreOptions { Kind = kind };
        var read = usual with
        {
            Connection = Connection(store),
            Tables = Endpoint(store, "tables"),
            Blobs = Endpoint(store, "blobs"),
            Table = Name(store, "table", usual.Table, IsTable, "3 to 63 letters and digits, the first a letter"),
            Container = Name(store, "container", usual.Container, IsContainer, "3 to 63 lower-case letters, digits and -"),
        };
        if (kind == StoreKind.Embedded && map.Entries.Count > 1)
        {
            errors.Add(map, "the embedded store lies in the data folder and takes no more keys", $"write {Key}: {Embedded}");
        }

        return kind == StoreKind.Azure ? Addressed(store, map, read) : StoreOptions.Embedded;
    }

    /// <summary>The account is named by a connection string or by both its endpoints.</summary>
    private StoreOptions Addressed(Section store, YamlMap map, StoreOptions read)
    {
        var endpoints = new[] { store.Node("tables"), store.Node("blobs") }.Count(node => node is not null);
        if (store.Node("connection") is not null && endpoints > 0)
        {
            errors.Add(map, "the account is named twice", "keep connection:, or tables: and blobs:");
        }
        else if (endpoints == 1)
        {
            errors.Add(map, "one of the account's endpoints is missing", "write both tables: and blobs:");
        }

        return endpoints == 0 && read.Connection is null ? read with { Connection = UsualConnection } : read;
    }

    private StoreKind Kind(YamlScalar word)
    {
        if (word.Text is not (Azure or Embedded))
        {
            errors.Add(word, $"unknown store {word.Text}", Nearest.Fix(word.Text, [Azure, Embedded]));
        }

        return word.Text == Azure ? StoreKind.Azure : StoreKind.Embedded;
    }

    private string? Connection(Section store)
    {
        if (store.Optional("connection", UsualConnection) is not { } reference)
        {
            return null;
        }

        if (!SystemsReader.IsReference(reference.Text))
        {
            errors.Add(
                reference,
                "connection is not a reference to a secret; what stands here is not shown, and if it is a secret it must be replaced",
                $"write connection: {UsualConnection}"
            );
        }

        return reference.Text;
    }

    private Uri? Endpoint(Section store, string key)
    {
        if (store.Optional(key, "https://account.table.core.windows.net/") is not { } written)
        {
            return null;
        }

        if (Uri.TryCreate(written.Text, UriKind.Absolute, out var endpoint) && endpoint.Scheme == Uri.UriSchemeHttps)
        {
            return endpoint;
        }

        errors.Add(written, $"{key} is not an https address", $"write {key}: https://account.{key[..^1]}.core.windows.net/");
        return null;
    }

    private string Name(Section store, string key, string usual, Func<string, bool> isFit, string form)
    {
        if (store.Optional(key, usual) is not { } written)
        {
            return usual;
        }

        if (!isFit(written.Text))
        {
            errors.Add(written, $"{written.Text} cannot be the name of a {key}", $"use {form}");
        }

        return written.Text;
    }

    private static bool IsTable(string name) =>
        name.Length is >= 3 and <= 63 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit);

    private static bool IsContainer(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')
        && name[0] != '-'
        && name[^1] != '-';
}
