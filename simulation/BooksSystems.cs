using QtcHub.Sandbox;

namespace QtcHub.Simulation;

/// <summary>The systems of a company with books: what bills, what takes the money, what keeps the ledger, and where accounts are opened.</summary>
internal sealed record BooksSystems(IPlaysSubscriptions Billing, IPlaysPayments Processor, IPlaysErp Ledger, AccountDesk Desk);
