using System.Text.Json.Nodes;

namespace QtcHub.Sandbox.Stripe;

/// <summary>Stripe's objects as they begin: every property that API 2026-07-29.dahlia gives them.</summary>
internal static class StripeForms
{
    public const string ApiVersion = "2026-07-29.dahlia";

    private const string Customer = """
        {"id":"","object":"customer","address":{"city":null,"country":null,"line1":null,"line2":null,"postal_code":null,"state":null},"balance":0,
        "created":0,"currency":null,"default_source":null,"delinquent":false,"description":null,"discount":null,"email":null,"invoice_prefix":"",
        "invoice_settings":{"custom_fields":null,"default_payment_method":null,"footer":null,"rendering_options":null},"livemode":false,"metadata":{},
        "name":null,"next_invoice_sequence":1,"phone":null,"preferred_locales":[],"shipping":null,"tax_exempt":"none","test_clock":null}
        """;

    private const string Invoice = """
        {"id":"","object":"invoice","account_country":"DE","account_name":"Pretend GmbH","account_tax_ids":null,"amount_due":0,"amount_overpaid":0,
        "amount_paid":0,"amount_remaining":0,"amount_shipping":0,"application":null,"attempt_count":0,"attempted":false,"auto_advance":false,
        "automatic_tax":{"disabled_reason":null,"enabled":false,"liability":null,"provider":null,"status":null},"automatically_finalizes_at":null,
        "billing_reason":"manual","collection_method":"send_invoice","created":0,"currency":"eur","custom_fields":null,"customer":"",
        "customer_account":null,"customer_address":null,"customer_email":null,"customer_name":null,"customer_phone":null,"customer_shipping":null,
        "customer_tax_exempt":"none","customer_tax_ids":[],"default_payment_method":null,"default_source":null,"default_tax_rates":[],
        "description":null,"discounts":[],"due_date":null,"effective_at":null,"ending_balance":null,"footer":null,"from_invoice":null,
        "hosted_invoice_url":null,"invoice_pdf":null,"issuer":{"type":"self"},"last_finalization_error":null,"latest_revision":null,
        "lines":{"object":"list","data":[],"has_more":false,"url":""},"livemode":false,"metadata":{},"next_payment_attempt":null,"number":null,
        "on_behalf_of":null,"parent":null,"payment_settings":{"default_mandate":null,"payment_method_options":null,"payment_method_types":null},
        "period_end":0,"period_start":0,"post_payment_credit_notes_amount":0,"pre_payment_credit_notes_amount":0,"receipt_number":null,
        "rendering":null,"shipping_cost":null,"shipping_details":null,"starting_balance":0,"statement_descriptor":null,"status":"draft",
        "status_transitions":{"finalized_at":null,"marked_uncollectible_at":null,"paid_at":null,"voided_at":null},"subscription":null,"subtotal":0,
        "subtotal_excluding_tax":0,"test_clock":null,"total":0,"total_discount_amounts":[],"total_excluding_tax":0,
        "total_pretax_credit_amounts":[],"total_taxes":[],"webhooks_delivered_at":null}
        """;

    private const string Line = """
        {"id":"","object":"line_item","amount":0,"currency":"eur","description":null,"discount_amounts":[],"discountable":true,"discounts":[],
        "invoice":"","livemode":false,"metadata":{},"parent":{"invoice_item_details":{"invoice_item":"","proration":false,"proration_details":null,
        "subscription":null},"subscription_item_details":null,"type":"invoice_item_details"},"period":{"end":0,"start":0},
        "pretax_credit_amounts":[],"pricing":{"type":"price_details","unit_amount_decimal":null},"quantity":1,"quantity_decimal":"1",
        "subscription":null,"subtotal":0,"taxes":[]}
        """;

