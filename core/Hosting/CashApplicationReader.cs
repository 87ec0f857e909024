using QtcHub.Canonical;
using QtcHub.Mapping;
using QtcHub.Pipeline;

namespace QtcHub.Hosting;

/// <summary>Reads <c>cashApplication:</c> of a route.</summary>
internal sealed class CashApplicationReader(ErrorList errors, HubKnowledge known, IReadOnlyDictionary<string, SystemOptions> systems)
{
    private readonly List<(YamlMap Place, IReadOnlyList<string> Targets)> asked = [];

    public CashApplicationOptions? Read(Section route, RecordType record, IReadOnlyList<string> targets)
    {
        if (route.Map("cashApplication", "match: remittance") is not { } map)
        {
            return null;
        }

        if (record != RecordType.Payment)
        {
            errors.Add(map, $"a {record} pays nothing", "remove cashApplication:, which goes with record: Payment");
        }

        asked.Add((map, targets));
        var cash = new Section(map, errors, HubSettings.CashApplication);
        if (cash.Text("match", "remittance") is { Text: not "remittance" } match)
        {
            errors.Add(match, $"payments are not matched by {match.Text}", "write match: remittance");
        }

        return new CashApplicationOptions
        {
            Underpaid = Underpaid(cash),
            Wait = cash.Duration("wait", TimeSpan.Zero),
            ShortPay = new ShortPayReader(errors).Read(cash),
        };
    }

    /// <summary>
    /// What a payment pays is proposed to whoever owns applications, and only of documents that are known, with what was paid of them: else it would propose
    /// what is paid already.
    /// </summary>
    public void RefuseBlind(IReadOnlyList<RouteOptions> routes, IReadOnlyDictionary<RecordType, IReadOnlyDictionary<string, string>> owners)
    {
        var owner = owners.GetValueOrDefault(RecordType.Payment)?.GetValueOrDefault(CashProposals.Field);
        foreach (var (place, targets) in asked)
        {
            if (owner is null || !targets.Contains(owner, StringComparer.Ordinal))
            {
                errors.Add(
                    place,
                    "no target of this route owns what a payment pays",
                    "add owners: with Payment: and applications: and the target that does, the billing system"
                );
                continue;
            }

            if (place.Find("shortPay") is { } shortPay && !CanWriteOff(owner))
            {
                errors.Add(shortPay.Key, $"nothing can be written off in {owner}", "remove shortPay:");
            }

            if (!Tells(routes, owner, RecordType.Invoice))
            {
                errors.Add(place, $"no route takes invoices from {owner}", "add a route of record: Invoice from it");
            }

            if (!Tells(routes, owner, RecordType.Application) && !Tells(routes, owner, RecordType.DocumentState))
            {
                errors.Add(
                    place,
                    $"nothing tells what is paid already of what {owner} bills",
                    "add a route of record: Application from it"
                );
            }
        }
    }

    private bool CanWriteOff(string system) =>
        systems.TryGetValue(system, out var options)
        && known.Kinds.TryGetValue(options.Kind, out var facts)
        && facts.Targets.TryGetValue(RecordType.Payment, out var payments)
        && payments.WriteOff is { } writeOff
        && known.Catalog.Out(options.Kind, RecordType.Application, writeOff.ExternalType) is not null;

    private static bool Tells(IReadOnlyList<RouteOptions> routes, string system, RecordType record) =>
        routes.Any(route => route.From == system && route.Record == record);

    private WhenUnderpaid Underpaid(Section cash)
    {
        var written = cash.Optional("underpaid", "apply");
        if (written is not null and { Text: not ("apply" or "leave") })
        {
            errors.Add(
                written,
                $"underpaid cannot be {written.Text}",
                Nearest.Fix(written.Text, HubSettings.CashApplication.Single(setting => setting.Name == "underpaid").OneOf!)
            );
        }

        return written?.Text == "leave" ? WhenUnderpaid.Leave : WhenUnderpaid.Apply;
    }
}
