using System.Buffers.Text;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.People;

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
        provider.ShownBefore = TimeSpan.Zero;
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
    public async Task Account_OfWhoeverHadTheAddressBefore_IsNotConnected()
    {
        await ComeAsync(_host.Browser());
        var before = await UserAsync(provider.Person.Email);
        provider.Person = NewPerson() with { Email = provider.Person.Email };

        await RefusedAsync("external-unknown", "");

        Assert.Single(await LoginsAsync(before!.Id));
    }

    [Fact]
    public async Task Account_WhoseAddressOnlyLooksAlike_IsNotConnected()
    {
        var user = await _host.NewUserAsync(email: $"s{provider.Person.Email}", password: null);
        provider.Person = provider.Person with { Email = $"\u017f{provider.Person.Email}" };

        await RefusedAsync("external-unknown", "");

        Assert.Empty(await LoginsAsync(user.Id));
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
    public async Task Password_OfAnAccountWithoutOne_IsSetByWhoeverIsAskedAnew()
    {
        using var browser = _host.Browser();
        using var elsewhere = _host.Browser();
        await ComeAsync(browser);
        await ComeAsync(elsewhere);
        Assert.DoesNotContain("password-new", await PageAsync(browser), StringComparison.Ordinal);

        Assert.Equal("/account/password", await ProveAsync(browser));
        Assert.Contains("password-new", await PageAsync(browser), StringComparison.Ordinal);
        Assert.Contains("12", WebUtility.HtmlDecode(await (await SetPasswordAsync(browser, "short")).Content.ReadAsStringAsync(Cancel)), StringComparison.Ordinal);
        Assert.Equal("/account", PortalHost.TargetOf(await SetPasswordAsync(browser)));

        Assert.True(await IsSignedInAsync(browser));
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(elsewhere), "the other session has ended", TimeSpan.FromSeconds(15));
        Assert.Equal("/", PortalHost.TargetOf(await PortalHost.SignInAsync(_host.Browser(), provider.Person.Email)));
        Assert.Single(await ActsAsync((await UserAsync(provider.Person.Email))!.Id), static act => act == AuditActs.PasswordSet);
        Assert.Contains("password-current", await PageAsync(browser), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_ByASessionAlone_IsNotSet()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);

        await SetPasswordAsync(browser);

        Assert.Null((await UserAsync(provider.Person.Email))!.PasswordHash);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(null)]
    public async Task Password_WhereTheProviderDidNotAskAnew_IsNotSet(int? minutes)
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);
        provider.ShownBefore = minutes is { } ago ? TimeSpan.FromMinutes(ago) : null;

        await ProveAsync(browser);
        await SetPasswordAsync(browser);

        Assert.Contains("School account did not ask anew who you are", await PageAsync(browser), StringComparison.Ordinal);
        Assert.Null((await UserAsync(provider.Person.Email))!.PasswordHash);
    }

    [Fact]
    public async Task Password_BySomebodyElseOfTheProvider_IsNotSet()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);
        var owner = provider.Person;
        provider.Person = NewPerson();

        await ProveAsync(browser);
        await SetPasswordAsync(browser);

        Assert.Contains("Somebody else signed in at School account", await PageAsync(browser), StringComparison.Ordinal);
        Assert.Null((await UserAsync(owner.Email))!.PasswordHash);
    }

    [Fact]
    public async Task Password_OfWhoeverSaysNoThere_IsAskedForAgain()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);
        provider.Denies = true;

        Assert.Equal("/account/password?notice=external-failed", await ProveAsync(browser));

        Assert.Contains("came to nothing", await PageAsync(browser, "/account/password?notice=external-failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passkey_OfAnAccountWithoutAPassword_SaysWhatIsMissing()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);

        for (var i = 0; i < 6; i++)
        {
            var answer = await PortalHost.PostFormAsync(browser, "/account/passkeys", "add", ("Input.Name", "laptop"), ("Input.Password", "anything"), ("Input.Answer", "{}"));
            Assert.Contains("Your account has no password yet", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Null((await UserAsync(provider.Person.Email))!.LockoutEnd);
    }

    [Fact]
    public async Task Connection_ThatIsTheOnlyWayIn_StaysAndSaysWhy()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);

        var answer = await DisconnectAsync(browser);

        Assert.Contains("This is the only way to sign in", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("/", await ComeAsync(_host.Browser()));
        Assert.DoesNotContain(AuditActs.Disconnected, await ActsAsync((await UserAsync(provider.Person.Email))!.Id));
    }

    [Fact]
    public async Task Connection_OfAnAccountWithAPassword_IsEnded()
    {
        using var browser = _host.Browser();
        using var elsewhere = _host.Browser();
        await ComeAsync(browser);
        await ProveAsync(browser);
        await SetPasswordAsync(browser);
        await ComeAsync(elsewhere);

        Assert.Equal("/account", PortalHost.TargetOf(await DisconnectAsync(browser)));

        Assert.True(await IsSignedInAsync(browser));
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(elsewhere), "the other session has ended", TimeSpan.FromSeconds(15));
        Assert.Equal("/account/sign-in?notice=external-connect", await ComeAsync(_host.Browser()));
        var user = (await UserAsync(provider.Person.Email))!;
        Assert.Contains(AuditActs.Disconnected, await ActsAsync(user.Id));
        Assert.Contains(await _host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 20, Cancel), static e => e.Kind == AccountEventKind.Disconnected);
        Assert.Contains("not connected", await PageAsync(browser, "/account/connections"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_EndedByAnAdministrator_EndsTheSessionsAndLeavesAnInvitation()
    {
        using var browser = _host.Browser();
        await ComeAsync(browser);
        var user = (await UserAsync(provider.Person.Email))!;
        var people = _host.Services.GetRequiredService<IPeople>();
        var admin = new Actor(Guid.NewGuid(), "Ada Administrator", true);
        Assert.Equal((false, "School account"), ((await people.GetOwnAsync(new Actor(user.Id, "", false), Cancel))!.HasPassword, (await people.GetOwnAsync(new Actor(user.Id, "", false), Cancel))!.ConnectedWith));

        var ended = await people.DisconnectAsync(admin, user.Id, Cancel);
        var again = await people.DisconnectAsync(admin, user.Id, Cancel);

        Assert.Equal((true, null), (ended.Value!.Invited, ended.Value.ConnectedWith));
        Assert.Equal(FailureCodes.NotConnected, again.Failure!.Code);
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(browser), "the session has ended", TimeSpan.FromSeconds(15));
        var events = await _host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 10, Cancel);
        Assert.Equal((AccountEventKind.Disconnected, "Ada Administrator"), (events[0].Kind, events[0].ByName));
        Assert.True((await _host.Services.GetRequiredService<IInvitations>().MakeLinkAsync(admin, classId: null, user.Id, Cancel)).IsSuccess);
    }

    [Fact]
    public async Task Connection_OfOneselfOrByOthers_IsNotTakenAsTheOnlyWayIn()
    {
        await ComeAsync(_host.Browser());
        var user = (await UserAsync(provider.Person.Email))!;
        var people = _host.Services.GetRequiredService<IPeople>();

        Assert.Equal(FailureCodes.OnlyWayIn, (await people.DisconnectAsync(new Actor(user.Id, "", IsAdministrator: true), user.Id, Cancel)).Failure!.Code);
        Assert.Equal(FailureCodes.AdministratorsOnly, (await people.DisconnectAsync(new Actor(Guid.NewGuid(), "", false, IsTeacher: true), user.Id, Cancel)).Failure!.Code);
        Assert.Equal("/", await ComeAsync(_host.Browser()));
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
    private static async Task<Uri> AnswerAsync(HttpClient browser, string query, string way = "/account/sign-in/external", params string[] asks)
    {
        var away = await browser.GetAsync(new Uri(way + query, UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.Redirect, away.StatusCode);
        Assert.All(asks, ask => Assert.Contains(ask, away.Headers.Location!.Query.TrimStart('?').Split('&')));
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

    /// <summary>Is asked by the provider once more, and where that leads.</summary>
    private static async Task<string?> ProveAsync(HttpClient browser)
        => PortalHost.TargetOf(await browser.GetAsync(await AnswerAsync(browser, "", "/account/password/proof", "prompt=login", "max_age=0"), Cancel));

    private static async Task<string> PageAsync(HttpClient browser, string address = "/account/password")
        => WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(address, UriKind.Relative), Cancel));

    private static Task<HttpResponseMessage> SetPasswordAsync(HttpClient browser, string password = PortalHost.Password)
        => PortalHost.PostFormAsync(browser, "/account/password", "set-password", ("Input.Password", password), ("Input.Repeat", password));

    private async Task<HttpResponseMessage> DisconnectAsync(HttpClient browser)
        => await PortalHost.PostFormAsync(browser, "/account/connections", $"disconnect-{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(provider.Person.Id))}");

    private static async Task<bool> IsSignedInAsync(HttpClient browser)
        => (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode == HttpStatusCode.OK;

    private async Task<IList<UserLoginInfo>> LoginsAsync(Guid userId)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        return await users.GetLoginsAsync((await users.FindByIdAsync(userId.ToString()))!);
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
