namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>A portal, and one real guest that belongs to the developer. Shared by the tests of a collection.</summary>
public sealed class PortalWithGuest(Chromium chromium) : IAsyncLifetime
{
    private readonly Dictionary<string, PortalApi> _apis = [];
    private readonly Dictionary<string, Guid> _people = [];

    public GuestHost Host { get; private set; } = null!;

    public PortalProcess Portal { get; private set; } = null!;

    public Guid VmId { get; private set; }

    public string VmName { get; private set; } = "";

    public Guest Guest => Host.Guest(VmId);

    public PortalApi Developer => _apis[Visitor.Developer];

    public PortalApi Student => _apis[Visitor.Student];

    public PortalApi Administrator => _apis[Visitor.Administrator];

    public async ValueTask InitializeAsync()
    {
        Host = GuestHost.Create();
        try
        {
            // The guest boots while the portal starts.
            VmName = Host.NewName("dev");
            VmId = Host.Define(VmName);
            Portal = await PortalProcess.StartAsync();
            foreach (var email in new[] { Visitor.Administrator, Visitor.Developer, Visitor.Student })
            {
                await using var person = await SignInAsync(email);
                _apis[email] = new PortalApi(Portal.Url, await person.CreateTokenAsync("tests"));
            }

            await AdoptByPageAsync(VmName, Visitor.Developer);
            await Guest.BootedAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The portal and its guest could not be set up: {e.Message}\n{Portal?.Output}", e);
        }
    }

    public Task<Visitor> SignInAsync(string email, ColorScheme colours = ColorScheme.Light) => Visitor.SignInAsync(chromium.Browser, Portal.Url, email, colours);

    public Task<Visitor> ArriveAsync(ColorScheme colours = ColorScheme.Light) => Visitor.ArriveAsync(chromium.Browser, Portal.Url, colours);

    /// <summary>A machine that is off, given to the developer through the API.</summary>
    public async Task<(Guid Id, string Name)> AddOffAsync(string stem)
    {
        var name = Host.NewName(stem);
        var id = Host.Define(name, start: false);
        await AdoptAsync(id);
        return (id, name);
    }

    /// <summary>Gives a domain to the developer through the API.</summary>
    public async Task AdoptAsync(Guid vmId)
    {
        var unmanaged = (await Administrator.GetAsync("admin/unmanaged")).Json.GetProperty("items").EnumerateArray().Single(v => v.GetProperty("vmId").GetGuid() == vmId);
        var answer = await Administrator.PostAsync("admin/adopt", new { hostId = unmanaged.GetProperty("hostId").GetGuid(), vmId, ownerId = _people[Visitor.Developer] });
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.Status);
    }

    /// <summary>The machine runs and its agent answers, whatever the test before did.</summary>
    public async Task<Guest> RunningAsync()
    {
        await Developer.QuietAsync(VmId);
        if (!Guest.IsActive)
        {
            await Developer.SucceedAsync($"vms/{VmId}/start");
        }

        return await Guest.BootedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var api in _apis.Values)
        {
            api.Dispose();
        }

        if (Portal is not null)
        {
            await Portal.DisposeAsync();
        }

        Host?.Dispose();
    }

    private async Task AdoptByPageAsync(string name, string owner)
    {
        await using var administrator = await SignInAsync(Visitor.Administrator);
        await administrator.GoAsync("/admin");
        await Assertions.Expect(administrator.Page.Locator($"[data-testid=unmanaged][data-name='{name}']")).ToBeVisibleAsync(new() { Timeout = Visitor.Patience });
        foreach (var option in await administrator.Page.Locator("#adopt-people option").AllAsync())
        {
            _people[await option.GetAttributeAsync("value") ?? ""] = Guid.Parse(await option.GetAttributeAsync("data-id") ?? "");
        }

        await administrator.AdoptAsync(name, owner);
    }
}
