using System.Text.Json;

namespace QtcHub.Connectors.Stripe;

/// <summary>Writes customers, each under the hub's key, with the hub's reference in its metadata; and finds them by what the vendor can be asked for.</summary>
internal sealed class StripeWriter(VendorHttp http, IStripeApi api, StripeOptions options, StripeCalls calls, TimeProvider time)
{
    /// <summary>The key of the metadata that bears the hub's reference.</summary>
    public const string Reference = "qtc_reference";

    private const string Customers = "customers";

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        if (options.FindApiKey() is not { Length: > 0 } key)
        {
            return new Fault.Unauthorized($"the credential {StripeOptions.ApiKey} does not resolve");
        }

        if (!VendorJson.TryParse(request.Body, out var body))
        {
            return new Fault.Invalid("body", "a request is a JSON object");
        }

        var fields = StripeFields.Of(body, (Reference, request.Reference));
        var called = await http.CallAsync(
            CallKind.KeyedWrite(request.SendBefore),
            async token =>
            {
                using var form = new FormUrlEncodedContent(fields);
                return request.ExternalId is { } id
                    ? await api.UpdateAsync(Customers, id, form, request.Key, key, token)
                    : await api.CreateAsync(Customers, form, request.Key, key, token);
            },
            cancellationToken
        );
        if (!called.TryGet(out var answer, out var fault))
        {
            return fault;
        }

        if (!answer.IsSuccess)
        {
            return StripeFaults.OfWrite(StripeError.Of(answer), answer, time.GetUtcNow());
        }

        return VendorJson.TryParse(answer.Body, out var written) && written.Text("id") is { } made
            ? new WriteReceipt(made)
            : new Fault.Ambiguous("Stripe took the write and did not say of what");
    }

    public async Task<Outcome<Lookup>> FindAsync(LookupRequest request, CancellationToken cancellationToken)
    {
        if (request.ExternalId is not { } id)
        {
            return new Fault.Rejected("no-lookup", "Stripe cannot be asked for a customer by the hub's reference: its search lags behind");
        }

        var read = await calls.GetAsync(Customers, id, [], cancellationToken);
        return !read.TryGet(out var customer, out var fault) ? fault
            : customer.IsMissing || customer.Body.IsTrue("deleted") ? new Lookup.Absent()
            : new Lookup.Found(id, StripeForm.Write(customer.Body));
    }

    /// <summary>By email, letter for letter, as the list is filtered. One page is enough to know that there are several.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> MatchAsync(MatchRequest request, CancellationToken cancellationToken)
    {
        Invariant.Holds(request.Field == "email", "a field that the kind declares");
        var ofEmail = new StripeQuery { Email = request.Value };
        var read = await calls.ReadAsync((stripe, key, token) => stripe.ListAsync(Customers, ofEmail, key, token), cancellationToken);
        if (!read.TryGet(out var list, out var fault))
        {
            return fault;
        }

        return list.Body.Array("data") is { } data
            ? data.EnumerateArray().Select(customer => customer.Text("id")).OfType<string>().ToArray()
            : new Fault.Rejected("unreadable-list", "a list without data");
    }
}

/// <summary>A JSON object as the fields of a form, the way Stripe writes nested ones; what is null is sent empty, which clears it.</summary>
internal static class StripeFields
{
    public static List<KeyValuePair<string, string>> Of(JsonElement body, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var property in body.EnumerateObject())
        {
            Add(property.Name, property.Value, fields);
        }

        foreach (var (key, value) in metadata)
        {
            fields.Add(new($"metadata[{key}]", value));
        }

        return fields;
    }

    private static void Add(string name, JsonElement value, List<KeyValuePair<string, string>> fields)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Add($"{name}[{property.Name}]", property.Value, fields);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Add($"{name}[]", item, fields);
                }

                break;
            case JsonValueKind.Null:
                fields.Add(new(name, ""));
                break;
            case JsonValueKind.String:
                fields.Add(new(name, value.GetString()!));
                break;
            default:
                fields.Add(new(name, value.GetRawText()));
                break;
        }
    }
}
