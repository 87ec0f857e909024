using System.Text;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Mapping;

public sealed class FolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mappings").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_of_a_later_folder_replaces_the_one_of_the_same_path()
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, "netsuite")).FullName;
        File.WriteAllText(Path.Combine(own, "subsidiary.lookup.yaml"), "lookup: netsuite-subsidiary\nvalues:\n  us: 77\n");

        var loaded = MappingCatalog.Load([MappingFolder.Path, folder]);

        Assert.Empty(loaded.Errors);
        Assert.Contains("\"subsidiary\":{\"id\":\"77\"}", Mapped(loaded.Catalog), StringComparison.Ordinal);
        Assert.Contains("\"subsidiary\":{\"id\":\"1\"}", Mapped(MappingFolder.Catalog), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told()
    {
        var missing = Path.Combine(folder, "nowhere");

        var loaded = MappingCatalog.Load([missing]);

        Assert.Equal(
            new ConfigurationError(missing, 1, 1, "the folder of mappings does not exist", "create it, or name another"),
            Assert.Single(loaded.Errors)
        );
    }

    private static string Mapped(MappingCatalog catalog)
    {
        var context = new MappingContext
        {
            Entity = new EntityOptions("us", "Example Inc.", Currency.Of("USD"), TimeZoneInfo.Utc),
            Resolved = new Dictionary<Reference, string>(),
        };
        var mapping = catalog.Out("netsuite", RecordType.BillingAccount, "customer")!;
        return Encoding.UTF8.GetString(
            mapping.Map("""{"entity":"us","number":"1","name":"One","active":true}"""u8.ToArray(), context).Value.Span
        );
    }
}
