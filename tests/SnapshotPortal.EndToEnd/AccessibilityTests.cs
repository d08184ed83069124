using System.Net;
using System.Reflection;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.EndToEnd.Portal;
using SnapshotPortal.Web.Live;
using static Microsoft.Playwright.Assertions;

namespace SnapshotPortal.EndToEnd;

/// <summary>The rules of axe on every page and dialog, in both themes.</summary>
[Collection(GoodDays.Name)]
public sealed class AccessibilityTests(PortalWithGuest shared) : PortalTests(shared)
{
    /// <summary>Every route of the application: who looks at it, and where. A page that does not stand here fails a test.</summary>
    internal static readonly Dictionary<string, Look> Looks = new(StringComparer.Ordinal)
    {
        ["/"] = new(Eyes.Developer, static _ => ["/"]),
        ["/vms/{VmId:guid}"] = new(Eyes.Developer, static t => [.. new[] { "snapshots", "overview", "storage", "console", "activity", "settings" }.Select(tab => $"/vms/{t.Vm}?tab={tab}")]),
        ["/templates"] = new(Eyes.Developer, static _ => ["/templates"]),
        ["/templates/{TemplateId:guid}"] = new(Eyes.Developer, static t => [$"/templates/{t.Template}"]),
        ["/classes"] = new(Eyes.Administrator, static _ => ["/classes"]),
        ["/classes/{ClassId:guid}"] = new(Eyes.Administrator, static t => [$"/classes/{t.Class}"]),
        ["/classes/{ClassId:guid}/deploy"] = new(Eyes.Administrator, static t => [$"/classes/{t.Class}/deploy"]),
        ["/deployments/{DeploymentId:guid}"] = new(Eyes.Administrator, static t => [$"/deployments/{t.Deployment}"]),
        ["/join"] = new(Eyes.Developer, static _ => ["/join"]),
        ["/join/{Code}"] = new(Eyes.Developer, static _ => ["/join/UNKNOWN1"]),
        ["/live"] = new(Eyes.Developer, static _ => ["/live", "/live?state=Cancelled"]),
        ["/live/wall"] = new(Eyes.Developer, static _ => ["/live/wall", "/live/wall?theme=light", "/live/wall?state=Cancelled"]),
        ["/activity"] = new(Eyes.Developer, static _ => ["/activity"]),
        ["/account"] = new(Eyes.Developer, static _ => ["/account"]),
        ["/admin"] = new(Eyes.Administrator, static _ => ["/admin"]),
        ["/admin/readiness"] = new(Eyes.Administrator, static _ => ["/admin/readiness"]),
        ["/admin/settings"] = new(Eyes.Administrator, static _ => ["/admin/settings"]),
        ["/admin/audit"] = new(Eyes.Administrator, static _ => ["/admin/audit", "/admin/audit?act=account.&outcome=Refused"]),
        ["/admin/import"] = new(Eyes.Administrator, static _ => ["/admin/import"]),
        ["/not-found"] = new(Eyes.Developer, static _ => ["/not-found", $"/vms/{Guid.NewGuid()}"]),
        ["/error"] = new(Eyes.Stranger, static _ => ["/error"]),
        ["/account/sign-in"] = new(Eyes.Stranger, static _ => ["/account/sign-in"]),
        ["/account/register"] = new(Eyes.Stranger, static _ => ["/account/register"]),
        ["/account/denied"] = new(Eyes.Stranger, static _ => ["/account/denied"]),
        ["/account/invitation"] = new(Eyes.Stranger, static _ => ["/account/invitation"]),
        ["/account/setup"] = new(Eyes.Stranger, static _ => ["/account/setup"]),
        ["/account/confirm"] = new(Eyes.Stranger, static _ => ["/account/confirm"]),
        ["/account/forgot-password"] = new(Eyes.Stranger, static _ => ["/account/forgot-password"]),
        ["/account/reset-password"] = new(Eyes.Stranger, static _ => ["/account/reset-password"]),
        ["/account/sign-in/code"] = new(Eyes.Stranger, static _ => ["/account/sign-in/code"]),
        ["/account/password"] = new(Eyes.DeveloperAtAForm, static _ => ["/account/password"]),
        ["/account/delete"] = new(Eyes.DeveloperAtAForm, static _ => ["/account/delete"]),
        ["/account/passkeys"] = new(Eyes.DeveloperAtAForm, static _ => ["/account/passkeys"]),
        ["/account/connections"] = new(Eyes.DeveloperAtAForm, static _ => ["/account/connections"]),
        ["/account/second-factor"] = new(Eyes.DeveloperAtAForm, static _ => ["/account/second-factor"]),
    };

    internal enum Eyes
    {
        /// <summary>Nobody is signed in, and nothing of the page is live.</summary>
        Stranger,
        Developer,
        /// <summary>A page of the developer's that is a plain form, without a circuit.</summary>
        DeveloperAtAForm,
        Administrator,
    }

    // The page's own colours change in the browser, MudBlazor's by way of the circuit; then nothing moves any more.
    private const string IsShown =
        """
        colours => {
          const root = document.documentElement;
          const mud = getComputedStyle(root).getPropertyValue('--mud-native-html-color-scheme').trim();
          return root.dataset.theme === colours && (mud === '' || mud === colours)
            && document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity);
        }
        """;

