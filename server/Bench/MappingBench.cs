using System.Buffers;
using System.Diagnostics;
using QtcHub.Canonical;
using QtcHub.Hosting;
using QtcHub.Mapping;

namespace QtcHub.Server.Bench;

/// <summary>The mapping language against hand-written code, on the benchmark's own two payloads.</summary>
internal sealed class MappingBench
{
    private readonly BenchInstallation installation = BenchInstallation.Load();
    private readonly EntityOptions entity;
    private readonly CompiledMapping mapIn;
    private readonly CompiledMapping mapOut;
    private readonly ReadOnlyMemory<byte> vendor;
    private readonly ReadOnlyMemory<byte> canonical;
    private readonly Dictionary<Reference, string> nothing = [];
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    public MappingBench()
    {
        var options = installation.Options;
        var route = options.Routes[0];
        entity = options.Entities[options.Systems[route.From].Entity];
        mapIn = installation.MappingIn;
        mapOut = installation.MappingOut;
        vendor = installation.Source.RecordIn(installation.Source.Event(1));
        canonical = CanonicalJson.Write(CanonicalJson.Read(route.Record, Mapped(mapIn, vendor).Span).Value);
        Check(ByHandIn, mapIn, vendor);
        Check(ByHandOut, mapOut, canonical);
    }

    /// <summary>Alternates language and hand, and gives what each took for one record.</summary>
    public IReadOnlyList<MappingResult> Run(int pairs, int rounds) =>
        [
            Measure("in", pairs, rounds, () => Mapped(mapIn, vendor), ByHandIn),
            Measure("out", pairs, rounds, () => Mapped(mapOut, canonical), ByHandOut),
        ];

    private static MappingResult Measure(string name, int pairs, int rounds, Action language, Action hand)
    {
        Once(language, rounds);
        Once(hand, rounds);
        var measured = Enumerable.Range(0, pairs).Select(_ => (Language: Once(language, rounds), Hand: Once(hand, rounds))).ToList();
        return new MappingResult(
            name,
            Spread.Of(measured.Select(pair => pair.Language.Nanoseconds)),
            Spread.Of(measured.Select(pair => pair.Hand.Nanoseconds)),
            Spread.Of(measured.Select(pair => pair.Language.Nanoseconds / pair.Hand.Nanoseconds)),
            measured[0].Language.Bytes,
            measured[0].Hand.Bytes
        );
    }

    private static (double Nanoseconds, double Bytes) Once(Action map, int rounds)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < rounds; round++)
        {
            map();
        }

        var took = Stopwatch.GetElapsedTime(start);
        return (took.TotalNanoseconds / rounds, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)rounds);
    }

    private ReadOnlyMemory<byte> Mapped(CompiledMapping mapping, ReadOnlyMemory<byte> record) =>
        mapping.Map(record, new MappingContext { Entity = entity, Resolved = nothing }).TryGet(out var mapped, out _)
            ? mapped
            : throw new InvariantException("the benchmark's record can be mapped");

    private void ByHandIn() => ByHand(() => installation.Source.MapByHand(vendor.Span, buffer));

    private void ByHandOut() => ByHand(() => installation.Target.MapByHand(canonical.Span, buffer));

    /// <summary>Its caller, too, gets an array of its own.</summary>
    private byte[] ByHand(Action write)
    {
        buffer.ResetWrittenCount();
        write();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Both have to say the same: a hand that writes less would be no yardstick.</summary>
    private void Check(Action hand, CompiledMapping mapping, ReadOnlyMemory<byte> record)
    {
        hand();
        Invariant.Holds(buffer.WrittenSpan.SequenceEqual(Mapped(mapping, record).Span), "language and hand write the same bytes");
    }
}

/// <summary>Language against hand: nanoseconds and bytes allocated for one record.</summary>
internal sealed record MappingResult(string Direction, Spread Language, Spread Hand, Spread Ratio, double LanguageBytes, double HandBytes);
