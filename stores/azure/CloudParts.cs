using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>What the store is made of.</summary>
/// <param name="Table">The table.</param>
/// <param name="Blobs">The blobs.</param>
/// <param name="Options">Its options.</param>
/// <param name="Clock">The time.</param>
/// <param name="NewId">Makes an id that no other commit has: 24 hexadecimal digits.</param>
public sealed record CloudParts(ICloudTable Table, ICloudBlobs Blobs, AzureStoreOptions Options, TimeProvider Clock, Func<string> NewId)
{
    /// <summary>Most times that a write without an answer is sent again.</summary>
    internal const int Tries = 4;

    /// <summary>Removes a row that may be gone; false where storage did not say that it is.</summary>
    internal async Task<bool> RemoveAsync(string partition, string rowKey)
    {
        var answer = await Table.SubmitAsync(partition, [new CloudWrite.Delete(rowKey)], CancellationToken.None);
        return answer.Outcome is CloudOutcome.Done or CloudOutcome.Refused;
    }

    /// <summary>Writes a row whose writing may be repeated; false where it may not have been written.</summary>
    internal Task<bool> PutAsync(CloudRow row) =>
        RepeatedAsync(async () => (await Table.SubmitAsync(row.Partition, [new CloudWrite.Put(row)], CancellationToken.None)).Outcome);

    /// <summary>Does what may be repeated until there is an answer; false where it may not have been done.</summary>
    internal static async Task<bool> RepeatedAsync(Func<Task<CloudOutcome>> write)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            switch (await write())
            {
                case CloudOutcome.Done:
                    return true;
                case CloudOutcome.Busy or CloudOutcome.Refused:
                    return false;
            }
        }

        return false;
    }

    internal static StoreFailedException Unreachable() => new("the table store gives no answer");
}
