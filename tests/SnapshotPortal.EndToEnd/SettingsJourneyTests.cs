using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.EndToEnd.Portal;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>A machine gets another name, a description and another boot order.</summary>
[Collection(GoodDays.Name)]
public sealed class SettingsJourneyTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Settings_Changed_AreSeenOnThePageAndOnTheHostWithoutAReload()
    {
        var (id, _) = await Shared.AddOffAsync("before");
        var guest = Shared.Host.Guest(id);
        var name = Shared.Host.NewName("after");
        var dev = await SignInAsync(Visitor.Developer);
        await dev.OpenAsync(id, "settings");

        await dev.Page.GetByTestId("vm-name-input").FillAsync(name);
        await dev.Page.GetByTestId("vm-rename").ClickAsync();
        await Expect(dev.Page.Locator("h1")).ToHaveTextAsync(name, new() { Timeout = Visitor.Patience });
        await dev.ToldAsync(name);
        guest.Do(d => Assert.Equal(name, d.Name));

        await dev.Page.GetByTestId("vm-description").FillAsync("The shop. Ask Dana.");
        await dev.Page.GetByTestId("vm-describe").ClickAsync();
        await Expect(dev.Page.GetByTestId("vm-describe")).ToBeDisabledAsync(new() { Timeout = Visitor.Patience });

        // The network card, which is booted from first from now on; and the machine starts with its host.
        var card = guest.MacAddress;
        var devices = dev.Page.GetByTestId("boot-device");
        var device = dev.Page.Locator($"[data-testid=boot-device][data-device='{card}']");
        await device.GetByTestId("boot-chosen").CheckAsync();
        var order = await devices.EvaluateAllAsync<string[]>("all => all.map(d => d.dataset.device)");
        for (var place = Array.IndexOf(order, card); place > 0; place--)
        {
            await device.GetByTestId("boot-up").ClickAsync();
            await Expect(devices.Nth(place - 1)).ToHaveAttributeAsync("data-device", card);
        }

        await dev.Page.GetByTestId("boot-with-host").CheckAsync();
        await dev.Page.GetByTestId("boot-save").ClickAsync();
        await Eventually.TrueAsync(() => Task.FromResult(StartsWithHost(guest)), "the host starts the machine with itself");
        Assert.Equal("1", XElement.Parse(guest.Xml(DomainXmlFlags.Inactive)).Descendants("interface").Elements("boot").Single().Attribute("order")!.Value);
        await Expect(dev.Page.GetByTestId("boot-save")).ToBeDisabledAsync(new() { Timeout = Visitor.Patience });
        Assert.Null(await dev.TooWideAsync());

        await dev.Page.ReloadAsync();
        await dev.LiveAsync();
        await Expect(dev.Page.GetByTestId("vm-description")).ToHaveValueAsync("The shop. Ask Dana.");
        await Expect(dev.Page.GetByTestId("boot-device").First).ToHaveAttributeAsync("data-device", card);
        await Expect(dev.Page.GetByTestId("boot-with-host")).ToBeCheckedAsync();
    }

    private static bool StartsWithHost(Guest guest)
    {
        var starts = false;
        guest.Do(d => starts = d.GetAutostart());
        return starts;
    }
}