    private const string PaymentIntent = """
        {"id":"","object":"payment_intent","amount":0,"amount_capturable":0,"amount_details":{"tip":{}},"amount_received":0,"application":null,
        "application_fee_amount":null,"automatic_payment_methods":null,"canceled_at":null,"cancellation_reason":null,"capture_method":"automatic",
        "client_secret":null,"confirmation_method":"automatic","created":0,"currency":"eur","customer":null,"customer_account":null,
        "description":null,"excluded_payment_method_types":null,"last_payment_error":null,"latest_charge":null,"livemode":false,
        "managed_payments":null,"metadata":{},"next_action":null,"on_behalf_of":null,"payment_method":null,
        "payment_method_configuration_details":null,"payment_method_options":{},"payment_method_types":["card"],"processing":null,
        "receipt_email":null,"review":null,"setup_future_usage":null,"shipping":null,"source":null,"statement_descriptor":null,
        "statement_descriptor_suffix":null,"status":"requires_payment_method","transfer_data":null,"transfer_group":null}
        """;

    private const string Charge = """
        {"id":"","object":"charge","amount":0,"amount_captured":0,"amount_refunded":0,"application":null,"application_fee":null,
        "application_fee_amount":null,"balance_transaction":null,"billing_details":{"address":{"city":null,"country":null,"line1":null,"line2":null,
        "postal_code":null,"state":null},"email":null,"name":null,"phone":null,"tax_id":null},"calculated_statement_descriptor":null,
        "captured":true,"created":0,"currency":"eur","customer":null,"description":null,"disputed":false,"failure_balance_transaction":null,
        "failure_code":null,"failure_message":null,"fraud_details":{},"livemode":false,"metadata":{},"on_behalf_of":null,"outcome":null,
        "paid":true,"payment_intent":null,"payment_method":null,"payment_method_details":null,"receipt_email":null,"receipt_number":null,
        "receipt_url":null,"refunded":false,"refunds":{"object":"list","data":[],"has_more":false,"url":""},"review":null,"shipping":null,
        "source":null,"source_transfer":null,"statement_descriptor":null,"statement_descriptor_suffix":null,"status":"succeeded",
        "transfer_data":null,"transfer_group":null}
        """;

    private const string InvoicePayment = """
        {"id":"","object":"invoice_payment","amount_paid":null,"amount_requested":0,"created":0,"currency":"eur","invoice":"","is_default":true,
        "livemode":false,"payment":{"payment_intent":"","type":"payment_intent"},"status":"open","status_transitions":{"canceled_at":null,"paid_at":null}}
        """;

    private const string CreditNote = """
        {"id":"","object":"credit_note","amount":0,"amount_shipping":0,"created":0,"currency":"eur","customer":"","customer_account":null,
        "customer_balance_transaction":null,"discount_amount":0,"discount_amounts":[],"effective_at":null,"invoice":"",
        "lines":{"object":"list","data":[],"has_more":false,"url":""},"livemode":false,"memo":null,"metadata":{},"number":"",
        "out_of_band_amount":null,"pdf":"","post_payment_amount":0,"pre_payment_amount":0,"pretax_credit_amounts":[],"reason":null,"refunds":[],
        "shipping_cost":null,"status":"issued","subtotal":0,"subtotal_excluding_tax":0,"total":0,"total_excluding_tax":0,"total_taxes":[],
        "type":"pre_payment","voided_at":null}
        """;

    private const string CreditLine = """
        {"id":"","object":"credit_note_line_item","amount":0,"description":null,"discount_amount":0,"discount_amounts":[],"invoice_line_item":"",
        "livemode":false,"metadata":{},"pretax_credit_amounts":[],"quantity":null,"tax_rates":[],"taxes":[],"type":"invoice_line_item",
        "unit_amount":null,"unit_amount_decimal":null}
        """;

    private const string Refund = """
        {"id":"","object":"refund","amount":0,"balance_transaction":null,"charge":null,"created":0,"currency":"eur","customer":null,
        "customer_account":null,"destination_details":{"card":{"type":"refund"},"type":"card"},"metadata":{},"payment_intent":null,
        "payment_method":null,"reason":null,"receipt_number":null,"source_transfer_reversal":null,"status":"succeeded","transfer_reversal":null}
        """;

    private const string BalanceTransaction = """
        {"id":"","object":"balance_transaction","amount":0,"available_on":0,"balance_type":"payments","created":0,"currency":"eur",
        "description":null,"exchange_rate":null,"fee":0,"fee_details":[],"net":0,"reporting_category":"","source":null,"status":"available","type":""}
        """;

