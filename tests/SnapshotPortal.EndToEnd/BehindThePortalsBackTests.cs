using LibVirt;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>Somebody works on the host itself.</summary>
[Collection(GoodDays.Name)]
public sealed class BehindThePortalsBackTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Machine_UndefinedOnTheHost_IsShownAsMissingAndComesBackWithItsSnapshots()
    {
        var (id, _) = await Shared.AddOffAsync("gone");
        var snapshot = Unique("Before it went");
        await Shared.Developer.TakeAsync(id, snapshot);
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);
        var xml = Shared.Host.Guest(id).Xml(DomainXmlFlags.Inactive);

        Shared.Host.Guest(id).Do(static d => d.Undefine());

        await Expect(dev.Page.GetByTestId("vm-state").First).ToHaveTextAsync("Missing on its host", new() { Timeout = Visitor.Patience });
        await Expect(dev.Node(snapshot)).ToBeVisibleAsync();
        await Expect(dev.Page.GetByTestId("take-snapshot")).ToBeDisabledAsync();
        Assert.Equal("vm-missing", (await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name = "no" })).Code);

        using (Shared.Host.Connection.DefineDomain(xml))
        {
            await dev.PowerAsync("ShutOff");
        }

        await dev.TakeAsync("It is back");
        await dev.PhaseAsync("It is back", "Succeeded");
    }

    [Fact]
    public async Task Machine_RenamedOnTheHost_IsShownWithItsNewName()
    {
        var (id, _) = await Shared.AddOffAsync("old");
        var renamed = Shared.Host.NewName("new");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id);

        Shared.Host.Guest(id).Do(d => d.Rename(renamed));

        await Expect(dev.Page.Locator("h1")).ToHaveTextAsync(renamed, new() { Timeout = Visitor.Patience });
        await dev.TakeAsync("After the new name");
        await dev.PhaseAsync("After the new name", "Succeeded");
    }
}
