using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>One libvirt, one portal and one booted guest for the tests of a class.</summary>
public sealed class BootedGuest : IAsyncLifetime
{
    public GuestHost Host { get; private set; } = null!;

    public PortalUnderTest Portal { get; private set; } = null!;

    public Guest Guest { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = GuestHost.Create();
        Portal = await PortalUnderTest.StartAsync();
        var name = Host.NewName("guest");
        var second = Host.ExtraDiskXml(name, "vdb", 64);
        var id = Host.Define(name, change: xml => xml.Replace("<interface", second + "<interface", StringComparison.Ordinal));
        Guest = await Host.Guest(id).BootedAsync();
        await Portal.AdoptAsync(id);
    }

    /// <summary>Waits until the portal sees what the tests need before they begin: a running machine whose agent answers.</summary>
    public async Task ReadyAsync()
    {
        if (!Guest.IsActive)
        {
            await Portal.SucceedAsync(Portal.Vms.PowerAsync(Portal.Owner, Guest.Id, new PowerRequest(PowerAction.Start), CancellationToken.None));
        }

        await Guest.BootedAsync();
        await Portal.IdleAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        Host.Dispose();
    }
}
