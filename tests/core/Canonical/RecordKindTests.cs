using System.Runtime.CompilerServices;
using System.Text.Json;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Records;

public sealed class RecordKindTests
{
    // Each with its reason.
    private static readonly Dictionary<string, string> Backward = new(StringComparer.Ordinal)
    {
        ["Order lines[].subscription"] = "an order amends what an earlier order made, and waits for it",
    };

    [Fact]
    public void Every_record_type_is_listed_once_in_its_order() =>
        Assert.Equal(Enum.GetValues<RecordType>(), RecordKinds.All.Select(kind => kind.Type));

    [Fact]
    public void A_listed_record_is_of_the_type_it_is_listed_as()
    {
        foreach (var kind in RecordKinds.All)
        {
            Assert.Equal(kind.Type, GeneratedRecord.Read(kind.Type, GeneratedRecord.Of(kind.Type, new Tape([]))).Type);
        }
    }

    [Fact]
    public void Prefixes_are_three_letters_and_no_two_are_the_same()
    {
        Assert.All(RecordKinds.All, kind => Assert.Matches("^[a-z]{3}$", kind.Prefix));
        Assert.Distinct(RecordKinds.All.Select(kind => kind.Prefix));
    }

    [Fact]
    public void An_id_tells_its_type()
    {
        foreach (var type in Enum.GetValues<RecordType>())
        {
            var id = CanonicalId.Mint(type, "shop", "thing", "1");

            Assert.Equal(type, id.Type);
            Assert.True(CanonicalId.IsOne(id.Value));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("inv")]
    [InlineData("inv_AAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("inv_AAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("inv-AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("INV_AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("xyz_AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("evt_AAAAAAAAAAAAAAAAAAAAAA")]
    public void What_has_no_known_prefix_is_no_id(string text) => Assert.False(CanonicalId.IsOne(text));

    [Fact]
    public void An_id_of_nothing_known_is_a_bug() => Assert.Throws<InvariantException>(() => new CanonicalId("xyz_1").Type);

    [Fact]
    public void A_type_is_stored_by_its_name() =>
        Assert.All(Enum.GetValues<RecordType>(), type => Assert.Equal($"\"{type}\"", JsonSerializer.Serialize(type)));

    [Fact]
    public void References_lead_to_what_is_replayed_earlier()
    {
        var backward = CanonicalReference
            .All.SelectMany(record => record.Fields.Select(field => (record.Type, field)))
            .Where(found => found.field.Type.StartsWith("a reference to ", StringComparison.Ordinal))
            .Where(found => Enum.Parse<RecordType>(found.field.Type["a reference to ".Length..]) > found.Type)
            .Select(found => $"{found.Type} {found.field.Path}");

        Assert.Equal(Backward.Keys, backward);
    }

    [Fact]
    public void The_page_of_records_is_what_the_command_line_prints() =>
        Assert.Equal(File.ReadAllText(Page()), CanonicalReference.Markdown());

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/canonical.md"));
}
