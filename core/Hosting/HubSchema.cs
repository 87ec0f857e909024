using System.Text.Json.Nodes;
using QtcHub.Canonical;
using QtcHub.Connectors;
using QtcHub.Mapping;

namespace QtcHub.Hosting;

/// <summary>The schema of <c>hub.yaml</c>, from the keys it is read by and the facts of each kind of system.</summary>
internal static class HubSchema
{
    public static JsonObject Write(IReadOnlyDictionary<string, ConnectorFacts> kinds) =>
        Section(
            HubSettings.File,
            setting =>
                setting.Name switch
                {
                    "entities" => SchemaNode.Map(Section(HubSettings.Entity, Entity)),
                    "systems" => SchemaNode.Map(Systems(kinds)),
                    "routes" => SchemaNode.List(Section(HubSettings.Route, Route), least: 1),
                    "owners" => Owners(),
                    "match" => OfRecords(MatchKeys, MatchReader.Keyed),
                    "customFields" => CustomFields(),
                    "policy" => Section(HubSettings.Policy, _ => null),
                    "retention" => Section(HubSettings.Retention, _ => null),
                    "store" => SchemaNode.AnyOf(SchemaNode.OneOf(["embedded", "azure"]), Section(HubSettings.Store, Store)),
                    _ => null,
                }
        );

    private static JsonObject Section(IReadOnlyList<Setting> settings, Func<Setting, JsonObject?> special) =>
        SchemaNode.Object(
            settings.Select(setting => (setting.Name, (JsonNode)(special(setting) ?? Form(setting)).Described(setting.Does))),
            settings.Where(setting => setting.Required).Select(setting => setting.Name)
        );

    private static JsonObject Form(Setting setting) =>
        setting switch
        {
            { OneOf: { } words } => SchemaNode.OneOf(words),
            { Form: SettingForm.Words } => SchemaNode.AnyOf(
                SchemaNode.Type("string"),
                SchemaNode.List(SchemaNode.Type("string"), least: 1)
            ),
            { Form: SettingForm.Duration } => SchemaNode.Text(QtcHub.Hosting.Section.DurationForm),
            { Form: SettingForm.Count } => new JsonObject
            {
                ["type"] = "integer",
                ["minimum"] = 1,
                ["maximum"] = setting.Most,
            },
            { Form: SettingForm.Flag } => SchemaNode.Type("boolean"),
            { Form: SettingForm.Condition } => Condition(),
            _ => SchemaNode.AnyOf(SchemaNode.Type("string"), SchemaNode.Type("number")),
        };

    private static JsonObject Condition() =>
        SchemaNode.AnyOf(
            MappingSchema.Expression(onlyFilters: true),
            SchemaNode.List(MappingSchema.Expression(onlyFilters: true), least: 1)
        );

    private static JsonObject? Route(Setting setting) =>
        setting.Name switch
        {
            "link" => SchemaNode.Map(Condition()),
            "cashApplication" => Section(HubSettings.CashApplication, CashApplication),
            _ => null,
        };

    private static JsonObject? CashApplication(Setting setting) =>
        setting.Name == "shortPay" ? Section(HubSettings.ShortPay, ShortPay) : null;

    private static JsonObject? ShortPay(Setting setting) =>
        setting.Name == "tolerance" ? SchemaNode.Map("^[A-Z]{3}$", SchemaNode.Type("number")) : null;

    private static JsonObject MatchKeys(RecordType record)
    {
        var key = SchemaNode.OneOf(MatchReader.KeysOf(record));
        return SchemaNode.AnyOf(key, SchemaNode.List((JsonObject)key.DeepClone(), least: 1));
    }

    private static JsonObject? Store(Setting setting) => setting.Name == "connection" ? SchemaNode.Text(SystemsReader.ReferenceForm) : null;

    private static JsonObject? Entity(Setting setting) => setting.Name == "currency" ? SchemaNode.Text("^[A-Z]{3}$") : null;

    // One form for each kind, because each has its own roles and credentials.
    private static JsonObject Systems(IReadOnlyDictionary<string, ConnectorFacts> kinds) =>
        SchemaNode.AnyOf(kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => (JsonNode)System(kind.Key, kind.Value)));

    private static JsonObject System(string kind, ConnectorFacts facts) =>
        Section(
            HubSettings.System,
            setting =>
                setting.Name switch
                {
                    "kind" => SchemaNode.OneOf([kind]),
                    "roles" => SchemaNode.AnyOf(SchemaNode.OneOf(facts.Roles), SchemaNode.List(SchemaNode.OneOf(facts.Roles), least: 1)),
                    "credentials" => SchemaNode.Object(
                        facts.Credentials.Select(name => (name, (JsonNode)SchemaNode.Text(SystemsReader.ReferenceForm))),
                        []
                    ),
                    "settings" => SchemaNode.Map(
                        SchemaNode.AnyOf(SchemaNode.Type("string"), SchemaNode.Type("number"), SchemaNode.Type("boolean"))
                    ),
                    _ => null,
                }
        );

    private static JsonObject Owners() => OfRecords(Fields);

    private static JsonObject CustomFields() =>
        OfRecords(_ => SchemaNode.Map(CustomFieldsReader.NameForm, SchemaNode.OneOf(CustomFieldsReader.Types.Keys)));

    private static JsonObject Fields(RecordType record)
    {
        var fields = SchemaNode.Object(
            CanonicalShapes.Of(record).Fields!.Keys.Select(field => (field, (JsonNode)SchemaNode.Type("string"))),
            []
        );
        fields["patternProperties"] = new JsonObject { [$"^{CanonicalShapes.Custom}\\."] = SchemaNode.Type("string") };
        return fields;
    }

    private static JsonObject OfRecords(Func<RecordType, JsonObject> form, IEnumerable<RecordType>? records = null) =>
        SchemaNode.Object((records ?? Enum.GetValues<RecordType>()).Select(record => (record.ToString(), (JsonNode)form(record))), []);
}
