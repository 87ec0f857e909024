using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Mapping;
using QtcHub.Tests.Core.Mapping;

namespace QtcHub.Tests.Core.Hosting;

public sealed class HubFileTests
{
    internal const string Good = """
        hub: test
        entities:
          us: {name: Example Inc., currency: USD, timeZone: America/New_York}
        systems:
          bills:
            kind: stripe
            roles: [billing]
            entity: us
            baseUrl: https://api.example.com
            credentials: {apiKey: 'env:KEY', webhookSecret: 'file:/run/secret'}
            pollEvery: 15s
          books:
            kind: netsuite
            roles: [erp]
            entity: us
            baseUrl: https://books.example.com/
            credentials: {tokenId: 'env:ID', tokenSecret: 'env:TOKEN'}
            settings: {account: 1234567}
        routes:
          - record: Invoice
            from: bills
            to: [books]
            when: status | one-of(open, paid)
        owners:
          Invoice: {memo: books}
        policy: {attempts: 5, retryFirst: 1s, retryMost: 2h, waitLimit: 7d, goneAfter: 5m}
        """;

    internal static readonly Dictionary<string, ConnectorFacts> Kinds = new(StringComparer.Ordinal)
    {
        ["stripe"] = new ConnectorFacts
        {
            Roles = ["billing", "payments"],
            CredentialSets =
            [
                ["apiKey"],
            ],
            WebhookSecret = "webhookSecret",
            Sources = new Dictionary<RecordType, string> { [RecordType.Invoice] = "invoice", [RecordType.Payment] = "charge" },
        },
        ["netsuite"] = new ConnectorFacts
        {
            Roles = ["erp"],
            CredentialSets =
            [
                ["tokenId", "tokenSecret"],
                ["clientId", "certificateId", "privateKey"],
            ],
            Targets = new Dictionary<RecordType, TargetFacts>
            {
                [RecordType.Invoice] = Target("invoice"),
                [RecordType.Payment] = Target("receipt"),
            },
        },
    };

