namespace QtcHub.Connectors.Zuora;

/// <summary>
/// Reads a subscription by its number, which gives its latest version, whichever was told of. How many versions there are, and when a cancellation takes
/// effect, only the version's own object says.
/// </summary>
internal sealed class ZuoraSubscriptions(ZuoraCalls calls)
{
    /// <summary>Not the last segment of each charge alone: a change that is agreed for a later day does not take the place of what holds until then.</summary>
    private const string Segments = "all-segments";

    public async Task<Outcome<RecordReading>> ReadAsync(string number, CancellationToken cancellationToken)
    {
        var read = await calls.ReadAsync(
            (api, token, cancel) => api.GetSubscriptionAsync(number, Segments, token, cancel),
            cancellationToken
        );
        if (!read.TryGet(out var found, out var fault))
        {
            return fault;
        }

        if (found.IsMissing)
        {
            return new RecordReading.Missing();
        }

        if (found.Body.Text("id") is not { } id || found.Body.Text("accountId") is not { } accountId)
        {
            return new Fault.Rejected("unreadable-record", "a subscription without its version's id or its account");
        }

        var version = await calls.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("subscription", id, token, cancel),
            cancellationToken
        );
        if (!version.TryGet(out var counted, out fault))
        {
            return fault;
        }

        var account = await calls.ReadAsync(
            (api, token, cancel) => api.GetObjectAsync("account", accountId, token, cancel),
            cancellationToken
        );
        if (!account.TryGet(out var owner, out fault))
        {
            return fault;
        }

        return counted.IsMissing || owner.IsMissing
            ? new Fault.Transient("the version or the account of a subscription is not there")
            : new RecordReading.Found(
                ZuoraForm.Write(
                    found.Body,
                    ZuoraForm.Account(owner.Body),
                    ZuoraForm.Object("object", counted.Body),
                    ZuoraForm.Term(found.Body),
                    ZuoraForm.Charges(found.Body)
                ),
                found.AsRead
            );
    }
}
