namespace QtcHub.Webhooks;

/// <summary>What a vendor has to read in the answer to a webhook that was accepted, where it does not go by the status alone.</summary>
/// <param name="MediaType">The answer's media type.</param>
/// <param name="Body">The answer, word for word.</param>
public sealed record Acknowledgement(string MediaType, string Body);
