using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Pipeline;
using QtcHub.Sandbox;
using Xunit;

namespace QtcHub.Tests.Connectors.Zuora;

public sealed class ZuoraAccountWritingTests
{
    private const RecordType Type = RecordType.BillingAccount;
    private readonly ZuoraTargetBench bench = new();

    [Fact]
    public async Task An_account_is_made_with_its_contacts_its_reference_and_no_automatic_charge()
    {
        var id = await bench.AccountAsync();

        var made = await bench.ReadAsync("account", id);
        Assert.Equal(
            ("C-1", "acc_1", "de"),
            (
                (string?)made["basicInfo"]!["accountNumber"],
                (string?)made["basicInfo"]![ZuoraTargetBench.Field],
                (string?)made["basicInfo"]!["Subsidiary__NS"]
            )
        );
        Assert.Equal("ada@example.com", (string?)made["billToContact"]!["workEmail"]);
        var asked = bench.Said.Single(one => one.Path == "/v1/accounts").Request!;
        Assert.False((bool)asked["autoPay"]!);
        Assert.False(asked.AsObject().ContainsKey("parentId"));
        Assert.Equal([new string('k', 42) + "1"], bench.Keys);
    }

    [Fact]
    public async Task A_change_says_only_what_an_account_can_change_and_clears_what_is_empty()
    {
        var id = await bench.AccountAsync();
        var body = ZuoraTargetBench.Account(name: "Ada AG").Replace("\"ada@example.com\"", "null", StringComparison.Ordinal);

        Assert.Equal(id, await bench.SaveAsync(Type, "acc_1", body, id));

        var changed = await bench.ReadAsync("account", id);
        Assert.Equal("Ada AG", (string?)changed["basicInfo"]!["name"]);
        Assert.False(changed["billToContact"]!.AsObject().ContainsKey("workEmail"));
        var asked = bench.Said.Single(one => one.Method == "PUT").Request!.AsObject();
        Assert.DoesNotContain(asked, field => field.Key is "accountNumber" or "currency" or "status" or "basicInfo");
        Assert.Single(bench.Keys);
    }

