using System.CommandLine;
using QtcHub.Hosting;
using QtcHub.Server.Hosting;

namespace QtcHub.Server.Commands;

/// <summary><c>qtc trace</c>: follows any id through the hub.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var id = new Argument<string>("id")
        {
            Description = "An event id, a delivery (system:event), a canonical id, or a vendor's record id",
        };
        var command = new Command("trace", "Follow any id through the hub") { id, data, json };
        command.SetAction(
            (parsed, cancellationToken) => RunAsync(parsed.GetValue(data)!, parsed.GetValue(id)!, parsed.GetValue(json), cancellationToken)
        );
        return command;
    }

    private static async Task<int> RunAsync(string data, string id, bool json, CancellationToken cancellationToken)
    {
        await using var store = await StoredRows.OpenAsync(data, new ProcessSecrets(Environment.GetEnvironmentVariable), cancellationToken);
        var found = await new Tracer(store.Rows, SystemNames.Read(data)).TraceAsync(id, cancellationToken);
        if (found is null)
        {
            await Console.Error.WriteLineAsync($"nothing here has the id {id}");
            return ExitCode.Disagreement;
        }

        var shown = TraceDocument.Of(found);
        if (json)
        {
            Output.Json(shown, CommandJson.Default.TraceDocument);
        }
        else
        {
            Print(shown);
        }

        return ExitCode.Good;
    }

    private static void Print(TraceDocument trace)
    {
        if (trace.Deliveries.Count > 0)
        {
            var deliveries = Output.Table("delivery", "received", "acknowledged", "body", "stands", "notice", "record", "rule");
            foreach (var delivery in trace.Deliveries)
            {
                deliveries.Row(
                    delivery.Id,
                    Output.When(delivery.ReceivedAt),
                    delivery.Acknowledged ? "yes" : $"no, found by {delivery.FoundBy ?? "poll"}",
                    delivery.Body,
                    delivery.Stands
                );
                foreach (var notice in delivery.Notices)
                {
                    deliveries.Row(
                        "",
                        "",
                        "",
                        "",
                        "",
                        notice.Result,
                        notice.Record is null ? null : $"{notice.Record} r{notice.Revision}",
                        notice.Rule
                    );
                }
            }

            Output.Print(deliveries);
        }

        foreach (var record in trace.Records)
        {
            Print(record);
        }
    }

    private static IEnumerable<string> CashLines(CashDocument cash) =>
        [
            .. cash.Pays.Select(one => $"pays {one.Amount} of {one.Record}"),
            .. cash.WritesOff is { } given ? (string[])[$"writes off {given.Amount} of {given.Record}"] : [],
            .. cash.LeftOut.Select(one => $"not {one.Record}: {one.Why}"),
        ];

    private static void Print(RecordDocument record)
    {
        PrintLanes(record);
        PrintAudit(record);
    }

    private static void PrintLanes(RecordDocument record)
    {
        var lanes = Output.Table("record", "source / lane", "vendor's id", "revision", "state", "fault");
        lanes.Row(record.Id, "", "", $"{record.Revision}", record.MergedInto is { } into ? $"merged into {into}" : "");
        foreach (var absorbed in record.Absorbed ?? [])
        {
            lanes.Row("", "merged into it", absorbed);
        }

        foreach (var source in record.Sources)
        {
            lanes.Row("", $"{source.System} {source.Type}", source.Id, "", source.Gone ? "gone" : "seen");
        }

        foreach (var lane in record.Lanes)
        {
            lanes.Row(
                "",
                lane.Lane,
                lane.ExternalId,
                $"applied {lane.AppliedRevision}, wanted {lane.WantedRevision}",
                lane.State,
                lane.Fault
            );
            if (lane.Cash is { } cash)
            {
                lanes.Row("", "cash application", "", "", cash.Verdict, string.Join(", ", CashLines(cash)));
            }
        }

        foreach (var letter in record.DeadLetters)
        {
            lanes.Row("", "dead letter", letter.Id, "", letter.Fault, letter.Cause);
        }

        Output.Print(lanes);
    }

    private static void PrintAudit(RecordDocument record)
    {
        var audit = Output.Table("at", "who", "what", "lane", "revision", "states", "origin", "fault");
        foreach (var entry in record.Audit)
        {
            audit.Row(
                Output.When(entry.At),
                entry.Actor,
                entry.Action,
                entry.Lane,
                $"{entry.Revision}.{entry.Generation}",
                string.Join(" → ", entry.States),
                entry.Origin,
                entry.Fault
            );
        }

        foreach (var lane in record.Lanes)
        {
            if (lane.Call is { } call)
            {
                var at = call.SentAt is { } sent ? Output.When(sent) : "";
                audit.Row(at, "hub", "call under way", lane.Lane, $"{call.Revision}.{call.Generation}", "InFlight", call.Origin);
            }
        }

        Output.Print(audit);
    }
}
