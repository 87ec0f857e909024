using System.Globalization;
using System.Text.Json.Nodes;
using static QtcHub.Sandbox.NetSuite.NetSuiteRecord;

namespace QtcHub.Sandbox.NetSuite;

/// <summary>The tables of SuiteQL over an account, and a query run against one.</summary>
internal static class NetSuiteTables
{
    private static readonly string[] Transaction =
    [
        "id",
        "externalid",
        "type",
        "tranid",
        "trandate",
        "entity",
        "currency",
        "memo",
        "lastmodifieddate",
    ];
    private static readonly string[] Customer = ["id", "externalid", "companyname", "accountnumber", "email", "isinactive"];
    private static readonly string[] Item = ["id", "externalid", "itemid", "displayname", "isinactive"];
    private static readonly string[] Period =
    [
        "id",
        "periodname",
        "startdate",
        "enddate",
        "closed",
        "alllocked",
        "arlocked",
        "aplocked",
        "isadjust",
        "isquarter",
        "isyear",
    ];

    /// <summary>The rows, each with the asked columns in order; null columns are left out, as the vendor does.</summary>
    public static (List<JsonObject>? Rows, string Problem) Run(NetSuiteAccount account, string text)
    {
        if (SuiteQl.Parse(text, out var problem) is not { } query)
        {
            return (null, problem);
        }

        var columns = query.Table switch
        {
            "transaction" => Transaction,
            "customer" => Customer,
            "item" => Item,
            "accountingperiod" => Period,
            _ => null,
        };
        if (columns is null)
        {
            return (null, $"Record '{query.Table}' was not found.");
        }

        if (query.Named.Find(column => !columns.Contains(column, StringComparer.Ordinal)) is { } unknown)
        {
            return (null, $"Field '{unknown}' for record '{query.Table}' was not found.");
        }

        var rows = RowsOf(account, query.Table).Where(row => query.Where is null || query.Where(row));
        // Sorting keeps the order of equals: the last column first, then each before it.
        foreach (var (order, descending) in Enumerable.Reverse(query.OrderBy))
        {
            var by = Comparer<string?>.Create(SuiteQl.Compare);
            rows = descending ? rows.OrderByDescending(row => row(order), by) : rows.OrderBy(row => row(order), by);
        }

        return ([.. rows.Take(query.Fetch ?? int.MaxValue).Select(row => Render(row, query.Columns))], "");
    }

    private static JsonObject Render(Func<string, string?> row, List<SuiteQl.Column> columns)
    {
        var item = new JsonObject { ["links"] = new JsonArray() };
        foreach (var column in columns)
        {
            if (row(column.Of) is { } value)
            {
                // Dates come in the format of the user's preferences, which is the American one until it is changed.
                item[column.Name] = column.Of.EndsWith("date", StringComparison.Ordinal)
                    ? DateTime
                        .Parse(value, CultureInfo.InvariantCulture)
                        .ToString(column.Format ?? "M/d/yyyy", CultureInfo.InvariantCulture)
                    : value;
            }
        }

        return item;
    }

    private static IEnumerable<Func<string, string?>> RowsOf(NetSuiteAccount account, string table) =>
        table switch
        {
            "transaction" => account.Transactions.Select<NetSuiteRecord, Func<string, string?>>(record =>
                column => OfTransaction(record, column)
            ),
            "customer" => account
                .All(NetSuiteForms.Customer)
                .Select<NetSuiteRecord, Func<string, string?>>(record => column => OfCustomer(record, column)),
            "item" => account
                .All(NetSuiteForms.ServiceItem)
                .Select<NetSuiteRecord, Func<string, string?>>(record => column => OfItem(record, column)),
            _ => account.Periods.Select<NetSuitePeriod, Func<string, string?>>(period => column => OfPeriod(period, column)),
        };

    private static string? OfTransaction(NetSuiteRecord record, string column) =>
        column switch
        {
            "id" => record.Id,
            "externalid" => record.ExternalId,
            "type" => record.Form.SqlType,
            "tranid" => record.Text("tranId"),
            "trandate" => record.Text("tranDate"),
            "entity" => Reference(record.Fields, record.Form.Who),
            "currency" => Reference(record.Fields, "currency"),
            "lastmodifieddate" => record.Modified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => record.Text("memo"),
        };

    private static string? OfCustomer(NetSuiteRecord record, string column) =>
        column switch
        {
            "id" => record.Id,
            "externalid" => record.ExternalId,
            "companyname" => record.Text("companyName"),
            "accountnumber" => record.Text("accountNumber"),
            "email" => record.Text("email"),
            _ => Letter(Flag(record.Fields, "isInactive")),
        };

    private static string? OfItem(NetSuiteRecord record, string column) =>
        column switch
        {
            "id" => record.Id,
            "externalid" => record.ExternalId,
            "itemid" => record.Text("itemId"),
            "displayname" => record.Text("displayName"),
            _ => Letter(Flag(record.Fields, "isInactive")),
        };

    private static string OfPeriod(NetSuitePeriod period, string column) =>
        column switch
        {
            "id" => period.Id,
            "periodname" => period.Name,
            "startdate" => period.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "enddate" => period.End.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            "closed" or "alllocked" or "arlocked" or "aplocked" => Letter(period.Closed),
            _ => "F",
        };

    private static string Letter(bool value) => value ? "T" : "F";
}