    [Fact]
    public void A_whole_configuration_is_read()
    {
        var options = Read(Good).Options;

        Assert.NotNull(options);
        Assert.Equal("test", options.Name);
        Assert.Equal(64, options.Version.Length);
        Assert.Equal("America/New_York", options.Entities["us"].TimeZone.Id);
        var bills = options.Systems["bills"];
        Assert.Equal(("stripe", "us", new Uri("https://api.example.com/")), (bills.Kind, bills.Entity, bills.BaseUrl));
        Assert.Equal("file:/run/secret", bills.Credentials["webhookSecret"]);
        Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(10)), (bills.PollEvery, bills.PollOverlap));
        Assert.Equal("1234567", options.Systems["books"].Settings["account"]);
        var route = Assert.Single(options.Routes);
        Assert.Equal(
            (RecordType.Invoice, "bills", "status | one-of(open, paid)", WhenGone.Hold),
            (route.Record, route.From, route.When, route.Gone)
        );
        Assert.Equal("books", options.Owners[RecordType.Invoice]["memo"]);
        Assert.Equal(
            (5, TimeSpan.FromHours(2), TimeSpan.FromDays(7)),
            (options.Policy.Attempts, options.Policy.RetryMost, options.Policy.WaitLimit)
        );
    }

    [Theory]
    [InlineData("hub: test", "huib: test", 1, 1, "unknown key huib", "did you mean hub?")]
    [InlineData("hub: test\n", "", 1, 1, "hub is missing", "add hub: my-company")]
    [InlineData("currency: USD", "currency: USDX", 3, 38, "USDX is not an ISO 4217 currency", "write a code such as USD")]
    [InlineData(
        "America/New_York",
        "America/Nowhere",
        3,
        53,
        "unknown time zone America/Nowhere",
        "write an IANA name such as Europe/Berlin"
    )]
    [InlineData("kind: stripe", "kind: strip", 6, 11, "unknown kind strip", "did you mean stripe?")]
    [InlineData("[billing]", "[billing, erp]", 7, 22, "stripe cannot have the role erp", "use one of billing, payments")]
    [InlineData(
        "entity: us\n    baseUrl: https://api",
        "entity: uk\n    baseUrl: https://api",
        8,
        13,
        "unknown entity uk",
        "did you mean us?"
    )]
    [InlineData(
        "https://api.example.com",
        "api.example.com",
        9,
        14,
        "baseUrl is not an address without user name",
        "write baseUrl: https://api.example.com/"
    )]
    [InlineData(
        "https://api.example.com",
        "http://api.example.com",
        9,
        14,
        "baseUrl is not encrypted",
        "write https:// instead of http://"
    )]
    [InlineData("apiKey: 'env:KEY', ", "", 10, 18, "stripe cannot sign in without apiKey", "add apiKey: env:NAME below credentials:")]
    [InlineData(
        ", webhookSecret: 'file:/run/secret'",
        "",
        10,
        18,
        "webhooks of stripe cannot be verified without webhookSecret",
        "add webhookSecret: env:NAME below credentials:"
    )]
    [InlineData(
        ", tokenSecret: 'env:TOKEN'",
        "",
        17,
        18,
        "netsuite cannot sign in without tokenSecret",
        "add tokenSecret: env:NAME below credentials:"
    )]
    [InlineData(
        "tokenId: 'env:ID'",
        "tokenid: 'env:ID', tokenId: 'env:ID'",
        17,
        19,
        "netsuite has no credential tokenid",
        "did you mean tokenId?"
    )]
    [InlineData(
        "pollEvery: 15s",
        "pollEvery: 15",
        11,
        16,
        "pollEvery is not a duration between 1s and 365d",
        "write a whole number with s, m, h or d, e.g. pollEvery: 10s"
    )]
    [InlineData(
        "pollEvery: 15s",
        "callTimeout: 0s",
        11,
        18,
        "callTimeout is not a duration between 1s and 365d",
        "write a whole number with s, m, h or d, e.g. callTimeout: 10s"
    )]
    [InlineData("pollEvery: 15s", "concurrency: 101", 11, 18, "concurrency is not a whole number from 1 to 100", "write concurrency: 4")]
    [InlineData("pollEvery: 15s", "polEvery: 15s", 11, 5, "unknown key polEvery", "did you mean pollEvery?")]
    [InlineData("record: Invoice", "record: Invoce", 20, 13, "unknown record Invoce", "did you mean Invoice?")]
    [InlineData("kind: netsuite", "kind: netsuite\n    kind: stripe", 14, 5, "kind is here twice", "keep one of them")]
    [InlineData("  books:\n", "  Books:\n", 12, 3, "Books is not a name for a system", "use lower-case letters, digits and -")]
    [InlineData("attempts: 5", "attempts: 101", 26, 20, "attempts is not a whole number from 1 to 100", "write attempts: 8")]
    [InlineData(
        "attempts: 5",
        "attempts: 5, postClosedInOpenPeriod: yes",
        26,
        47,
        "postClosedInOpenPeriod is true or false",
        "write postClosedInOpenPeriod: true or postClosedInOpenPeriod: false"
    )]
    [InlineData("attempts: 5", "atempts: 5", 26, 10, "unknown key atempts", "did you mean attempts?")]
    [InlineData(
        "retryMost: 2h",
        "retryMost: 366d",
        26,
        50,
        "retryMost is not a duration between 1s and 365d",
        "write a whole number with s, m, h or d, e.g. retryMost: 10s"
    )]
    [InlineData("from: bills", "from: bill", 21, 11, "unknown system bill", "did you mean bills?")]
    [InlineData("from: bills", "from: books", 21, 11, "netsuite is no source of Invoice", "use one of bills")]
    [InlineData("to: [books]", "to: [bills]", 22, 10, "bills is source and target of the same route", "remove it from to:")]
    [InlineData("to: [books]", "to: [books, books]", 22, 9, "a target is here twice", "keep one of them")]
    [InlineData(
        "when: status | one-of(open, paid)",
        "when: status | oneof(open, paid)",
        23,
        20,
        "unknown function oneof",
        "did you mean one-of?"
    )]
    [InlineData(
        "when: status | one-of(open, paid)",
        "when: statu | one-of(open, paid)",
        23,
        11,
        "unknown field statu",
        "did you mean status?"
    )]
    [InlineData("when: status | one-of(open, paid)", "gone: delete", 23, 11, "gone cannot be delete", "use one of hold, inactivate")]
    [InlineData("memo: books", "meno: books", 25, 13, "Invoice has no field meno", "did you mean memo?")]
    [InlineData("memo: books", "memo: boks", 25, 19, "unknown system boks", "did you mean books?")]
    [InlineData("attempts: 5", "attempts: 0", 26, 20, "attempts is not a whole number from 1 to 100", "write attempts: 8")]
    [InlineData("retryFirst: 1s", "retryFirst: 3h", 26, 35, "retryFirst is longer than retryMost", "make the first wait the shorter one")]
    public void A_mistake_is_told_with_its_place_and_fix(string right, string wrong, int line, int column, string message, string fix)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);

        var reading = Read(Good.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Null(reading.Options);
        Assert.Contains(new ConfigurationError("hub.yaml", line, column, message, fix), reading.Errors);
    }

    [Theory]
    [InlineData("store: azuer", 2, 8, "unknown store azuer", "did you mean azure?")]
    [InlineData("store: [azure]", 2, 8, "store is a word, or keys and values", "write store: azure")]
    [InlineData("store: {table: hub}", 2, 8, "kind is missing", "add kind: azure")]
    [InlineData("store: {kind: azure, tabel: hub}", 2, 22, "unknown key tabel", "did you mean table?")]
    [InlineData(
        "store: {kind: azure, table: my-hub}",
        2,
        29,
        "my-hub cannot be the name of a table",
        "use 3 to 63 letters and digits, the first a letter"
    )]
    [InlineData(
        "store: {kind: azure, container: Hub}",
        2,
        33,
        "Hub cannot be the name of a container",
        "use 3 to 63 lower-case letters, digits and -"
    )]
    [InlineData(
        "store: {kind: azure, tables: 'http://x.test/', blobs: 'https://x.test/'}",
        2,
        30,
        "tables is not an https address",
        "write tables: https://account.table.core.windows.net/"
    )]
    [InlineData(
        "store: {kind: azure, blobs: 'https://x.test/'}",
        2,
        8,
        "one of the account's endpoints is missing",
        "write both tables: and blobs:"
    )]
    [InlineData(
        "store: {kind: azure, connection: 'env:S', tables: 'https://x.test/', blobs: 'https://x.test/'}",
        2,
        8,
        "the account is named twice",
        "keep connection:, or tables: and blobs:"
    )]
    [InlineData(
        "store: {kind: embedded, table: hub}",
        2,
        8,
        "the embedded store lies in the data folder and takes no more keys",
        "write store: embedded"
    )]
    public void A_mistake_about_the_store_is_told_with_its_place_and_fix(string store, int line, int column, string message, string fix)
    {
        var reading = Read(Good.Replace("hub: test", $"hub: test\n{store}", StringComparison.Ordinal));

        Assert.Null(reading.Options);
        Assert.Equal([new ConfigurationError("hub.yaml", line, column, message, fix)], reading.Errors);
    }

    [Fact]
    public void A_connection_string_written_into_the_file_is_refused_and_not_repeated()
    {
        var reading = Read(
            Good.Replace("hub: test", "hub: test\nstore: {kind: azure, connection: AccountKey=abc}", StringComparison.Ordinal)
        );

        var error = Assert.Single(reading.Errors);
        Assert.Equal((2, 34, "write connection: env:QTC_STORAGE"), (error.Line, error.Column, error.Fix));
        Assert.DoesNotContain("AccountKey", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hub: test", StoreKind.Embedded, null, "qtchub")]
    [InlineData("hub: test\nstore: embedded", StoreKind.Embedded, null, "qtchub")]
    [InlineData("hub: test\nstore: azure", StoreKind.Azure, "env:QTC_STORAGE", "qtchub")]
    [InlineData("hub: test\nstore: {kind: azure, connection: 'env:S', table: books1}", StoreKind.Azure, "env:S", "books1")]
    public void The_store_is_embedded_unless_the_file_names_another(string written, StoreKind kind, string? connection, string table)
    {
        var store = Read(Good.Replace("hub: test", written, StringComparison.Ordinal)).Options!.Store;

        Assert.Equal((kind, connection, table), (store.Kind, store.Connection, store.Table));
        Assert.Null(store.Tables);
    }

    [Fact]
    public void A_store_under_the_managed_identity_has_no_connection()
    {
        var store = Read(
            Good.Replace(
                "hub: test",
                "hub: test\nstore: {kind: azure, tables: 'https://a.table.core.windows.net/', blobs: 'https://a.blob.core.windows.net/'}",
                StringComparison.Ordinal
            )
        ).Options!.Store;

        Assert.Null(store.Connection);
        Assert.Equal(("a.table.core.windows.net", "a.blob.core.windows.net"), (store.Tables!.Host, store.Blobs!.Host));
    }

    [Fact]
    public void A_secret_written_into_the_file_is_refused_and_not_repeated()
    {
        var reading = Read(Good.Replace("'env:KEY'", "sk_live_51secret", StringComparison.Ordinal));

        var error = Assert.Single(reading.Errors);
        Assert.Equal((10, 27, "write env:NAME or file:/path"), (error.Line, error.Column, error.Fix));
        Assert.DoesNotContain("sk_live", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_without_its_mappings_is_told_at_both_ends()
    {
        var reading = Read(
            Good.Replace("record: Invoice", "record: Payment", StringComparison.Ordinal)
                .Replace("  Invoice: {memo: books}", "  Payment: {method: books}", StringComparison.Ordinal)
        );

        Assert.Equal(
            [
                "hub.yaml:21:11: there is no mapping stripe.charge -> Payment. Fix: add the mapping, or correct the errors in it",
                "hub.yaml:22:10: there is no mapping Payment -> netsuite.receipt. Fix: add the mapping, or correct the errors in it",
            ],
            reading.Errors.Select(error => error.ToString())
        );
    }

    [Fact]
    public void A_source_that_cannot_be_polled_is_refused()
    {
        var reading = HubFile.Parse("hub.yaml", Good, Kinds, new HashSet<string>(StringComparer.Ordinal), MappingFolder.Catalog);

        Assert.Equal(
            new ConfigurationError(
                "hub.yaml",
                21,
                11,
                "stripe cannot be polled, and a webhook can be lost",
                "use a source whose connector reads changes"
            ),
            Assert.Single(reading.Errors)
        );
    }

    [Fact]
    public void Two_routes_of_one_record_from_one_source_are_told_at_the_second()
    {
        var reading = Read(Good.Replace("owners:", "  - {record: Invoice, from: bills, to: [books]}\nowners:", StringComparison.Ordinal));

        Assert.Equal(
            new ConfigurationError("hub.yaml", 24, 5, "Invoice from bills has two routes", "give one route all the targets in to:"),
            Assert.Single(reading.Errors)
        );
    }

    [Fact]
    public void A_record_that_comes_back_to_its_source_is_refused_unless_the_way_back_owns_its_fields()
    {
        var kinds = Kinds.ToDictionary(kind => kind.Key, kind => kind.Value, StringComparer.Ordinal);
        kinds["netsuite"] = kinds["netsuite"] with { Sources = new Dictionary<RecordType, string> { [RecordType.Invoice] = "invoice" } };
        kinds["stripe"] = kinds["stripe"] with
        {
            Targets = new Dictionary<RecordType, TargetFacts> { [RecordType.Invoice] = Target("bill") },
        };
        var catalog = MappingCatalog
            .Compile([
                .. Directory
                    .EnumerateFiles(MappingFolder.Path, "*.yaml", SearchOption.AllDirectories)
                    .Where(path => !path.EndsWith(".cases.yaml", StringComparison.Ordinal))
                    .Select(path => new MappingFile(path, File.ReadAllText(path))),
                new MappingFile("out.yaml", "mapping: Invoice -> stripe.bill\nfields:\n  memo: memo\n"),
                new MappingFile(
                    "in.yaml",
                    "mapping: netsuite.invoice -> Invoice\nfields:\n  entity: $entity\n  number: tranId\n  account: entity.id | ref(BillingAccount)\n  issuedOn: tranDate\n  currency: currency.id\n  lines:\n    each: item.items\n    id: item.id\n    description: description\n    quantity: quantity\n    amount: amount | minor('USD')\n  tax: 0 | minor('USD')\n  total: 0 | minor('USD')\n  status: 'open'\n"
                ),
            ])
            .Catalog;
        var back = Good.Replace("owners:", "  - record: Invoice\n    from: books\n    to: [bills]\nowners:", StringComparison.Ordinal);
        var pollable = new HashSet<string>(["stripe", "netsuite"], StringComparer.Ordinal);

        var owned = HubFile.Parse("hub.yaml", back, kinds, pollable, catalog);
        var round = HubFile.Parse(
            "hub.yaml",
            back.Replace("memo: books", "memo: bills", StringComparison.Ordinal),
            kinds,
            pollable,
            catalog
        );

        Assert.Empty(owned.Errors);
        Assert.Equal(
            new ConfigurationError(
                "hub.yaml",
                25,
                11,
                "Invoice goes round: bills leads back to books, which owns no field of it",
                "remove this route, or give books its fields under owners:"
            ),
            Assert.Single(round.Errors)
        );
    }

    [Fact]
    public void Every_mistake_is_told_at_once_in_the_order_of_the_file()
    {
        var reading = Read(
            Good.Replace("currency: USD", "currency: X", StringComparison.Ordinal)
                .Replace("kind: netsuite", "kind: notsuite", StringComparison.Ordinal)
                .Replace("attempts: 5", "attempts: many", StringComparison.Ordinal)
        );

        Assert.Equal([3, 13, 26], reading.Errors.Select(error => error.Line));
    }

    [Fact]
    public void Retention_is_read_and_what_is_wrong_in_it_is_told_at_its_place()
    {
        Assert.Equal(TimeSpan.FromDays(90), Read(Good).Options!.Retention.RawBodies);
        var good = Read($"{Good.TrimEnd()}\nretention: {{rawBodies: 30d, requests: 10d}}\n").Options!.Retention;
        Assert.Equal((30, 10, 90), (good.RawBodies.Days, good.Requests.Days, good.SupersededContent.Days));
        var lines = Good.TrimEnd().Split('\n').Length;

        var wrong = Read($"{Good.TrimEnd()}\nretention: {{rawBodies: 5h, audit: 1d}}\n");

        Assert.Equal([(lines + 1, 24), (lines + 1, 28)], wrong.Errors.Select(error => (error.Line, error.Column)));
        Assert.Contains("rawBodies is shorter than a day", wrong.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_conditions_all_have_to_hold()
    {
        var options = Read(
            Good.Replace("when: status | one-of(open, paid)", "when: [status | present, total | is-zero | not]", StringComparison.Ordinal)
        ).Options;

        Assert.Equal("status | present && total | is-zero | not", options!.Routes[0].When);
    }

    [Fact]
    public void Secrets_that_do_not_resolve_are_listed_by_reference()
    {
        var unresolved = HubFile.UnresolvedSecrets(Read(Good).Options!, new Known("env:KEY", "env:ID"));

        Assert.Equal(
            [
                "systems.bills.credentials.webhookSecret: file:/run/secret does not resolve",
                "systems.books.credentials.tokenSecret: env:TOKEN does not resolve",
            ],
            unresolved
        );
    }

    [Fact]
    public void The_company_s_own_folder_of_mappings_is_found_before_the_file_is_checked()
    {
        Assert.Equal("./own", HubFile.MappingFolder("hub: x\nmappings: ./own\n"));
        Assert.Null(HubFile.MappingFolder(Good));
    }

    private static HubReading Read(string text) =>
        HubFile.Parse("hub.yaml", text, Kinds, new HashSet<string>(["stripe"], StringComparer.Ordinal), MappingFolder.Catalog);

    private static TargetFacts Target(string type) =>
        new()
        {
            ExternalType = type,
            Part = type,
            Idempotency = Idempotency.None,
            LongestWork = TimeSpan.FromMinutes(1),
            ConsistentLookup = true,
        };

    private sealed class Known(params string[] references) : ISecrets
    {
        public string? Find(string reference) => references.Contains(reference, StringComparer.Ordinal) ? "found" : null;
    }
}
