using QtcHub.Connectors;
using QtcHub.Hosting;
using QtcHub.Stores.Azure;
using Xunit;

namespace QtcHub.Tests.Stores;

public sealed class NamedStoreTests
{
    private const string Secret = "AccountKey=c2VjcmV0";
    private static readonly Uri FileTables = new("https://file.table.core.windows.net");
    private static readonly Uri FileBlobs = new("https://file.blob.core.windows.net");

    private static readonly StoreOptions ByEndpoints = new()
    {
        Kind = StoreKind.Azure,
        Tables = FileTables,
        Blobs = FileBlobs,
        Table = "ledger",
        Container = "bodies",
    };

    private static readonly StoreOptions ByConnection = new() { Kind = StoreKind.Azure, Connection = "env:QTC_STORAGE" };

    private static readonly StorePlace Place = new()
    {
        Tables = "https://place.table.core.windows.net",
        Blobs = "https://place.blob.core.windows.net",
    };

    [Fact]
    public void The_file_alone_names_the_store()
    {
        Assert.Equal(
            new AzureStoreOptions
            {
                TableEndpoint = FileTables,
                BlobEndpoint = FileBlobs,
                Table = "ledger",
                Container = "bodies",
            },
            Read(ByEndpoints)
        );
        Assert.Equal(new AzureStoreOptions { ConnectionString = Secret }, Read(ByConnection));
    }

    [Fact]
    public void The_place_alone_names_the_store()
    {
        var named = Read(StoreOptions.Embedded, Place with { Table = "restored", Container = "restored-bodies" });

        Assert.Equal(new Uri(Place.Tables!), named.TableEndpoint);
        Assert.Equal(new Uri(Place.Blobs!), named.BlobEndpoint);
        Assert.Equal(("restored", "restored-bodies"), (named.Table, named.Container));
        Assert.Null(named.ConnectionString);
    }

    [Fact]
    public void The_place_overrides_the_file_and_what_it_leaves_out_stays()
    {
        var named = Read(ByEndpoints, Place with { Table = "restored" });
        Assert.Equal(new Uri(Place.Tables!), named.TableEndpoint);
        Assert.Equal(new Uri(Place.Blobs!), named.BlobEndpoint);
        Assert.Equal(("restored", "bodies"), (named.Table, named.Container));

        Assert.Equal(FileTables, Read(ByEndpoints, new StorePlace { Table = "restored" }).TableEndpoint);
        Assert.Null(Read(ByConnection, Place).ConnectionString);
    }

    [Fact]
    public void A_connection_string_of_the_place_counts_only_where_nothing_else_names_an_account()
    {
        var place = new StorePlace { Connection = "UseDevelopmentStorage=true" };

        Assert.Equal("UseDevelopmentStorage=true", Read(StoreOptions.Embedded, place).ConnectionString);
        Assert.Equal(Secret, Read(ByConnection, place).ConnectionString);
        Assert.Null(Read(ByEndpoints, place).ConnectionString);
        Assert.Null(Read(StoreOptions.Embedded, Place with { Connection = place.Connection }).ConnectionString);
    }

    [Fact]
    public void An_account_that_is_named_by_half_is_not_completed_from_the_other()
    {
        Assert.Contains("set both", Complaint(ByEndpoints, new StorePlace { Tables = Place.Tables }), StringComparison.Ordinal);
        Assert.Contains("set both", Complaint(ByEndpoints, new StorePlace { Blobs = Place.Blobs }), StringComparison.Ordinal);
        Assert.Contains("set both", Complaint(ByEndpoints, Place with { Blobs = "place.blob" }), StringComparison.Ordinal);
        Assert.Contains("set both", Complaint(ByEndpoints, Place with { Tables = "http://place.table" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_nobody_names_or_whose_secret_is_missing_is_refused_with_the_fix()
    {
        Assert.Contains("write store: into hub.yaml", Complaint(StoreOptions.Embedded, null), StringComparison.Ordinal);
        var missing = Complaint(ByConnection with { Connection = "env:OTHER" }, new StorePlace { Connection = Secret });
        Assert.Contains("env:OTHER does not resolve", missing, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, missing, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new StorePlace { Connection = Secret }.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my-secret-key")]
    [InlineData("")]
    [InlineData("AccountName=;AccountKey=my-secret-key")]
    [InlineData("AccountName=a;AccountKey=my-secret-key")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=bXk=;AccountKey=my-secret-key")]
    [InlineData("DefaultEndpointsProtocol=my-secret-key;AccountName=a;AccountKey=bXk=;EndpointSuffix=core.windows.net")]
    [InlineData("TableEndpoint=my-secret-key;AccountName=a;AccountKey=bXk=")]
    [InlineData("AccountName=a b/my-secret-key;AccountKey=bXk=;DefaultEndpointsProtocol=https")]
    [InlineData(";;;")]
    [InlineData("=my-secret-key;")]
    [InlineData("UseDevelopmentStorage=my-secret-key")]
    public async Task What_is_no_connection_string_is_refused_without_being_told(string connection)
    {
        var named = Read(StoreOptions.Embedded, new StorePlace { Connection = connection });

        var refused = await Assert.ThrowsAsync<ArgumentException>(() =>
            AzureStorage.OpenAsync(named, TimeProvider.System, wire: null, TestContext.Current.CancellationToken)
        );

        Assert.Contains("does not hold a connection string", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret-key", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=place;AccountKey=c2VjcmV0", null)]
    [InlineData("https://place.table.core.windows.net/?sv=2024&sig=c2VjcmV0", null)]
    [InlineData(null, "https://place.blob.core.windows.net/?sv=2024&sig=c2VjcmV0")]
    [InlineData("http://place:c2VjcmV0@place.table", "https://place.blob.core.windows.net")]
    public void A_secret_in_the_place_of_an_endpoint_is_refused_without_being_told(string? tables, string? blobs) =>
        Assert.DoesNotContain(
            "c2VjcmV0",
            Complaint(StoreOptions.Embedded, new StorePlace { Tables = tables, Blobs = blobs }),
            StringComparison.Ordinal
        );

    private static AzureStoreOptions Read(StoreOptions file, StorePlace? place = null)
    {
        var (options, complaint) = NamedStore.Read(file, new Secrets(), place);
        Assert.Null(complaint);
        return options!;
    }

    private static string Complaint(StoreOptions file, StorePlace? place)
    {
        var (options, complaint) = NamedStore.Read(file, new Secrets(), place);
        Assert.Null(options);
        return complaint!;
    }

    private sealed class Secrets : ISecrets
    {
        public string? Find(string reference) => reference == "env:QTC_STORAGE" ? Secret : null;
    }
}
