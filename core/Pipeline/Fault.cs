using QtcHub.Canonical;

namespace QtcHub;

/// <summary>What went wrong, as a closed set. What the hub does about it is a disposition.</summary>
public abstract record Fault
{
    private Fault() { }

    /// <summary>A short text for people: the vendor's words where it has any, never a secret or a payload.</summary>
    public abstract string Detail { get; }

    /// <summary>The name of the case, e.g. <c>Rejected</c>.</summary>
    public string Name => GetType().Name;

    /// <summary>The request was certainly not sent, or it was a read.</summary>
    public sealed record Transient(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The vendor asks to wait; nothing was done.</summary>
    public sealed record RateLimited(TimeSpan? RetryAfter, string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The system as a whole does not answer: no connection, or its own definite "not now".</summary>
    public sealed record Unavailable(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The credential was refused.</summary>
    public sealed record Unauthorized(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The vendor refused this record for good.</summary>
    public sealed record Rejected(string VendorCode, string VendorText) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"{VendorCode}: {VendorText}";
    }

    /// <summary>Something this record points to is not there yet.</summary>
    public sealed record MissingReference(RecordType Referenced, string Id) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"{Referenced} {Id} is not there yet";
    }

    /// <summary>Nothing was sent: what has to happen at the target first is on its way, by another lane or in another system.</summary>
    public sealed record NotYet(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>A write whose answer was lost: it may or may not have happened.</summary>
    public sealed record Ambiguous(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The record changed between our read and our write.</summary>
    public sealed record Conflict(string Reason) : Fault
    {
        /// <inheritdoc />
        public override string Detail => Reason;
    }

    /// <summary>The accounting period of the document is closed; <paramref name="OpenPeriod"/> is the vendor's id of the first open one after it, where it could be read.</summary>
    public sealed record ClosedPeriod(string Period, string? OpenPeriod) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"the accounting period {Period} is closed";
    }

    /// <summary>A field of a posted document that must not change has changed at its source.</summary>
    public sealed record PostedDocumentChanged(string Field) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"{Field} of a posted document changed; correct it by credit note or reversal";
    }

    /// <summary>A mapping could not make a value.</summary>
    public sealed record MappingFailed(string Path, string Rule) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"{Path}: {Rule}";
    }

    /// <summary>A canonical record breaks its own rules.</summary>
    public sealed record Invalid(string Path, string Rule) : Fault
    {
        /// <inheritdoc />
        public override string Detail => $"{Path}: {Rule}";
    }
}
