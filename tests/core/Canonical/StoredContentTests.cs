using System.Text;
using QtcHub.Canonical;

namespace QtcHub.Tests.Core.Records;

/// <summary>What earlier versions stored is content whose hash is compared and audited: it must read back to the same bytes.</summary>
public sealed class StoredContentTests
{
    private const string Account =
        """{"type":"BillingAccount","number":"cus_1","name":"\u00C5ngstr\u00F6m \u0026 Sons","currency":"USD","email":"billing@example.com","phone":"\u002B1 555","billTo":{"line1":"1 Main St","city":"Springfield","state":"IL","postalCode":"62701","country":"US"},"taxStatus":"taxable","active":true,"hasEnded":false,"entity":"us"}""";

    private const string Invoice =
        """{"type":"Invoice","number":"INV-1","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","issuedOn":"2026-01-01","dueOn":"2026-01-31","currency":"USD","lines":[{"id":"il_1","description":"Plan","quantity":2.50,"amount":{"minorUnits":1000,"currency":"USD"},"serviceStart":"2026-01-01","serviceEnd":"2026-01-31"},{"id":"il_2","description":"Proration","quantity":1,"amount":{"minorUnits":-5,"currency":"USD"}}],"tax":{"minorUnits":80,"currency":"USD"},"total":{"minorUnits":1075,"currency":"USD"},"status":"open","memo":"Thank you","hasEnded":false,"entity":"us"}""";

    private const string Payment =
        """{"type":"Payment","account":"acc_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":1500,"currency":"USD"},"receivedOn":"2026-01-01","method":"card","processorReference":"pi_1","status":"succeeded","applications":[{"invoice":"inv_BBBBBBBBBBBBBBBBBBBBBA","amount":{"minorUnits":1000,"currency":"USD"},"appliedOn":"2026-01-02"},{"invoice":"inv_AAAAAAAAAAAAAAAAAAAAAA","amount":{"minorUnits":450,"currency":"USD"},"appliedOn":"2026-01-01"}],"hasEnded":false,"entity":"us"}""";

    [Theory]
    [InlineData(RecordType.BillingAccount, Account, "9bb174dc82c423553da12148ab7ad30abed1f0318e0dab61bf09499022f14dec")]
    [InlineData(RecordType.Invoice, Invoice, "a75770d5e7eb5a757bb2ba54c00367a964dbd36ed92eb4c3189cf8688610868b")]
    [InlineData(RecordType.Payment, Payment, "b92a353366dd2073ab8ae8b10665fb3d7d0b1b83f5fd9dcd4969672fb770a1ab")]
    public void A_record_of_an_earlier_version_keeps_its_bytes_and_its_hash(RecordType type, string stored, string hash)
    {
        var record = CanonicalJson.Read(type, Encoding.UTF8.GetBytes(stored)).Value;

        Assert.Null(record.Validate());
        Assert.Equal(stored, Encoding.UTF8.GetString(CanonicalJson.Write(record)));
        Assert.Equal(stored, Encoding.UTF8.GetString(CanonicalJson.Write(record.Normalize())));
        Assert.Equal(hash, CanonicalJson.HashOf(CanonicalJson.Write(record)));
    }

    [Theory]
    [InlineData(RecordType.BillingAccount, "acc_gy4PWIQ15s37khEZxgeMMQ")]
    [InlineData(RecordType.Invoice, "inv_zouqpvdkM-3_U-6Z2siysw")]
    [InlineData(RecordType.Payment, "pay_TJXm8ln3G_t667bol4UtVg")]
    public void A_record_s_id_is_minted_as_it_was(RecordType type, string id) =>
        Assert.Equal(new CanonicalId(id), CanonicalId.Mint(type, "shop", "thing", "1"));
}
