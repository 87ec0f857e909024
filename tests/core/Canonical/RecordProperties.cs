using System.Text.Json.Nodes;
using CsCheck;
using QtcHub.Canonical;
using QtcHub.Mapping;

namespace QtcHub.Tests.Core.Records;

public sealed class RecordProperties
{
    [Fact]
    public void What_is_written_reads_back_to_the_same_bytes() =>
        Sample(record => Assert.Equal(Written(record), Written(CanonicalJson.Read(record.Type, CanonicalJson.Write(record)).Value)));

    [Fact]
    public void The_normal_form_is_its_own_normal_form() =>
        Sample(record => Assert.Equal(Written(record.Normalize()), Written(record.Normalize().Normalize())));

    [Fact]
    public void Equal_facts_in_another_order_are_equal_bytes() =>
        GeneratedRecord.Any.Sample(
            (type, json) =>
            {
                var told = GeneratedRecord.Read(type, json).Normalize();
                var fields = CanonicalReference.All.Single(record => record.Type == type).Fields;
                Reverse(json, "", [.. fields.Where(field => field.AnyOrder).Select(field => field.Path)]);

                Assert.Equal(Written(told), Written(GeneratedRecord.Read(type, json).Normalize()));
            },
            iter: 5_000
        );

    [Fact]
    public void No_content_makes_a_rule_throw_and_a_breach_names_a_field() =>
        Sample(record =>
        {
            if (record.Validate() is { } breach)
            {
                var path = string.Concat(breach.Path.Where(letter => !char.IsAsciiDigit(letter)));
                Assert.Contains(path, CanonicalReference.All.Single(one => one.Type == record.Type).Fields.Select(field => field.Path));
            }
        });

    [Fact]
    public void What_has_ended_stays_so_and_tells_who_is_affected() =>
        Sample(record =>
        {
            var ended = record.End();

            Assert.Equal(Written(ended), Written(ended.End()));
            Assert.True(ended.HasEnded || !record.HasEnded);
            Assert.NotEmpty(record.Stake().Affected);
        });

    private static void Sample(Action<CanonicalRecord> holds) =>
        GeneratedRecord.Any.Sample((type, json) => holds(GeneratedRecord.Read(type, json)), iter: 5_000);

    private static string Written(CanonicalRecord record) => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(record));

    private static void Reverse(JsonNode? node, string path, IReadOnlyList<string> lists)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map)
                {
                    Reverse(value, path.Length == 0 ? name : $"{path}.{name}", lists);
                }

                break;
            case JsonArray list:
                foreach (var element in list)
                {
                    Reverse(element, $"{path}[]", lists);
                }

                if (lists.Contains(path))
                {
                    var turned = list.Reverse().Select(element => element?.DeepClone()).ToList();
                    list.Clear();
                    turned.ForEach(list.Add);
                }

                break;
        }
    }
}
