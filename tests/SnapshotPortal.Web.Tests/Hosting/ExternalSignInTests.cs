using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Signing in with an account of another system: a real provider, the real accounts.</summary>
public sealed class ExternalSignInTests(IdentityProvider provider) : IClassFixture<IdentityProvider>, IAsyncLifetime
{
    private static readonly Guid Group = Guid.CreateVersion7();

    private readonly string _secret = Path.GetTempFileName();
    private PortalHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        File.WriteAllText(_secret, IdentityProvider.ClientSecret + "\n");
        provider.Denies = false;
        provider.Person = NewPerson();
        _host = NewHost();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        File.Delete(_secret);
    }

    [Fact]
    public async Task Person_WhoComesForTheFirstTime_GetsAnAccountAndIsSignedIn()
    {
        using var browser = _host.Browser();

        Assert.Equal("/account", await ComeAsync(browser, "?returnUrl=%2Faccount"));

        var user = await UserAsync(provider.Person.Email);
        Assert.Equal(("Lea Learner", null, true), (user!.DisplayName, user.PasswordHash, user.EmailConfirmed));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode);
        Assert.Contains(AuditActs.AccountMade, await ActsAsync(user.Id));
    }

    [Fact]
    public async Task Person_WhoComesAgainWithAnotherAddress_IsTheSame()
    {
        await ComeAsync(_host.Browser());
        var first = await UserAsync(provider.Person.Email);
        provider.Person = provider.Person with { Email = $"{Guid.NewGuid():N}@school.test" };

        Assert.Equal("/", await ComeAsync(_host.Browser()));

        Assert.Null(await UserAsync(provider.Person.Email));
        Assert.NotNull(first);
    }

    [Fact]
    public async Task Address_ThatTheProviderHasNotVerified_FindsNobodyAndMakesNobody()
    {
        provider.Person = provider.Person with { EmailVerified = false };

        await RefusedAsync("external-no-address", "no e-mail address of yours that it has verified");

        Assert.Null(await UserAsync(provider.Person.Email));
    }

    [Fact]
    public async Task Account_WithAPassword_IsConnectedOnlyByItsPassword()
    {
        var user = await _host.NewUserAsync(email: provider.Person.Email);
        using var browser = _host.Browser();

        Assert.Equal("/account/sign-in?notice=external-connect", await ComeAsync(browser));
        Assert.Equal("/account/sign-in?notice=external-connect", await ComeAsync(browser));
        await PortalHost.SignInAsync(browser, provider.Person.Email);

        Assert.Equal("/", await ComeAsync(_host.Browser()));
        Assert.Contains(AuditActs.Connected, await ActsAsync(user.Id));
    }

    [Fact]
    public async Task Account_OfSomebodyElse_IsNotConnectedByItsPassword()
    {
        await _host.NewUserAsync(email: provider.Person.Email);
        var other = await _host.NewUserAsync();
        using var browser = _host.Browser();
        await ComeAsync(browser);

        await PortalHost.SignInAsync(browser, other.Email!);

        Assert.Equal("/account/sign-in?notice=external-connect", await ComeAsync(_host.Browser()));
    }

    [Fact]
    public async Task Account_ThatWasInvited_IsConnectedAtOnce()
    {
        var user = await _host.NewUserAsync(email: provider.Person.Email, password: null);

        Assert.Equal("/", await ComeAsync(_host.Browser()));

        Assert.Contains(AuditActs.Connected, await ActsAsync(user.Id));
    }

    [Fact]
    public async Task Account_ThatAnAdministratorLocked_StaysClosed()
    {
        await ComeAsync(_host.Browser());
        await ChangeAsync(static u => u.DisabledAt = TimeProvider.System.GetUtcNow());

        await RefusedAsync("external-locked", "An administrator has locked this account");
    }

    [Fact]
    public async Task Account_WithASecondFactor_IsAskedForIt()
    {
        await ComeAsync(_host.Browser());
        await ChangeAsync(static u => u.TwoFactorEnabled = true);
        await using (var scope = _host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            await users.ResetAuthenticatorKeyAsync((await users.FindByEmailAsync(provider.Person.Email))!);
        }

        using var browser = _host.Browser();
        Assert.StartsWith("/account/sign-in/code?", await ComeAsync(browser), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Roles_OfTheProvider_ComeAndGo()
    {
        provider.Person = provider.Person with { Groups = ["staff", "choir"] };
        await ComeAsync(_host.Browser());
        Assert.Equal([PortalRoles.Teacher], await RolesAsync());

        provider.Person = provider.Person with { Groups = ["it"] };
        await ComeAsync(_host.Browser());
        Assert.Equal([PortalRoles.Administrator], await RolesAsync());

        provider.Person = provider.Person with { Groups = [] };
        await ComeAsync(_host.Browser());
        Assert.Empty(await RolesAsync());
    }

    [Fact]
    public async Task Classes_OfTheProvider_AreJoined()
    {
        await using (var db = await DbAsync())
        {
            db.Classes.Add(new ClassGroup { Id = Group, Name = "10b", CreatedById = Guid.NewGuid(), CreatedAt = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Cancel);
        }

        provider.Person = provider.Person with { Groups = ["class-10b", "class-of-nowhere"] };
        await ComeAsync(_host.Browser());
        await ComeAsync(_host.Browser());

        var user = await UserAsync(provider.Person.Email);
        await using var after = await DbAsync();
        Assert.Equal(ClassRole.Student, (await after.ClassMembers.SingleAsync(m => m.ClassId == Group && m.UserId == user!.Id, Cancel)).Role);
    }

    [Fact]
    public async Task Person_WithoutAnAccount_IsRefusedWhereNoneAreMade()
    {
        await using var host = NewHost().With("OpenIdConnect:CreateAccounts", "false");

        Assert.Equal("/account/sign-in?notice=external-unknown", await ComeAsync(host.Browser()));
    }

    [Fact]
    public async Task Person_WhoSaysNo_IsBackAtSignIn()
    {
        provider.Denies = true;

        await RefusedAsync("external-failed", "came to nothing");
    }

    [Fact]
    public async Task Answer_OfAnotherBrowser_SignsNobodyIn()
    {
        using var victim = _host.Browser();
        var answer = await AnswerAsync(_host.Browser(), "");

        var response = await victim.GetAsync(answer, Cancel);

        Assert.Equal("/account/sign-in?notice=external-failed", PortalHost.TargetOf(response));
        Assert.Equal(HttpStatusCode.Redirect, (await victim.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Provider_ThatDoesNotAnswer_IsSaidAndPasswordsWork()
    {
        await using var host = NewHost().With("OpenIdConnect:Authority", "http://127.0.0.1:9");
        using var browser = host.Browser();

        var response = await browser.GetAsync(new Uri("/account/sign-in/external", UriKind.Relative), Cancel);

        Assert.Equal("/account/sign-in?notice=external-unreachable", PortalHost.TargetOf(response));
        Assert.Equal("/", PortalHost.TargetOf(await PortalHost.SignInAsync(browser, "dev@demo.test")));
    }

    [Fact]
    public async Task Portal_WithoutAProvider_OffersNone()
    {
        await using var host = new PortalHost();
        using var browser = host.Browser();

        Assert.DoesNotContain("sign-in-external", await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(new Uri("/account/sign-in/external", UriKind.Relative), Cancel)).StatusCode);
    }

    [Theory]
    [InlineData("http://login.school.test", "portal", null, "https")]
    [InlineData("login.school.test", "portal", null, "https")]
    [InlineData("https://login.school.test", "", null, "OpenIdConnect:ClientId")]
    [InlineData("https://login.school.test", "portal", "/nonexistent", "does not exist")]
    public void Settings_ThatCannotBe_AreExplained(string authority, string client, string? secret, string why)
        => Assert.Contains(why, new OpenIdConnectSettings { Authority = authority, ClientId = client, ClientSecretFile = secret }.Check(), StringComparison.Ordinal);

    [Fact]
    public void Settings_WithValuesOfNoClaim_AreExplained()
    {
        var roles = new OpenIdConnectSettings { Authority = "https://login.school.test", ClientId = "portal" };
        roles.Teachers.Add("staff");
        var classes = new OpenIdConnectSettings { Authority = "https://login.school.test", ClientId = "portal" };
        classes.Classes["10b"] = Guid.NewGuid();

        Assert.Contains("RolesClaim", roles.Check(), StringComparison.Ordinal);
        Assert.Contains("ClassesClaim", classes.Check(), StringComparison.Ordinal);
        Assert.Null(new OpenIdConnectSettings().Check());
    }

    private static ProvidedPerson NewPerson() => new(Guid.NewGuid().ToString("N"), $"{Guid.NewGuid():N}@school.test");

    private PortalHost NewHost() => new PortalHost()
        .With("OpenIdConnect:Authority", provider.Address)
        .With("OpenIdConnect:ClientId", IdentityProvider.ClientId)
        .With("OpenIdConnect:ClientSecretFile", _secret)
        .With("OpenIdConnect:DisplayName", "School account")
        .With("OpenIdConnect:RolesClaim", "groups")
        .With("OpenIdConnect:Administrators:0", "it")
        .With("OpenIdConnect:Teachers:0", "staff")
        .With("OpenIdConnect:ClassesClaim", "groups")
        .With("OpenIdConnect:Classes:class-10b", Group.ToString());

    /// <summary>Goes to the provider and takes the way back that it names.</summary>
    private static async Task<Uri> AnswerAsync(HttpClient browser, string query)
    {
        var away = await browser.GetAsync(new Uri("/account/sign-in/external" + query, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var abroad = new HttpClient(handler);
        var back = await abroad.GetAsync(away.Headers.Location, Cancel);
        Assert.True(back.StatusCode == HttpStatusCode.Redirect, await back.Content.ReadAsStringAsync(Cancel));
        return new Uri(back.Headers.Location!.PathAndQuery, UriKind.Relative);
    }

    /// <summary>Where somebody lands who signs in there.</summary>
    private static async Task<string?> ComeAsync(HttpClient browser, string query = "")
    {
        var answered = await browser.GetAsync(await AnswerAsync(browser, query), Cancel);
        var target = PortalHost.TargetOf(answered)!;
        return target.StartsWith("/account/sign-in/external/done", StringComparison.Ordinal)
            ? PortalHost.TargetOf(await browser.GetAsync(new Uri(target, UriKind.Relative), Cancel))
            : target;
    }

    private async Task RefusedAsync(string notice, string sentence)
    {
        using var browser = _host.Browser();
        Assert.Equal($"/account/sign-in?notice={notice}", await ComeAsync(browser));
        Assert.Contains(sentence, WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri($"/account/sign-in?notice={notice}", UriKind.Relative), Cancel)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode);
    }

    private Task<PortalDbContext> DbAsync() => _host.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(Cancel);

    private async Task<PortalUser?> UserAsync(string email)
    {
        await using var db = await DbAsync();
        return await db.Users.FirstOrDefaultAsync(u => u.Email == email, Cancel);
    }

    private async Task ChangeAsync(Action<PortalUser> change)
    {
        await using var db = await DbAsync();
        change(await db.Users.SingleAsync(u => u.Email == provider.Person.Email, Cancel));
        await db.SaveChangesAsync(Cancel);
    }

    private async Task<IList<string>> RolesAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        return await users.GetRolesAsync((await users.FindByEmailAsync(provider.Person.Email))!);
    }

    private async Task<IReadOnlyList<string>> ActsAsync(Guid userId)
    {
        await using var db = await DbAsync();
        return await db.AuditEntries.Where(e => e.SubjectId == userId).Select(static e => e.Act).ToListAsync(Cancel);
    }
}
