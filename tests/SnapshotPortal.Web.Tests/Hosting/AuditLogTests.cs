using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Auditing;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The audit log through the portal as it runs, and what a locked account can do.</summary>
public sealed class AuditLogTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly Actor Admin = new(Guid.NewGuid(), "Ada Administrator", IsAdministrator: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IPeople People => host.Services.GetRequiredService<IPeople>();

    private IAudit Audit => host.Services.GetRequiredService<IAudit>();

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string address) => browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);

    private static async Task<bool> IsSignedInAsync(HttpClient browser) => (await GetAsync(browser, "/")).StatusCode == HttpStatusCode.OK;

    private async Task<IReadOnlyList<AuditEntry>> LinesOfAsync(PortalUser user)
        => (await Audit.ListAsync(Admin, new AuditQuery(user.Id.ToString(), Take: 500), Cancel)).Value!.Items;

    private async Task<HttpClient> AdministratorAsync()
    {
        var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "admin@demo.test");
        return browser;
    }

    [Fact]
    public async Task SignIn_RightAndWrong_AreInTheLog()
    {
        var user = await host.NewUserAsync();
        using var browser = host.Browser();

        await PortalHost.SignInAsync(browser, user.Email!, "not the password");
        await PortalHost.SignInAsync(browser, user.Email!);

        var lines = await LinesOfAsync(user);
        Assert.Equal([AuditActs.SignedIn, AuditActs.SignInFailed], lines.Select(static l => l.Act));
        Assert.Equal((AuditOutcome.Refused, (Guid?)null), (lines[1].Outcome, lines[1].ActorId));
        Assert.Equal((user.Id, "Nia"), (lines[0].ActorId, lines[0].ActorName));
        Assert.DoesNotContain("not the password", string.Concat(lines.Select(static l => $"{l.ActorName}{l.Detail}{l.Code}{l.Device}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordChange_ThatIsRefused_LeavesNoLineOfAChange()
    {
        var user = await host.NewUserAsync();
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, user.Email!);

        await PortalHost.PostFormAsync(browser, "/account/password", "password", ("Input.Current", PortalHost.Password), ("Input.Password", "short"), ("Input.Repeat", "short"));
        await PortalHost.PostFormAsync(browser, "/account/password", "password", ("Input.Current", PortalHost.Password), ("Input.Password", "another long password"), ("Input.Repeat", "another long password"));

        Assert.Single(await LinesOfAsync(user), static l => l.Act == AuditActs.PasswordChanged);
    }

    [Fact]
    public async Task Roles_GivenAndTaken_AreInTheLogWithWhoDidIt()
    {
        var user = await host.NewUserAsync();

        await People.SetRoleAsync(Admin, user.Id, PortalRoles.Teacher, true, Cancel);
        await People.SetRoleAsync(Admin, user.Id, PortalRoles.Teacher, true, Cancel);
        await People.SetRoleAsync(Admin, user.Id, PortalRoles.Teacher, false, Cancel);

        Assert.Equal(
            [(AuditActs.RoleTaken, "Ada Administrator", "Teacher"), (AuditActs.RoleGiven, "Ada Administrator", "Teacher")],
            (await LinesOfAsync(user)).Select(static l => (l.Act, l.ActorName, l.Detail!)));
    }

    [Fact]
    public async Task LockedAccount_LosesItsSessionAndCannotSignIn_UntilItIsUnlocked()
    {
        var user = await host.NewUserAsync();
        using var open = host.Browser();
        await PortalHost.SignInAsync(open, user.Email!);
        Assert.True(await IsSignedInAsync(open));

        var locked = await People.SetDisabledAsync(Admin, user.Id, disabled: true, Cancel);
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(open), "the session has ended", TimeSpan.FromSeconds(15));
        var right = await TextAsync(await PortalHost.SignInAsync(host.Browser(), user.Email!));
        var wrong = await TextAsync(await PortalHost.SignInAsync(host.Browser(), user.Email!, "not the password"));
        var unlocked = await People.SetDisabledAsync(Admin, user.Id, disabled: false, Cancel);

        Assert.True(locked.Value!.Disabled);
        Assert.Contains("An administrator has locked this account", right, StringComparison.Ordinal);
        Assert.DoesNotContain("administrator has locked", wrong, StringComparison.Ordinal);
        Assert.False(unlocked.Value!.Disabled);
        Assert.False(await IsSignedInAsync(open));
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(host.Browser(), user.Email!)).StatusCode);
        var acts = (await LinesOfAsync(user)).Select(static l => l.Act).ToList();
        Assert.Contains(AuditActs.AccountDisabled, acts);
        Assert.Contains(AuditActs.AccountEnabled, acts);
    }

    [Fact]
    public async Task LockedAccount_ThatWasInvited_IsNotSignedInByItsInvitation()
    {
        using var browser = host.Browser();
        var person = (await People.AddAsync(Admin, $"{Guid.NewGuid():N}@example.org", "Nia", Cancel)).Value!;
        var link = (await host.Services.GetRequiredService<IInvitations>().MakeLinkAsync(Admin, classId: null, person.Id, Cancel)).Value!;
        var page = await browser.GetStringAsync(new Uri(link, UriKind.Relative), Cancel);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            // Without a new stamp, by which the link would be spent: as if it was locked while the form was sent.
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            var user = (await users.FindByIdAsync(person.Id.ToString()))!;
            user.DisabledAt = DateTimeOffset.UnixEpoch;
            await users.UpdateAsync(user);
        }

        using var form = new FormUrlEncodedContent([new("_handler", "invitation"), new("__RequestVerificationToken", PortalHost.TokenOf(page)), new("Input.Name", "Nia"), new("Input.Password", "another long password"), new("Input.Repeat", "another long password")]);
        await browser.PostAsync(new Uri(link, UriKind.Relative), form, Cancel);

        Assert.False(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task LockedAccount_WithACookieThatFits_IsTurnedAway()
    {
        var user = await host.NewUserAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<PortalUser>>();
        var principal = await signIn.CreateUserPrincipalAsync(user);
        Assert.NotNull(await signIn.ValidateSecurityStampAsync(principal));
        var kept = (await signIn.UserManager.FindByIdAsync(user.Id.ToString()))!;
        kept.DisabledAt = DateTimeOffset.UnixEpoch;
        await signIn.UserManager.UpdateAsync(kept);

        Assert.Null(await signIn.ValidateSecurityStampAsync(principal));
    }

    [Fact]
    public async Task LockedAccount_GuessedAt_IsLockedForGuessersToo()
    {
        var user = await host.NewUserAsync();
        await People.SetDisabledAsync(Admin, user.Id, disabled: true, Cancel);
        for (var i = 0; i < 5; i++)
        {
            await PortalHost.SignInAsync(host.Browser(), user.Email!, "not the password");
        }

        Assert.DoesNotContain("An administrator has locked", await TextAsync(await PortalHost.SignInAsync(host.Browser(), user.Email!)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Locking_ByOthersAndOfOneself_IsRefused()
    {
        var user = await host.NewUserAsync();

        Assert.Equal(FailureCodes.AdministratorsOnly, (await People.SetDisabledAsync(new Actor(user.Id, "", false, IsTeacher: true), Admin.UserId, true, Cancel)).Failure!.Code);
        Assert.Equal(FailureCodes.LastAdministrator, (await People.SetDisabledAsync(Admin, Admin.UserId, true, Cancel)).Failure!.Code);
        Assert.Equal(FailureCodes.UserUnknown, (await People.SetDisabledAsync(Admin, Guid.NewGuid(), true, Cancel)).Failure!.Code);
    }

    [Fact]
    public async Task Page_ForAnAdministrator_ShowsTheLinesThatFit()
    {
        var user = await host.NewUserAsync("Page Person");
        await PortalHost.SignInAsync(host.Browser(), user.Email!);
        using var admin = await AdministratorAsync();

        var page = await TextAsync(await GetAsync(admin, "/admin/audit?q=Page%20Person&act=account."));
        var none = await TextAsync(await GetAsync(admin, "/admin/audit?q=nobody-of-that-name"));

        Assert.Contains("data-act=\"account.signed-in\"", page, StringComparison.Ordinal);
        Assert.Contains("Account signed in", page, StringComparison.Ordinal);
        Assert.Contains("data-testid=\"audit-empty\"", none, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/audit")]
    [InlineData("/admin/audit/export")]
    public async Task Log_ForOthers_IsNotOpen(string address)
    {
        using var dev = host.Browser();
        await PortalHost.SignInAsync(dev, "dev@demo.test");

        var stranger = await GetAsync(host.Browser(), address);
        var other = await GetAsync(dev, address);

        Assert.Equal("/account/sign-in", stranger.Headers.Location!.AbsolutePath);
        Assert.NotEqual(HttpStatusCode.OK, other.StatusCode);
        Assert.DoesNotContain("actorName", await TextAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_AsJsonLines_IsTheChainItself()
    {
        await host.NewUserAsync();
        using var admin = await AdministratorAsync();

        var response = await GetAsync(admin, "/admin/audit/export?format=jsonl");
        var lines = (await response.Content.ReadAsStringAsync(Cancel)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonDocument.Parse(l).RootElement).ToList();

        Assert.Equal("application/jsonl", response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty(lines);
        var previous = AuditChain.Beginning;
        foreach (var line in lines)
        {
            Assert.Equal(previous, line.GetProperty("previous").GetString());
            previous = line.GetProperty("hash").GetString();
        }

        Assert.Equal(AuditActs.AuditExported, lines[^1].GetProperty("act").GetString());
    }

    [Fact]
    public async Task Export_AsCsv_HasALineForEach()
    {
        var user = await host.NewUserAsync("=HYPERLINK(\"https://evil.example\"), \"Nia\"");
        await PortalHost.SignInAsync(host.Browser(), user.Email!);
        using var admin = await AdministratorAsync();

        var response = await GetAsync(admin, $"/admin/audit/export?q={user.Id}");
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("number,at,actorId,actorName,", text, StringComparison.Ordinal);
        Assert.Contains("\"'=HYPERLINK(\"\"https://evil.example\"\"), \"\"Nia\"\"\"", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("plain", "plain")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("-1", "'-1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("\n=1+1", "\"'\n=1+1\"")]
    public void Cell_OfAnyText_IsOneCellAndNoFormula(string? text, string expected) => Assert.Equal(expected, AuditFiles.Cell(text));
}
