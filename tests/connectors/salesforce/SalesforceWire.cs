using System.Net;
using System.Text;
using QtcHub.Connectors;
using QtcHub.Connectors.Salesforce;

namespace QtcHub.Tests.Connectors.Salesforce;

/// <summary>An org whose answers a test gives one by one; it signs everybody in. For what no pretend org does by itself.</summary>
internal sealed class SalesforceWire
{
    public const string Host = "https://acme.my.salesforce.invalid";

    private int tokens;

    /// <summary>What a call to the data services is answered; sign-ins are answered by <see cref="SignIn"/>.</summary>
    public Func<HttpRequestMessage, HttpResponseMessage> Answer { get; set; } = _ => Json("{}");

    public Func<HttpRequestMessage, HttpResponseMessage>? SignIn { get; set; }

    /// <summary>Every request, as method, address and authorization.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The forms of sign-ins.</summary>
    public List<string> Forms { get; } = [];

    public List<Quota> Quotas { get; } = [];

    public Dictionary<string, string> Secrets { get; } =
        new(StringComparer.Ordinal) { ["clientId"] = "3MVG9-client", ["clientSecret"] = "the-client-secret" };

    public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Error(int status, string code, string text) =>
        Json($$"""[{"message":"{{text}}","errorCode":"{{code}}"}]""", (HttpStatusCode)status);

    public ConnectorContext Context()
    {
        var kind = new SalesforceKind();
        var context = Bench.Context(kind, Settings, Secrets.GetValueOrDefault, new AnsweringHandler(Take), new Uri(Host));
        var credentials = Secrets.Keys.ToDictionary(name => name, name => name, StringComparer.Ordinal);
        return context with { System = context.System with { Credentials = credentials }, OnQuota = Quotas.Add };
    }

    public IConnector Connect() => new SalesforceKind().Create(Context());

    public SalesforceCalls Calls()
    {
        var context = Context();
        return SalesforceCalls.Over(context, SalesforceOptions.Of(context));
    }

    private HttpResponseMessage Take(HttpRequestMessage request)
    {
        Asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {request.Headers.Authorization}".TrimEnd());
        if (request.RequestUri.AbsolutePath != "/services/oauth2/token")
        {
            return Answer(request);
        }

        using var reader = new StreamReader(request.Content!.ReadAsStream(), Encoding.UTF8);
        Forms.Add(reader.ReadToEnd());
        return SignIn?.Invoke(request)
            ?? Json($$"""{"access_token":"00Dx!token-{{++tokens}}","instance_url":"https://elsewhere.invalid","token_type":"Bearer"}""");
    }
}
