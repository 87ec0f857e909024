using System.Collections.Immutable;
using Azure;
using Azure.Data.Tables;
using QtcHub.Ledger;

namespace QtcHub.Stores.Azure;

/// <summary>Table Storage itself.</summary>
internal sealed class AzureTable(TableClient client) : ICloudTable
{
    private const int MostPage = 1000;
    private static readonly string[] Keys = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)];

    public async Task<CloudRow?> GetAsync(string partition, string row, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellationToken);
            return found.HasValue ? RowOf(found.Value!) : null;
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            throw Failures.Unreachable("the table", failed);
        }
    }

    public async Task<IReadOnlyList<CloudRow>> QueryAsync(CloudRange range, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {range.Partition} and RowKey ge {range.From} and RowKey lt {range.Before}"
        );
        var rows = new List<CloudRow>();
        try
        {
            await foreach (
                var entity in client.QueryAsync<TableEntity>(
                    filter,
                    Math.Min(range.Limit, MostPage),
                    range.KeysOnly ? Keys : null,
                    cancellationToken
                )
            )
            {
                rows.Add(RowOf(entity));
                if (rows.Count == range.Limit)
                {
                    break;
                }
            }
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            throw Failures.Unreachable("the table", failed);
        }

        return rows;
    }

    public async Task<CloudPage> ScanAsync(string from, string before, string? continuation, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {before}");
        try
        {
            var pages = client.QueryAsync<TableEntity>(filter, MostPage, cancellationToken: cancellationToken).AsPages(continuation);
            await foreach (var page in pages.WithCancellation(cancellationToken))
            {
                var next = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
                return new CloudPage([.. page.Values.Select(RowOf)], next);
            }
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            throw Failures.Unreachable("the table", failed);
        }

        return new CloudPage([], null);
    }

    public async Task<CloudAnswer> SubmitAsync(string partition, IReadOnlyList<CloudWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            if (writes.Count == 1)
            {
                return await WriteAsync(partition, writes[0], cancellationToken);
            }

            var response = await client.SubmitTransactionAsync(writes.Select(write => ActionOf(partition, write)), cancellationToken);
            return new CloudAnswer(CloudOutcome.Done, [.. response.Value.Select(ETagOf)]);
        }
        catch (Exception failed) when (Failures.IsOfStorage(failed, cancellationToken))
        {
            return CloudAnswer.Of(Failures.OutcomeOf(failed));
        }
    }

    private async Task<CloudAnswer> WriteAsync(string partition, CloudWrite write, CancellationToken cancellationToken)
    {
        var response = write switch
        {
            CloudWrite.Insert insert => await client.AddEntityAsync(EntityOf(insert.Row), cancellationToken),
            CloudWrite.Replace replace => await client.UpdateEntityAsync(
                EntityOf(replace.Row),
                new ETag(replace.ETag),
                TableUpdateMode.Replace,
                cancellationToken
            ),
            CloudWrite.Put put => await client.UpsertEntityAsync(EntityOf(put.Row), TableUpdateMode.Replace, cancellationToken),
            CloudWrite.Delete delete => await client.DeleteEntityAsync(partition, delete.Key, ConditionOf(delete), cancellationToken),
            _ => throw new InvariantException("a known write"),
        };
        return response.Status == Failures.NotFound
            ? CloudAnswer.Of(CloudOutcome.Refused)
            : new CloudAnswer(CloudOutcome.Done, [ETagOf(response)]);
    }

    private static TableTransactionAction ActionOf(string partition, CloudWrite write) =>
        write switch
        {
            CloudWrite.Insert insert => new(TableTransactionActionType.Add, EntityOf(insert.Row)),
            CloudWrite.Replace replace => new(TableTransactionActionType.UpdateReplace, EntityOf(replace.Row), new ETag(replace.ETag)),
            CloudWrite.Put put => new(TableTransactionActionType.UpsertReplace, EntityOf(put.Row)),
            CloudWrite.Delete delete => new(TableTransactionActionType.Delete, new TableEntity(partition, delete.Key), ConditionOf(delete)),
            _ => throw new InvariantException("a known write"),
        };

    private static ETag ConditionOf(CloudWrite.Delete delete) => delete.ETag is { } etag ? new ETag(etag) : ETag.All;

    private static string ETagOf(Response response) => response.Headers.ETag?.ToString() ?? "";

    private static TableEntity EntityOf(CloudRow row)
    {
        var entity = new TableEntity(row.Partition, row.RowKey);
        foreach (var (column, value) in row.Columns)
        {
            entity[column] = value;
        }

        return entity;
    }

    private static CloudRow RowOf(TableEntity entity)
    {
        var columns = ImmutableSortedDictionary.CreateBuilder<string, object>(StringComparer.Ordinal);
        foreach (var (column, value) in entity)
        {
            if (value is string or long or byte[] && column is not (nameof(TableEntity.PartitionKey) or nameof(TableEntity.RowKey)))
            {
                columns.Add(column, value);
            }
        }

        return new CloudRow(entity.PartitionKey, entity.RowKey, columns.ToImmutable()) { ETag = entity.ETag.ToString() };
    }
}
