using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Reads the books from the account's own state.</summary>
internal sealed class StripeBook(StripeState state, TimeZoneInfo calendar)
{
    public Book Read() =>
        new(
            [.. state.All("customer").Values.Select(Account)],
            [.. state.All("invoice").Values.Where(invoice => invoice.Text("status") != "draft").Select(Invoice)],
            [.. state.All("payment_intent").Values.Select(Payment)]
        );

    private BookAccount Account(JsonObject customer)
    {
        var id = customer.Text("id");
        return new BookAccount(id, id, customer.TextOrNull("name") ?? "", customer.TextOrNull("email"), !state.IsDeleted(id));
    }

    private BookInvoice Invoice(JsonObject invoice) =>
        new(
            invoice.Text("id"),
            invoice.Text("number"),
            invoice.Text("customer"),
            Day(invoice["status_transitions"]!.AsObject().Number("finalized_at")),
            invoice.Text("currency").ToUpperInvariant(),
            invoice["total_taxes"]!.AsArray().Sum(tax => tax!.AsObject().Number("amount")),
            invoice.Number("total"),
            invoice.TextOrNull("description"),
            invoice.Text("status"),
            [.. invoice.Lines().Select(line => line!.AsObject().Number("amount"))]
        );

    private BookPayment Payment(JsonObject payment)
    {
        var id = payment.Text("id");
        var charge = payment.TextOrNull("latest_charge") is { } charged ? state.Find("charge", charged) : null;
        var applications = state
            .Applications(id)
            .Where(applied => applied.Text("status") == "paid")
            .GroupBy(applied => state.Get("invoice", applied.Text("invoice")).Text("number"), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new BookApplication(group.Key, group.Sum(applied => applied.Number("amount_paid"))));
        return new BookPayment(
            id,
            id,
            payment.TextOrNull("customer") ?? "",
            Day((charge ?? payment).Number("created")),
            payment.Text("currency").ToUpperInvariant(),
            payment.Number("amount"),
            payment.Text("status"),
            [.. applications]
        );
    }

    private DateOnly Day(long seconds) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), calendar).DateTime);
}
