using QtcHub.Sandbox;

namespace QtcHub.Server.Sandbox;

/// <summary>The pretend vendor that stands in for one configured system, with the faults planned for it.</summary>
internal sealed class SandboxedSystem(string name, IPretendVendor vendor, FaultDesk desk, TimeProvider time) : IDisposable
{
    private readonly HttpMessageInvoker wire = new(new VendorHandler(vendor, desk, time));

    /// <summary>The configured system's name.</summary>
    public string Name => name;

    /// <summary>The vendor.</summary>
    public IPretendVendor Vendor => vendor;

    /// <summary>The vendor to play business acts on.</summary>
    public IPretendVendor Played => vendor is JournaledVendor journaled ? journaled.Inner : vendor;

    /// <summary>Its faults to come.</summary>
    public FaultDesk Desk => desk;

    /// <summary>Hands the vendor a request; null is an answer that never comes. The caller's going away stops nothing.</summary>
    public async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage request)
    {
        try
        {
            return await wire.SendAsync(request, CancellationToken.None);
        }
        catch (HttpRequestException cut) when (cut.HttpRequestError == HttpRequestError.ResponseEnded)
        {
            return null;
        }
    }

    public void Dispose()
    {
        wire.Dispose();
        (vendor as IDisposable)?.Dispose();
    }
}
