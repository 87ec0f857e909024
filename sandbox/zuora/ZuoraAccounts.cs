using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Zuora;

/// <summary>Accounts and contacts.</summary>
internal sealed class ZuoraAccounts(ZuoraState state, ZuoraCallouts callouts, ZuoraBalances balances)
{
    private static readonly string[] Basic =
    [
        "batch",
        "communicationProfileId",
        "creditMemoTemplateId",
        "crmId",
        "debitMemoTemplateId",
        "invoiceTemplateId",
        "name",
        "notes",
        "parentId",
        "salesRep",
        "sequenceSetId",
    ];

    private static readonly string[] Settings =
    [
        "additionalEmailAddresses",
        "invoiceDeliveryPrefsEmail",
        "invoiceDeliveryPrefsPrint",
        "paymentGateway",
        "paymentTerm",
    ];

    private static readonly string[] Other = ["autoPay", "billToContact", "soldToContact", "tagging", "taxInfo"];

    /// <summary>Given only when an account is made.</summary>
    private static readonly string[] First = ["accountNumber", "billCycleDay", "currency", "soldToSameAsBillTo"];

    private static readonly string[] Terms = ["Due Upon Receipt", "Net 30", "Net 45", "Net 60", "Net 90"];

    public ZuoraReply? Answer(ZuoraCall call) =>
        (call.Method, call.Path) switch
        {
            ("POST", ["v1", "accounts"]) => Made(Create(call.Body)),
            ("GET", ["v1", "accounts", var key]) => ZuoraPages.Done(View(state.Account(key))),
            ("PUT", ["v1", "accounts", var key]) => Updated(key, call.Body),
            ("GET", ["v1", "object", "account", var id]) => new ZuoraReply(
                200,
                ZuoraObjects.Of(state.Accounts.ById(id) ?? throw ZuoraRefusal.NotFound("account", id), balances)
            ),
            ("PUT", ["v1", "object", "account", var id]) => SetStatus(
                state.Accounts.ById(id) ?? throw ZuoraRefusal.NotFound("account", id),
                call.Body
            ),
            ("POST", ["v1", "object", "contact"]) => MadeObject(CreateContact(call.Body)),
            ("GET", ["v1", "object", "contact", var id]) => new ZuoraReply(200, ZuoraObjects.Of(state.Contacts.Get(id))),
            ("PUT", ["v1", "object", "contact", var id]) => MadeObject(UpdateContact(state.Contacts.Get(id), call.Body)),
            _ => null,
        };

    public Account Create(JsonObject body)
    {
        Known(body, [.. Basic, .. Settings, .. Other, .. First]);
        var currency = body.Required("currency");
        ZuoraState.Digits(currency);
        body.Required("name");
        var billTo = Part(body, "billToContact") ?? throw ZuoraRefusal.Invalid("Missing mandatory field: 'billToContact'.");
        var soldTo = body.Flag("soldToSameAsBillTo") == true ? null : Part(body, "soldToContact");
        Check(body);
        var number = body.Text("accountNumber") is { Length: > 0 } asked ? asked : state.NextNumber("Account");
        ZuoraRefusal.Require(
            state.Accounts.Find(number) is null,
            $"The account number {number} already exists. Enter a unique account number."
        );

        var id = state.NextId();
        var bill = Contact(id, billTo);
        var account = new Account
        {
            Id = id,
            Number = number,
            Currency = currency,
            Created = state.Now,
            Updated = state.Now,
            BillTo = bill.Id,
            SoldTo = soldTo is null ? bill.Id : Contact(id, soldTo).Id,
        };
        account.Fields["batch"] = "Batch1";
        account.Fields["paymentTerm"] = "Due Upon Receipt";
        account.Fields["billCycleDay"] = body.Whole("billCycleDay") ?? 1;
        Set(account, body);
        state.Accounts.Add(account);
        callouts.Tell("Account", id);
        return account;
    }