    [Fact]
    public void Routes_All_AreLookedAt()
        => Assert.Equal(
            typeof(Words).Assembly.GetTypes().SelectMany(static t => t.GetCustomAttributes<RouteAttribute>()).Select(static r => r.Template).Order(StringComparer.Ordinal),
            Looks.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Pages_AndDialogs_BreakNoRuleLightAndDark()
    {
        await Shared.RunningAsync();
        var snapshot = Unique("Accessible");
        var things = await PrepareAsync(await Shared.Developer.TakeAsync(Shared.VmId, snapshot), snapshot);
        var broken = new List<string>();
        try
        {
            await using var stranger = await Shared.ArriveAsync();
            var dev = await SignInAsync(Visitor.Developer);
            var administrator = await SignInAsync(Visitor.Administrator);
            foreach (var look in Looks.Values)
            {
                foreach (var address in look.Addresses(things))
                {
                    var visitor = look.Eyes switch { Eyes.Stranger => stranger, Eyes.Administrator => administrator, _ => dev };
                    if (look.Eyes is Eyes.Stranger or Eyes.DeveloperAtAForm)
                    {
                        await visitor.Page.GotoAsync($"{Shared.Portal.Url}{address}");
                    }
                    else
                    {
                        await visitor.GoAsync(address);
                        await Expect(visitor.Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0, new() { Timeout = Visitor.Patience });
                    }

                    await CheckAsync(visitor.Page, address);
                }
            }

            await dev.GoAsync("/");
            await Expect(dev.Page.GetByTestId("needs-you")).ToBeVisibleAsync();
            await CheckAsync(dev.Page, "/ where something is owed");
            await CheckDialogsAsync(dev);
        }
        finally
        {
            await Shared.Administrator.SendAsync(HttpMethod.Delete, $"admin/quotas/{things.Quota}");
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));

        async Task CheckDialogsAsync(Visitor dev)
        {
            await dev.OpenAsync(Shared.VmId);
            foreach (var (button, name) in new[] { ("snapshot-restore", "restore dialog"), ("snapshot-clone", "clone dialog") })
            {
                await dev.Node(snapshot).GetByTestId(button).ClickAsync();
                await CheckDialogAsync(dev, name);
            }

            foreach (var item in new[] { "snapshot-edit", "snapshot-compare", "snapshot-export", "snapshot-publish", "snapshot-delete" })
            {
                await dev.ChooseAsync(dev.Node(snapshot).GetByTestId("snapshot-menu"), item);
                await CheckDialogAsync(dev, $"dialog of {item}");
            }

            foreach (var item in new[] { "vm-stop", "vm-export", "vm-flatten" })
            {
                await dev.ChooseAsync(dev.Page.GetByTestId("vm-menu"), item);
                await CheckDialogAsync(dev, $"dialog of {item}");
            }
        }

        async Task CheckDialogAsync(Visitor dev, string name)
        {
            await Expect(dev.Dialog).ToBeVisibleAsync();
            await CheckAsync(dev.Page, name);
            await dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).Or(dev.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close", Exact = true })).ClickAsync();
            await Expect(dev.Dialog).ToHaveCountAsync(0);
        }

        async Task CheckAsync(IPage page, string where)
        {
            foreach (var colours in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = colours });
                await Eventually.TrueAsync(() => page.EvaluateAsync<bool>(IsShown, colours.ToString().ToLowerInvariant()), $"{where} is {colours}");
                var result = await page.RunAxe();
                broken.AddRange(result.Violations.SelectMany(v => v.Nodes.Select(n => $"{where}, {colours}: {v.Id} ({v.Help}): {n.Html}: {string.Join("; ", n.Any.Concat(n.All).Concat(n.None).Select(static c => c.Message))}")));
            }
        }
    }

    /// <summary>Something on every page: a template, a class with a machine for its student, and a limit that is reached.</summary>
    private async Task<Things> PrepareAsync(Guid snapshot, string title)
    {
        var template = (await DoneAsync(HttpMethod.Post, $"snapshots/{snapshot}/template", new { title, description = "With a [link](https://example.org).", audience = "Everybody" })).GetProperty("template").GetProperty("id").GetGuid();
        var group = (await DoneAsync(HttpMethod.Post, "classes", new { name = title })).GetProperty("class").GetProperty("id").GetGuid();
        await DoneAsync(HttpMethod.Post, $"classes/{group}/roster", new { roster = Visitor.Student });
        var deployment = (await DoneAsync(HttpMethod.Post, $"classes/{group}/deployments", new { templateId = template, name = title, namePattern = Shared.Host.NewName("axe") + "-{n}" })).GetProperty("deployment").GetProperty("id").GetGuid();
        var quotas = await DoneAsync(HttpMethod.Put, "admin/quotas", new { subject = "Everybody", limits = new { snapshots = 1 }, reason = "A test of what is said then." });
        var quota = quotas.GetProperty("items").EnumerateArray().Single(static q => q.Text("subject") == "Everybody").GetProperty("id").GetGuid();
        return new Things(Shared.VmId, template, group, deployment, quota);
    }

    private async Task<JsonElement> DoneAsync(HttpMethod method, string address, object body)
    {
        var answer = await Shared.Administrator.SendAsync(method, address, body);
        Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Created, answer.Body);
        return answer.Json;
    }

    internal sealed record Things(Guid Vm, Guid Template, Guid Class, Guid Deployment, Guid Quota);

    internal sealed record Look(Eyes Eyes, Func<Things, string[]> Addresses);
}
