using QtcHub.Server.Demo.Books;
using QtcHub.Server.Demo.Staging;

namespace QtcHub.Server.Demo.Script;

/// <summary>Billing subscribes an account to the platform, a year paid in advance.</summary>
internal sealed record SubscribeToPlatform(string Key, string Account, DateOnly From) : Act
{
    public override void Enter(ControlBook book) => book.Subscriptions.Add(Key, new AnnualPrepaid(book.Account(Account), From));

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.Subscribe(stage.InBilling(Account), "annual-prepaid", 1, From));
}

/// <summary>Billing subscribes an account to seats that are charged after each month.</summary>
internal sealed record SubscribeInArrears(string Key, string Account, int Quantity, DateOnly From) : Act
{
    public override void Enter(ControlBook book) => book.Subscriptions.Add(Key, new MonthlyArrears(book.Account(Account), Quantity, From));

    public override void Play(Stage stage) =>
        stage.Name(Key, stage.Billing.Subscribe(stage.InBilling(Account), "monthly-arrears", Quantity, From));
}

/// <summary>Billing subscribes an account to calls that are charged by use.</summary>
internal sealed record SubscribeToCalls(string Key, string Account, DateOnly From) : Act
{
    public override void Enter(ControlBook book) => book.Subscriptions.Add(Key, new Metered(book.Account(Account), From));

    public override void Play(Stage stage) => stage.Name(Key, stage.Billing.Subscribe(stage.InBilling(Account), "usage", 1, From));
}

/// <summary>Billing is told of calls.</summary>
internal sealed record ReportCalls(string Subscription, int Calls, DateOnly On) : Act
{
    public override void Enter(ControlBook book) => book.Subscriptions.Of<Metered>(Subscription).Use(Calls);

    public override void Play(Stage stage) => stage.Billing.ReportUsage(stage.IdOf(Subscription), Calls, On);
}

/// <summary>Billing learns of the certificate by which a customer pays no tax.</summary>
internal sealed record ExemptFromTax(string Account, string Certificate) : Act
{
    public override void Enter(ControlBook book) { }

    public override void Play(Stage stage) => stage.Billing.Exempt(stage.InBilling(Account), Certificate);
}

/// <summary>Billing learns of the number by which a customer abroad pays its tax itself.</summary>
internal sealed record RegisterForTax(string Account, string Number) : Act
{
    public override void Enter(ControlBook book) { }

    public override void Play(Stage stage) => stage.Billing.RegisterForTax(stage.InBilling(Account), Number);
}
