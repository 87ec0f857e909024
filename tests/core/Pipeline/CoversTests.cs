using System.Text;
using QtcHub.Pipeline;

namespace QtcHub.Tests.Core.Pipeline;

public sealed class CoversTests
{
    [Theory]
    [InlineData("""{}""", """{"a":1}""")]
    [InlineData("""{"a":1}""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":10.0}""", """{"a":10}""")]
    [InlineData("""{"a":10}""", """{"a":10.00}""")]
    [InlineData("""{"a":1e1}""", """{"a":10}""")]
    [InlineData("""{"a":true}""", """{"a":true}""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("""{"a":null}""", """{"a":null}""")]
    [InlineData("""{"a":null}""", """{"a":""}""")]
    [InlineData("""{"a":""}""", """{}""")]
    [InlineData("""{"a":{"id":"1"}}""", """{"a":{"id":"1","refName":"x"}}""")]
    [InlineData("""{"a":{"id":null}}""", """{}""")]
    [InlineData("""{"a":{"id":null}}""", """{"a":null}""")]
    [InlineData("""{"a":{"id":null}}""", """{"a":{"refName":"x"}}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":[]}""", """{"a":[]}""")]
    [InlineData("""{"a":[{"x":1}]}""", """{"a":[{"x":1,"line":7}]}""")]
    [InlineData("""{"a":[{"x":1},{"x":1,"y":2}]}""", """{"a":[{"x":1,"y":2},{"x":1}]}""")]
    [InlineData("""{"a":[{"x":1},{"y":2},{"x":1,"y":2}]}""", """{"a":[{"x":1,"y":2},{"x":1,"y":2,"z":3},{"x":1}]}""")]
    public void A_live_record_covers_what_it_holds(string request, string live) => Assert.True(Request(request, live));

    [Theory]
    [InlineData("""{"a":1}""", """{}""")]
    [InlineData("""{"a":1}""", """{"a":null}""")]
    [InlineData("""{"a":1}""", """{"a":1.01}""")]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":"1"}""", """{"a":1}""")]
    [InlineData("""{"a":true}""", """{"a":false}""")]
    [InlineData("""{"a":"x"}""", """{"a":"X"}""")]
    [InlineData("""{"a":null}""", """{"a":"x"}""")]
    [InlineData("""{"a":""}""", """{"a":0}""")]
    [InlineData("""{"a":{"id":"1"}}""", """{"a":"1"}""")]
    [InlineData("""{"a":{"id":"1"}}""", """{"a":{"id":"2"}}""")]
    [InlineData("""{"a":{"id":null}}""", """{"a":{"id":"1"}}""")]
    [InlineData("""{"a":{"id":null,"b":1}}""", """{}""")]
    [InlineData("""{"a":{}}""", """{}""")]
    [InlineData("""{"a":[1]}""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1,1]}""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[1]}""")]
    [InlineData("""{"a":[]}""", """{"a":[1]}""")]
    [InlineData("""{"a":[]}""", """{}""")]
    [InlineData("""{"a":[{"x":1},{"x":1}]}""", """{"a":[{"x":1},{"x":2}]}""")]
    public void A_live_record_does_not_cover_what_differs(string request, string live) => Assert.False(Request(request, live));

    private static bool Request(string request, string live) =>
        Covers.Request(Encoding.UTF8.GetBytes(request), Encoding.UTF8.GetBytes(live));
}