    [Fact]
    public async Task What_was_written_reads_back_as_it_was_asked_for_and_what_was_changed_by_hand_does_not()
    {
        var id = await bench.AccountAsync();
        var request = System.Text.Encoding.UTF8.GetBytes(ZuoraTargetBench.Account());
        var found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "acc_1"));
        Assert.True(Covers.Request(request, found.Record));

        bench.Tenant.RenameAccount(id, "Renamed by hand");
        found = Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "acc_1"));
        Assert.False(Covers.Request(request, found.Record));
    }

    [Fact]
    public async Task An_account_is_found_by_id_by_reference_and_not_at_all()
    {
        var id = await bench.AccountAsync();
        foreach (
            var (reference, known) in new[]
            {
                ("acc_1", null),
                ("acc_1", id),
                ("unknown", id),
                ("acc_1", "8ad08c84ffffffffffffffffffffffff"),
            }
        )
        {
            Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, reference, known)).ExternalId);
        }

        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Type, "acc_2"));
        Assert.IsType<Lookup.Absent>(await bench.FindAsync(Type, "x' or Id != '"));
    }

    [Fact]
    public async Task An_account_that_was_there_before_is_matched_by_its_number_and_then_bears_the_reference()
    {
        var id = bench.Tenant.OpenAccount("Older", null, "EUR", "DE");
        var number = (string)(await bench.ReadAsync("account", id))["basicInfo"]!["accountNumber"]!;

        Assert.Equal([id], await bench.MatchAsync(Type, "number", number));
        Assert.Empty(await bench.MatchAsync(Type, "number", "it's not there"));

        await bench.SaveAsync(Type, "acc_9", ZuoraTargetBench.Account(number), id);
        Assert.Equal(id, Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "acc_9")).ExternalId);
    }

    [Fact]
    public async Task Where_the_tenant_has_no_field_for_it_the_reference_is_the_account_s_number()
    {
        var plain = new ZuoraTargetBench(referenceField: null);
        var id = await plain.AccountAsync();

        Assert.Equal("acc_1", (string?)(await plain.ReadAsync("account", id))["basicInfo"]!["accountNumber"]);
        var body = ZuoraTargetBench.Account();
        var found = Assert.IsType<Lookup.Found>(await plain.FindAsync(Type, "acc_1", body: body));
        Assert.True(Covers.Request(System.Text.Encoding.UTF8.GetBytes(body), found.Record));
        Assert.Equal([id], await plain.MatchAsync(Type, "number", "acc_1"));
    }

    [Fact]
    public async Task A_parent_is_the_account_that_pays()
    {
        var parent = await bench.AccountAsync();
        var body = ZuoraTargetBench.Account("C-2").Replace("\"parentId\":null", $"\"parentId\":\"{parent}\"", StringComparison.Ordinal);
        var child = await bench.SaveAsync(Type, "acc_2", body);
        Assert.Equal(parent, (string?)(await bench.ReadAsync("account", child))["basicInfo"]!["parentId"]);
    }

    [Fact]
    public async Task A_closed_account_is_changed_for_the_last_time_and_canceled_and_closing_it_again_changes_nothing()
    {
        var id = await bench.AccountAsync();
        var closed = ZuoraTargetBench.Account(name: "Ada i. L.", status: "Canceled");
        await bench.SaveAsync(Type, "acc_1", closed, id);
        Assert.Equal(["POST /v1/accounts", $"PUT /v1/accounts/{id}", $"PUT /v1/object/account/{id}"], bench.Writes);

        await bench.SaveAsync(Type, "acc_1", closed, id);
        Assert.Equal(3, bench.Writes.Count);
        var made = (await bench.ReadAsync("account", id))["basicInfo"]!;
        Assert.Equal(("Ada i. L.", "Canceled"), ((string?)made["name"], (string?)made["status"]));
    }

    [Fact]
    public async Task Closing_goes_on_after_the_answer_of_either_call_was_lost()
    {
        foreach (var path in new[] { "/v1/accounts/", "/v1/object/account/" })
        {
            var closing = new ZuoraTargetBench();
            var id = await closing.AccountAsync();
            var closed = ZuoraTargetBench.Account(status: "Canceled");
            closing.Faults.Plan(
                new PlannedFault
                {
                    Method = "PUT",
                    PathContains = path,
                    Cut = Cut.AfterCommit,
                }
            );
            Assert.IsType<Fault.Ambiguous>((await closing.WriteAsync(Type, "acc_1", closed, id)).Fault);

            await closing.SaveAsync(Type, "acc_1", closed, id);
            Assert.Equal("Canceled", (string?)(await closing.ReadAsync("account", id))["basicInfo"]!["status"]);
        }
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_once_is_repeated_under_its_key_and_makes_one_account()
    {
        bench.Faults.Plan(
            new PlannedFault
            {
                Method = "POST",
                PathContains = "/v1/accounts",
                Cut = Cut.AfterCommit,
            }
        );
        var written = await bench.WriteAsync(Type, "acc_1", ZuoraTargetBench.Account());

        Assert.Equal(Assert.IsType<Lookup.Found>(await bench.FindAsync(Type, "acc_1")).ExternalId, written.Value.ExternalId);
        Assert.Equal([ZuoraTargetBench.Key, ZuoraTargetBench.Key], bench.Keys);
        Assert.Single(bench.Tenant.Book().Accounts);
    }

    [Theory]
    [InlineData(Cut.BeforeCommit)]
    [InlineData(Cut.AfterCommit)]
    public async Task A_create_whose_answers_stay_away_is_ambiguous_and_the_same_key_later_makes_no_second_account(Cut cut)
    {
        bench.Lose("POST", "/v1/accounts", cut);
        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "acc_1", ZuoraTargetBench.Account())).Fault);
        Assert.Equal(cut == Cut.AfterCommit, await bench.FindAsync(Type, "acc_1") is Lookup.Found);

        bench.Now = bench.Now.AddHours(23);
        var again = await bench.WriteAsync(Type, "acc_1", ZuoraTargetBench.Account());
        Assert.Null(again.Fault);
        Assert.Single(bench.Tenant.Book().Accounts);
    }

    [Fact]
    public async Task A_change_whose_answer_is_lost_is_ambiguous_is_sent_once_and_may_be_said_again()
    {
        var id = await bench.AccountAsync();
        var body = ZuoraTargetBench.Account(name: "Ada AG");
        bench.Faults.Plan(new PlannedFault { Method = "PUT", Cut = Cut.AfterCommit });

        Assert.IsType<Fault.Ambiguous>((await bench.WriteAsync(Type, "acc_1", body, id)).Fault);
        Assert.Equal("Ada AG", (string?)(await bench.ReadAsync("account", id))["basicInfo"]!["name"]);
        Assert.DoesNotContain(bench.Writes, write => write.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(id, await bench.SaveAsync(Type, "acc_1", body, id));
    }

    [Fact]
    public async Task Two_accounts_of_one_reference_are_a_person_s_to_settle()
    {
        await bench.AccountAsync();
        await bench.SaveAsync(Type, "acc_1", ZuoraTargetBench.Account("C-2"));
        var asked = new LookupRequest(Type, "acc_1", null, default);
        var found = await bench.Writer.FindAsync(asked, CancellationToken.None);
        Assert.Equal("several-records", Assert.IsType<Fault.Rejected>(found.Fault).VendorCode);
    }

    [Fact]
    public async Task A_refusal_repeats_nothing_of_what_people_are_called()
    {
        var refused = await bench.WriteAsync(
            Type,
            "acc_1",
            ZuoraTargetBench.Account().Replace("Net 30", "Ada & Söhne's own", StringComparison.Ordinal)
        );
        var text = Assert.IsType<Fault.Rejected>(refused.Fault).VendorText;
        Assert.Contains("payment term", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Söhne", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("QtcHubId")]
    [InlineData("a b__c")]
    [InlineData("")]
    public void A_reference_field_that_is_none_of_the_tenant_s_own_is_named_with_the_fix(string field)
    {
        var thrown = Assert.Throws<ArgumentException>(() => new ZuoraTargetBench(field));
        Assert.StartsWith("systems.zuora.settings.referenceField: write", thrown.Message, StringComparison.Ordinal);
    }
}