    /// <summary>Changes what is given, and nothing else.</summary>
    public void Update(Account account, JsonObject body)
    {
        Known(body, [.. Basic, .. Settings, .. Other]);
        Check(body);
        ZuoraRefusal.Require(account.Status != "Canceled", "A canceled account cannot be changed.");
        Set(account, body);
        account.BillTo = Change(account, account.BillTo, Part(body, "billToContact"), account.BillTo == account.SoldTo);
        account.SoldTo = Change(account, account.SoldTo, Part(body, "soldToContact"), account.BillTo == account.SoldTo);
        state.Touch(account);
        callouts.Tell("Account", account.Id);
    }

    /// <summary>Cancels an account.</summary>
    public void Cancel(Account account)
    {
        account.Status = "Canceled";
        state.Touch(account);
        callouts.Tell("Account", account.Id);
    }

    /// <summary>An account as it is read: contacts within, balances counted now.</summary>
    public JsonObject View(Account account)
    {
        var basic = Taken(account.Fields, Basic);
        basic["id"] = account.Id;
        basic["accountNumber"] = account.Number;
        basic["status"] = account.Status;
        basic["currency"] = account.Currency;
        basic.With(account.Custom);
        var settings = Taken(account.Fields, Settings);
        settings["billCycleDay"] = account.Fields["billCycleDay"]!.ToString();
        settings["currency"] = account.Currency;
        return new JsonObject
        {
            ["basicInfo"] = basic,
            ["billingAndPayment"] = settings,
            ["metrics"] = balances.Metrics(account),
            ["billToContact"] = ContactView(account.BillTo),
            ["soldToContact"] = ContactView(account.SoldTo),
            ["taxInfo"] = account.TaxInfo.DeepClone(),
        };
    }

    private static ZuoraReply Made(Account account) =>
        ZuoraPages.Done(
            new JsonObject
            {
                ["accountId"] = account.Id,
                ["accountNumber"] = account.Number,
                ["billToContactId"] = account.BillTo,
                ["soldToContactId"] = account.SoldTo,
            }
        );

    private ZuoraReply Updated(string key, JsonObject body)
    {
        Update(state.Account(key), body);
        return ZuoraPages.Done([]);
    }

    /// <summary>Of an account as an object only its standing is changed here.</summary>
    private ZuoraReply SetStatus(Account account, JsonObject body)
    {
        if (body.Count != 1 || body.Text("Status") is not "Canceled")
        {
            throw ZuoraRefusal.Invalid("Of an account, this tenant changes nothing here but its Status, to Canceled.");
        }

        Cancel(account);
        return new(200, new JsonObject { ["Success"] = true, ["Id"] = account.Id });
    }

    private static ZuoraReply MadeObject(Contact contact) => new(200, new JsonObject { ["Success"] = true, ["Id"] = contact.Id });

    private void Check(JsonObject body)
    {
        if (body.Text("paymentTerm") is { } term && !Terms.Contains(term, StringComparer.Ordinal))
        {
            throw ZuoraRefusal.Invalid($"The payment term '{term}' is not defined.");
        }

        if (body.Text("parentId") is { Length: > 0 } parent)
        {
            state.Account(parent);
        }

        var exempt = Part(body, "taxInfo")?.Text("exemptStatus");
        if (exempt is not (null or "Yes" or "No" or "PendingVerification"))
        {
            throw ZuoraRefusal.Invalid("The exempt status is Yes, No or PendingVerification.");
        }
    }

    private static void Set(Account account, JsonObject body)
    {
        foreach (var name in Basic.Concat(Settings).Append("autoPay").Where(body.ContainsKey))
        {
            account.Fields[name] = body[name]?.DeepClone();
        }

        account.TaxInfo.With(Part(body, "taxInfo") ?? []);
        account.Custom.KeepCustom(body);
    }

    // An account that is billed and sold to at one contact gets a second one where only one of them changes.
    private string Change(Account account, string contact, JsonObject? fields, bool shared)
    {
        if (fields is null)
        {
            return contact;
        }

        if (shared)
        {
            return Contact(account.Id, fields).Id;
        }

        var kept = state.Contacts.Get(contact);
        Fill(kept, fields);
        state.Touch(kept);
        return contact;
    }