    private const string Payout = """
        {"id":"","object":"payout","amount":0,"application_fee":null,"application_fee_amount":null,"arrival_date":0,"automatic":true,
        "balance_transaction":null,"created":0,"currency":"eur","description":"STRIPE PAYOUT","destination":"ba_00000000000001",
        "failure_balance_transaction":null,"failure_code":null,"failure_message":null,"livemode":false,"metadata":{},"method":"standard",
        "original_payout":null,"payout_method":null,"reconciliation_status":"not_applicable","reversed_by":null,"source_type":"card",
        "statement_descriptor":null,"status":"pending","trace_id":null,"type":"bank_account"}
        """;

    private const string Dispute = """
        {"id":"","object":"dispute","amount":0,"balance_transactions":[],"charge":"","created":0,"currency":"eur",
        "enhanced_eligibility_types":[],"evidence":{"access_activity_log":null,"billing_address":null,"cancellation_policy":null,
        "cancellation_policy_disclosure":null,"cancellation_rebuttal":null,"customer_communication":null,"customer_email_address":null,
        "customer_name":null,"customer_purchase_ip":null,"customer_signature":null,"duplicate_charge_documentation":null,
        "duplicate_charge_explanation":null,"duplicate_charge_id":null,"enhanced_evidence":{},"product_description":null,"receipt":null,
        "refund_policy":null,"refund_policy_disclosure":null,"refund_refusal_explanation":null,"service_date":null,"service_documentation":null,
        "shipping_address":null,"shipping_carrier":null,"shipping_date":null,"shipping_documentation":null,"shipping_tracking_number":null,
        "uncategorized_file":null,"uncategorized_text":null},"evidence_details":{"due_by":0,"enhanced_eligibility":{},"has_evidence":false,
        "past_due":false,"submission_count":0},"is_charge_refundable":false,"livemode":false,"metadata":{},"payment_intent":null,
        "payment_method_details":{"card":{"brand":"visa","case_type":"chargeback","network":"visa","network_reason_code":"10.4"},"type":"card"},
        "reason":"fraudulent","status":"needs_response"}
        """;

    private const string Product = """
        {"id":"","object":"product","active":true,"created":0,"default_price":null,"description":null,"images":[],"livemode":false,
        "marketing_features":[],"metadata":{},"name":"","package_dimensions":null,"shippable":null,"statement_descriptor":null,"tax_code":null,
        "type":"service","unit_label":null,"updated":0,"url":null}
        """;

    private const string Price = """
        {"id":"","object":"price","active":true,"billing_scheme":"per_unit","created":0,"currency":"eur","currency_options":null,
        "custom_unit_amount":null,"livemode":false,"lookup_key":null,"metadata":{},"nickname":null,"product":"","recurring":null,
        "tax_behavior":"unspecified","tiers":null,"tiers_mode":null,"transform_quantity":null,"type":"one_time","unit_amount":null,
        "unit_amount_decimal":null}
        """;

    private const string Subscription = """
        {"id":"","object":"subscription","application":null,"application_fee_percent":null,"automatic_tax":{"disabled_reason":null,
        "enabled":false,"liability":null},"billing_cycle_anchor":0,"billing_cycle_anchor_config":null,"billing_mode":{"flexible":null,
        "type":"classic"},"billing_schedules":[],"billing_thresholds":null,"cancel_at":null,"cancel_at_period_end":false,"canceled_at":null,
        "cancellation_details":{"comment":null,"feedback":null,"reason":null},"collection_method":"charge_automatically","created":0,
        "currency":"eur","customer":"","customer_account":null,"days_until_due":null,"default_payment_method":null,"default_source":null,
        "default_tax_rates":[],"description":null,"discounts":[],"ended_at":null,"invoice_settings":{"account_tax_ids":null,
        "custom_fields":null,"description":null,"footer":null,"issuer":{"type":"self"}},
        "items":{"object":"list","data":[],"has_more":false,"url":""},"latest_invoice":null,"livemode":false,"managed_payments":null,
        "metadata":{},"next_pending_invoice_item_invoice":null,"on_behalf_of":null,"pause_collection":null,"payment_settings":{
        "payment_method_options":null,"payment_method_types":null,"save_default_payment_method":"off"},"pending_invoice_item_interval":null,
        "pending_setup_intent":null,"pending_update":null,"schedule":null,"start_date":null,"status":"active","test_clock":null,
        "transfer_data":null,"trial_end":null,"trial_settings":{"end_behavior":{"missing_payment_method":"create_invoice"}},"trial_start":null}
        """;

