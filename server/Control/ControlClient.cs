using System.Net.Http.Headers;
using System.Net.Http.Json;
using QtcHub.Stores.Sqlite;

namespace QtcHub.Server.Control;

/// <summary>Sends a command to the server that runs on a data folder.</summary>
internal static class ControlClient
{
    /// <summary>The answer, or null where no server answers there now. What it refuses is a <see cref="StoreRefusedException"/>.</summary>
    public static async Task<TAnswer?> AskAsync<TAsk, TAnswer>(
        string data,
        ControlVerb<TAsk, TAnswer> verb,
        TAsk asked,
        CancellationToken cancellationToken
    )
        where TAsk : class
        where TAnswer : class
    {
        if (ControlFile.Read(data) is not { } file)
        {
            return null;
        }

        using var client = new HttpClient { BaseAddress = new Uri(file.Url), Timeout = verb.Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.Token);
        try
        {
            using var answer = await client.PostAsJsonAsync(verb.Path, asked, verb.Ask, cancellationToken);
            // A server that began since the file was read has another token.
            if (answer.StatusCode is System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.NotFound)
            {
                return null;
            }

            return answer.IsSuccessStatusCode
                ? await answer.Content.ReadFromJsonAsync(verb.Answer, cancellationToken)
                : throw new StoreRefusedException(
                    $"the server on {data} answered {(int)answer.StatusCode}; nothing is known to be done of this {verb.Name}"
                );
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
