using System.Buffers;

namespace QtcHub.Sandbox;

/// <summary>A vendor's webhooks for a benchmark: as many distinct ones as asked for, cheap to make.</summary>
public interface IBenchSource
{
    /// <summary>The body of event <paramref name="index"/>; about 3 KB, <c>bench-</c> and eight digits of the index in it.</summary>
    byte[] Event(int index);

    /// <summary>The name of the signature's header.</summary>
    string SignatureHeader { get; }

    /// <summary>Signs a body at an instant.</summary>
    string Sign(ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, DateTimeOffset at);

    /// <summary>Whether a signature is right: the least that any receiver has to do.</summary>
    bool Check(ReadOnlySpan<byte> body, string signature, ReadOnlySpan<byte> secret);

    /// <summary>The record inside an event's body, as a mapping reads it.</summary>
    ReadOnlyMemory<byte> RecordIn(ReadOnlyMemory<byte> body);

    /// <summary>Maps that record to its canonical form by hand, without any mapping language.</summary>
    void MapByHand(ReadOnlySpan<byte> record, IBufferWriter<byte> canonical);
}

/// <summary>A vendor's API for a benchmark: the least answer that a write of the hub's takes for success.</summary>
public interface IBenchTarget
{
    /// <summary>The status and <c>Location</c> of the answer to the write number <paramref name="number"/> at this address.</summary>
    (int Status, string? Location) Answer(string address, long number);

    /// <summary>Maps a canonical record to the vendor's form by hand, without any mapping language.</summary>
    void MapByHand(ReadOnlySpan<byte> canonical, IBufferWriter<byte> request);
}
