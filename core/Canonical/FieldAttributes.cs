namespace QtcHub.Canonical;

/// <summary>What an id refers to, where the property's name does not say so: <c>Parent</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RefersAttribute(RecordType type) : Attribute
{
    /// <summary>The type of record.</summary>
    public RecordType Type => type;
}

/// <summary>A text that one record has and no other of its kind in one legal company, so that it may be a match key. A name is none: two customers may bear it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IdentifiesAttribute : Attribute;

/// <summary>The words that a text may be; any other is refused by the record's own rules.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(string words) : Attribute
{
    /// <summary>The words, a space between each two.</summary>
    public string Words => words;
}

/// <summary>The role of the system that owns a record or a field where <c>hub.yaml</c> does not say otherwise.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Class)]
public sealed class OwnedByAttribute(string role) : Attribute
{
    /// <summary><c>crm</c>, <c>billing</c>, <c>payments</c>, <c>erp</c> or <c>tax</c>.</summary>
    public string Role => role;
}

/// <summary>A field that a record may do without, but not by accident: a mapping may leave it out, and one that names it has to give it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredWhereMappedAttribute : Attribute;

/// <summary>A list whose order means nothing: the record's normal form sorts it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AnyOrderAttribute : Attribute;

/// <summary>
/// A field of a document that belongs to its <see cref="DocumentState"/> once the document is posted: at a target it stands as it was posted, and what becomes of
/// it is told by the state.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OfItsStateAttribute : Attribute;

/// <summary>What a number counts, where its type does not say so.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class UnitAttribute(string unit) : Attribute
{
    /// <summary>In words.</summary>
    public string Unit => unit;
}
