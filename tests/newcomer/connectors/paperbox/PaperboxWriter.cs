using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace QtcHub.Connectors.Paperbox;

/// <summary>Writes accounts, each under the hub's key and with the hub's reference on it.</summary>
internal sealed class PaperboxWriter(PaperboxCalls calls)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public async Task<Outcome<WriteReceipt>> WriteAsync(WriteRequest request, CancellationToken cancellationToken)
    {
        var fields = JsonNode.Parse(request.Body.Span)!.AsObject();
        fields["reference"] = request.Reference;
        var body = Encoding.UTF8.GetBytes(fields.ToJsonString());
        var called = await calls.CallAsync(
            CallKind.KeyedWrite(request.SendBefore),
            async (api, key, token) =>
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = Json;
                return request.ExternalId is { } id
                    ? await api.UpdateAsync(id, content, request.Key, key, token)
                    : await api.CreateAsync(content, request.Key, key, token);
            },
            cancellationToken
        );
        return !called.TryGet(out var written, out var fault) ? fault
            : written.Text("id") is { Length: > 0 } made ? new WriteReceipt(made)
            : new Fault.Ambiguous("Paperbox took the write and did not say of what");
    }
}
