namespace QtcHub.Canonical;

/// <summary>What a customer has agreed to buy or to change.</summary>
[OwnedBy("crm")]
public sealed record Order : CanonicalRecord
{
    private const string Statuses = "draft open completed canceled";

    /// <inheritdoc />
    public override RecordType Type => RecordType.Order;

    /// <summary>The number its owner gave it.</summary>
    [Identifies]
    public required string Number { get; init; }

    /// <summary>The billing account that will owe.</summary>
    public required CanonicalId Account { get; init; }

    /// <summary>The id of the quote it came from, carried.</summary>
    public string? Quote { get; init; }

    /// <summary>The customer's purchase order.</summary>
    public string? CustomerPo { get; init; }

    /// <summary>The currency of its prices.</summary>
    public required Currency Currency { get; init; }

    /// <summary>When it was agreed, in the entity's calendar.</summary>
    public required DateOnly OrderedOn { get; init; }

    /// <summary>How far it is.</summary>
    [OneOf(Statuses)]
    public required string Status { get; init; }

    /// <summary>What is to be done, in order.</summary>
    public required IReadOnlyList<OrderLine> Lines { get; init; }

    /// <inheritdoc />
    public override bool HasEnded => Status == "canceled";

    /// <inheritdoc />
    public override CanonicalRecord End() => this with { Status = "canceled" };

    /// <inheritdoc />
    public override (string Affected, Money? Amount) Stake() => ($"order {Number}", null);

    /// <inheritdoc />
    public override Fault.Invalid? Validate() =>
        Rules.Filled("number", Number, "an order has a number")
        ?? Rules.OneOf("status", Status, Statuses)
        ?? Rules.Holds("lines", Lines.Count > 0 || Status == "draft", "an order has lines")
        ?? Rules.Each("lines", Lines, line => line.Validate())
        ?? Rules.Unique("lines", Lines, line => line.Id, "no two lines have the same id");
}

/// <summary>One thing that an order does.</summary>
public sealed record OrderLine
{
    private const string Actions = "new add remove swap renew cancel suspend";

    /// <summary>The owner's id of the line.</summary>
    public required string Id { get; init; }

    /// <summary>What is done.</summary>
    [OneOf(Actions)]
    public required string Action { get; init; }

    /// <summary>What it is done to: the SKU of a product.</summary>
    public string? Sku { get; init; }

    /// <summary>What a swap takes away: the SKU of a product.</summary>
    public string? ReplacedSku { get; init; }

    /// <summary>What is sold, as printed.</summary>
    public string? Description { get; init; }

    /// <summary>How many there are after it, exact decimal.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>How many more than before, exact decimal; negative for fewer.</summary>
    public decimal? QuantityChange { get; init; }

    /// <summary>The price of one before discount, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? ListPrice { get; init; }

    /// <summary>What is taken off one, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? Discount { get; init; }

    /// <summary>The price of one after discount, major units, exact decimal.</summary>
    [Unit("major units, exact decimal")]
    public decimal? NetPrice { get; init; }

    /// <summary>For how long.</summary>
    public Term? Term { get; init; }

    /// <summary>When it takes effect, in the entity's calendar.</summary>
    public required DateOnly EffectiveOn { get; init; }

    /// <summary>First day of the service period, in the entity's calendar.</summary>
    public DateOnly? ServiceStart { get; init; }

    /// <summary>Last day of the service period, in the entity's calendar.</summary>
    public DateOnly? ServiceEnd { get; init; }

    /// <summary>The subscription that is amended.</summary>
    public CanonicalId? Subscription { get; init; }

    /// <summary>The version of it that was seen when the order was made.</summary>
    public int? SubscriptionVersion { get; init; }

    internal Fault.Invalid? Validate() =>
        Rules.Filled("id", Id, "an order line has an id")
        ?? Rules.OneOf("action", Action, Actions)
        ?? Rules.Holds("subscription", Action == "new" == Subscription is null, "every action but new amends a subscription")
        ?? Rules.Holds("subscriptionVersion", Subscription is not null || SubscriptionVersion is null, "only a subscription has a version")
        ?? Rules.Holds("subscriptionVersion", SubscriptionVersion is not < 1, "versions begin at 1")
        ?? Rules.Holds("sku", Action is "renew" or "cancel" or "suspend" || Sku is not null, "new, add, remove and swap name a SKU")
        ?? Rules.Holds("replacedSku", Action == "swap" == ReplacedSku is not null, "a swap, and nothing else, names the SKU it replaces")
        ?? Rules.NotNegative("quantity", Quantity)
        ?? Rules.Holds("quantity", Action is not ("new" or "swap") || Quantity is > 0, "new and swap have a quantity")
        ?? Rules.Holds("quantityChange", Action != "add" || QuantityChange is > 0, "add raises the quantity")
        ?? Rules.Holds("quantityChange", Action != "remove" || QuantityChange is < 0, "remove lowers the quantity")
        ?? Rules.NotNegative("listPrice", ListPrice)
        ?? Rules.Holds("netPrice", NetIsRight, "list − discount = net")
        ?? Term.Validate("term", Term)
        ?? Rules.Period("serviceEnd", ServiceStart, ServiceEnd);

    // A price at the edge of what a decimal holds is no price; adding to it would throw.
    private bool NetIsRight =>
        ListPrice is not { } list
        || Discount is not { } discount
        || NetPrice is not { } net
        || (Sane(discount) && Sane(net) && Sane(list) && list - discount == net);

    private static bool Sane(decimal price) => decimal.Abs(price) < 1e20m;
}
