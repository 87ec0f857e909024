using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace QtcHub.Ledger;

/// <summary>Derives idempotency keys: the same intent gives the same key, 43 characters of base64url SHA-256.</summary>
public static class EffectKey
{
    /// <summary>The key of a lane's request. A create has no revision in it, so that two revisions cannot both create; what is forgotten by a restore may have used a key of an earlier epoch.</summary>
    public static string Of(LaneId lane, bool isCreate, int revision, int generation, int epoch = 0) =>
        Hash(
            string.Join(
                '\n',
                lane.Target,
                lane.Part,
                lane.Record.Value,
                isCreate ? "create" : "update",
                isCreate ? "" : revision.ToString(CultureInfo.InvariantCulture),
                generation.ToString(CultureInfo.InvariantCulture)
                    + (epoch == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\n{epoch}"))
            )
        );

    /// <summary>The key of call <paramref name="number"/> of a write that takes several.</summary>
    public static string OfCall(string key, int number) => Hash(string.Create(CultureInfo.InvariantCulture, $"{key}\n{number}"));

    private static string Hash(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