    private Contact Contact(string account, JsonObject fields)
    {
        fields.Required("firstName");
        fields.Required("lastName");
        return Keep(account, contact => Fill(contact, fields));
    }

    private Contact Keep(string account, Action<Contact> fill)
    {
        var contact = new Contact
        {
            Id = state.NextId(),
            AccountId = account,
            Created = state.Now,
            Updated = state.Now,
        };
        fill(contact);
        state.Contacts.Add(contact);
        return contact;
    }

    private Contact CreateContact(JsonObject body)
    {
        var account = state.Account(body.Required("AccountId"));
        body.Required("FirstName");
        body.Required("LastName");
        return Keep(account.Id, contact => FillObject(contact, body));
    }

    private Contact UpdateContact(Contact contact, JsonObject body)
    {
        FillObject(contact, body);
        state.Touch(contact);
        callouts.Tell("Account", contact.AccountId);
        return contact;
    }

    private static void FillObject(Contact contact, JsonObject body)
    {
        if (
            body.FirstOrDefault(field =>
                field.Key != "AccountId" && !ZuoraJson.IsCustom(field.Key) && !ContactNames.ContainsValue(field.Key)
            ) is
            { Key: { } unknown }
        )
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' is not known.");
        }

        contact.Custom.KeepCustom(body);
        contact.Fields.With(new JsonObject(body.Where(field => ContactNames.ContainsValue(field.Key)).Select(Copy)));
    }

    private static void Fill(Contact contact, JsonObject fields)
    {
        foreach (var (name, value) in fields.Where(field => !ZuoraJson.IsCustom(field.Key)))
        {
            var known =
                ContactNames.GetValueOrDefault(name) ?? throw ZuoraRefusal.Invalid($"The field '{name}' of a contact is not known.");
            contact.Fields[known] = value?.DeepClone();
        }

        contact.Custom.KeepCustom(fields);
    }

    private JsonObject ContactView(string id)
    {
        var contact = state.Contacts.Get(id);
        return new JsonObject(
            ContactNames
                .Where(pair => contact.Fields[pair.Value] is not null)
                .Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, contact.Fields[pair.Value]!.DeepClone()))
        ).With(contact.Custom);
    }

    private static JsonObject? Part(JsonObject body, string name) => ZuoraJson.Part(body, name);

    private static JsonObject Taken(JsonObject from, string[] names) =>
        new(names.Where(name => from[name] is not null).Select(name => new KeyValuePair<string, JsonNode?>(name, from[name]!.DeepClone())));

    private static void Known(JsonObject body, string[] names)
    {
        if (
            body.FirstOrDefault(field => !ZuoraJson.IsCustom(field.Key) && !names.Contains(field.Key, StringComparer.Ordinal)) is
            { Key: { } unknown }
        )
        {
            throw ZuoraRefusal.Invalid($"The field '{unknown}' is not supported here.");
        }
    }

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> field) => new(field.Key, field.Value?.DeepClone());

    /// <summary>The names of a contact's fields in the account API, and in the object API.</summary>
    private static readonly Dictionary<string, string> ContactNames = new(StringComparer.Ordinal)
    {
        ["address1"] = "Address1",
        ["address2"] = "Address2",
        ["city"] = "City",
        ["country"] = "Country",
        ["county"] = "County",
        ["fax"] = "Fax",
        ["firstName"] = "FirstName",
        ["homePhone"] = "HomePhone",
        ["lastName"] = "LastName",
        ["mobilePhone"] = "MobilePhone",
        ["nickname"] = "NickName",
        ["otherPhone"] = "OtherPhone",
        ["otherPhoneType"] = "OtherPhoneType",
        ["personalEmail"] = "PersonalEmail",
        ["state"] = "State",
        ["taxRegion"] = "TaxRegion",
        ["workEmail"] = "WorkEmail",
        ["workPhone"] = "WorkPhone",
        ["zipCode"] = "PostalCode",
    };
}