    private const string SubscriptionItem = """
        {"id":"","object":"subscription_item","billing_thresholds":null,"created":0,"current_period_end":0,"current_period_start":0,
        "discounts":[],"metadata":{},"plan":null,"price":"","quantity":1,"subscription":"","tax_rates":[]}
        """;

    private const string Event = """
        {"id":"","object":"event","api_version":"","created":0,"data":{},"livemode":false,"pending_webhooks":1,
        "request":{"id":null,"idempotency_key":null},"type":""}
        """;

    /// <summary>A new object of a type, with nothing in it yet.</summary>
    public static JsonObject New(string type) =>
        JsonNode
            .Parse(
                type switch
                {
                    "customer" => Customer,
                    "product" => Product,
                    "price" => Price,
                    "subscription" => Subscription,
                    "subscription_item" => SubscriptionItem,
                    "invoice" => Invoice,
                    "line_item" => Line,
                    "payment_intent" => PaymentIntent,
                    "charge" => Charge,
                    "invoice_payment" => InvoicePayment,
                    "credit_note" => CreditNote,
                    "credit_note_line_item" => CreditLine,
                    "refund" => Refund,
                    "balance_transaction" => BalanceTransaction,
                    "payout" => Payout,
                    "dispute" => Dispute,
                    "event" => Event,
                    _ => throw new ArgumentException($"no Stripe object is called {type}", nameof(type)),
                }
            )!
            .AsObject();

    /// <summary>
    /// Merges fields into a record the way an update does: objects field by field, everything else as a whole. A field the form does not have, or
    /// one of another type, is refused before anything changes.
    /// </summary>
    public static void Merge(JsonObject record, JsonObject fields)
    {
        var form = New(record.Text("object"));
        foreach (var (name, value) in fields)
        {
            if (!form.TryGetPropertyValue(name, out var shape))
            {
                throw new ArgumentException($"a Stripe {record.Text("object")} has no field '{name}'", nameof(fields));
            }

            if (shape is not null && value is not null && Kind(shape) != Kind(value) && !(name is "lines" or "items" && value is JsonArray))
            {
                throw new ArgumentException(
                    $"'{name}' of a Stripe {record.Text("object")} is a {Kind(shape)}, not a {Kind(value)}",
                    nameof(fields)
                );
            }
        }

        foreach (var (name, value) in fields)
        {
            if (value is JsonObject part && record[name] is JsonObject whole)
            {
                foreach (var (inner, given) in part)
                {
                    whole[inner] = given?.DeepClone();
                }
            }
            else
            {
                record[name] = value?.DeepClone();
            }
        }
    }

    private static string Kind(JsonNode node) =>
        node.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "Boolean",
            var kind => kind.ToString(),
        };
}

/// <summary>Reads the pretend vendor's own objects, whose shape it knows.</summary>
internal static class StripeObjects
{
    public static string Text(this JsonObject record, string name) => record[name]!.GetValue<string>();

    public static string? TextOrNull(this JsonObject record, string name) => record[name]?.GetValue<string>();

    /// <summary>A whole number, however it came to be in the tree.</summary>
    public static long Number(this JsonObject record, string name) => NumberOrNull(record, name) ?? 0;

    public static long? NumberOrNull(this JsonObject record, string name) =>
        record[name] is { } node ? long.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Sets several properties to one number; a node has one parent, so each gets its own.</summary>
    public static void Set(this JsonObject record, long value, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            record[name] = value;
        }
    }

    public static JsonArray Lines(this JsonObject invoice) => invoice["lines"]!["data"]!.AsArray();
}
