using System.Text;
using QtcHub.Canonical;
using QtcHub.Ledger;
using QtcHub.Stores.Azure.Broker;

namespace QtcHub.Tests.Stores;

public sealed class WorkMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.FromHours(1));
    private static readonly CanonicalId Record = CanonicalId.Mint(RecordType.Invoice, "shop", "bill", "b1");
    private static readonly DeliveryId Delivery = new("shop", "evt-1");

    public static TheoryData<WorkItem, string> Items =>
        new()
        {
            { new WorkItem.OfDelivery(Delivery), "inbound" },
            { new WorkItem.OfNotice("shop", "bill", "b1", Delivery, 3), "inbound" },
            { new WorkItem.OfWaiters(Record), "inbound" },
            { new WorkItem.OfLane(new LaneId(Record, "books", "entry")), "lane" },
        };

    [Theory]
    [MemberData(nameof(Items))]
    public void Work_comes_back_from_its_message_as_it_went_in(WorkItem item, string queue)
    {
        var message = WorkMessage.Of(new ScheduledWork(item, Now.AddMinutes(5)), Now);
        Assert.Equal(queue, message.Queue);
        Assert.Equal(item.Write(), message.Body());
        Assert.Equal(message, WorkMessage.Read(message.Body(), message.Properties(), out _));
        Assert.Equal(new TakenWork(item, 0, 1, Now), message.Taken());
    }

    [Fact]
    public void Next_message_counts_the_taking_and_keeps_the_beginning()
    {
        var message = WorkMessage.Of(new ScheduledWork(new WorkItem.OfWaiters(Record), Now), Now);
        var next = message.After(Now.AddHours(1)).After(Now.AddHours(2));
        var read = WorkMessage.Read(next.Body(), next.Properties(), out _)!;
        Assert.Equal((2, Now, Now.AddHours(2)), (read.Attempt, read.Since, read.Due));
        Assert.Equal(3, read.Taken().Attempt);
    }

    [Fact]
    public void Reminder_lives_no_longer_than_until_the_next_and_other_work_for_ever()
    {
        var work = new ScheduledWork(new WorkItem.OfWaiters(Record), Now);
        Assert.Null(WorkMessage.Of(work, Now).TimeToLive);
        var reminder = WorkMessage.Of(work with { IsReminder = true }, Now);
        Assert.Equal(TimeSpan.FromMinutes(1), reminder.TimeToLive);
        Assert.True(WorkMessage.Read(reminder.Body(), reminder.Properties(), out _)!.IsReminder);
    }

    [Theory]
    [InlineData("attempt", null)]
    [InlineData("attempt", -1)]
    [InlineData("attempt", "3")]
    [InlineData("since", null)]
    [InlineData("since", "yesterday")]
    [InlineData("due", 5)]
    public void Message_with_a_property_that_the_hub_does_not_write_is_none_of_its_own(string property, object? value)
    {
        var message = WorkMessage.Of(new ScheduledWork(new WorkItem.OfWaiters(Record), Now), Now);
        var properties = new Dictionary<string, object>(message.Properties(), StringComparer.Ordinal);
        properties.Remove(property);
        if (value is not null)
        {
            properties[property] = value;
        }

        Assert.Null(WorkMessage.Read(message.Body(), properties, out var wrong));
        Assert.Equal("a property is missing or malformed", wrong);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"lane\"")]
    [InlineData("""{"Lane":{"Record":"inv_x","Target":"books","Part":"entry"}}""")]
    [InlineData("""{"kind":"lane"}""")]
    [InlineData("""{"kind":"lane","Lane":{"Record":"x","Target":"books","Part":"entry"}}""")]
    [InlineData("""{"kind":"waiters","Record":5}""")]
    [InlineData("""{"kind":"delivery","Delivery":{"System":"shop"}}""")]
    [InlineData(
        """{"kind":"notice","System":"shop","ExternalType":"bill","ExternalId":"b1","Origin":{"System":"shop","Event":"e"},"Index":-1}"""
    )]
    public void Body_that_is_no_work_item_is_told_apart(string body)
    {
        var properties = WorkMessage.Of(new ScheduledWork(new WorkItem.OfWaiters(Record), Now), Now).Properties();
        Assert.Null(WorkMessage.Read(Encoding.UTF8.GetBytes(body), properties, out var wrong));
        Assert.Equal("the body is no work item", wrong);
    }
}
