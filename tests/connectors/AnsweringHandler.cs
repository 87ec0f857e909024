namespace QtcHub.Tests.Connectors;

/// <summary>A network that a test's own function answers for.</summary>
internal sealed class AnsweringHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(answer(request));
        }
        catch (HttpRequestException failure)
        {
            return Task.FromException<HttpResponseMessage>(failure);
        }
    }
}
