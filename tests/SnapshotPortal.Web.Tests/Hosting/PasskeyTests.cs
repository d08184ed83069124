using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Passkeys, with the real accounts and an authenticator of the tests' own.</summary>
public sealed class PasskeyTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Page = "/account/passkeys";
    private const string Unknown = "This passkey is not known here";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Passkey_Added_SignsInWithoutAPasswordAndIsTold()
    {
        using var key = new SoftAuthenticator();
        var user = await WithPasskeyAsync(key);
        using var browser = Browser();

        var answer = await ShowAsync(browser, key.Get(await QuestionAsync(browser)));

        Assert.Equal("/", PortalHost.TargetOf(answer));
        Assert.True(await IsSignedInAsync(browser));
        var history = (await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 20, Cancel)).Select(static e => e.Kind).ToList();
        Assert.Contains(AccountEventKind.PasskeyAdded, history);
        Assert.Contains(AccountEventKind.SignedInByPasskey, history);
    }

    [Fact]
    public async Task Passkey_IsOfferedOnlyToWhoeverKnowsThePassword()
    {
        var (_, browser) = await SignedInAsync();

        var refused = await OfferAsync(browser, "not the password");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("not your present password", await TextAsync(refused), StringComparison.Ordinal);

        using var nobody = Browser();
        var page = await nobody.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel);
        Assert.NotEqual(HttpStatusCode.OK, (await PostAsync(nobody, "/account/passkeys/offer", page, ("Input.Password", PortalHost.Password))).StatusCode);
    }

    [Fact]
    public async Task Passkey_SentWithoutThePassword_IsNotAdded()
    {
        using var key = new SoftAuthenticator();
        var (user, browser) = await SignedInAsync();
        var made = key.Create(await TextAsync(await OfferAsync(browser, PortalHost.Password)));

        await PortalHost.PostFormAsync(browser, Page, "add", ("Input.Name", "laptop"), ("Input.Password", "not the password"), ("Input.Answer", made));

        Assert.Empty(await PasskeysAsync(user));
    }

    [Fact]
    public async Task Passkey_OfAnotherAddress_SignsNobodyIn()
    {
        using var key = new SoftAuthenticator();
        await WithPasskeyAsync(key);
        using var browser = Browser();

        key.Origin = "http://localhost.evil.test";

        await RefusedAsync(browser, key.Get(await QuestionAsync(browser)), Unknown);
    }

    [Fact]
    public async Task Passkey_ThatVerifiedNobody_SignsNobodyIn()
    {
        using var key = new SoftAuthenticator();
        await WithPasskeyAsync(key);
        using var browser = Browser();

        key.Verifies = false;

        await RefusedAsync(browser, key.Get(await QuestionAsync(browser)), Unknown);
    }

    [Fact]
    public async Task Answer_ToAnEarlierQuestion_SignsNobodyIn()
    {
        using var key = new SoftAuthenticator();
        await WithPasskeyAsync(key);
        using var browser = Browser();
        var overheard = key.Get(await QuestionAsync(browser));

        await QuestionAsync(browser);

        await RefusedAsync(browser, overheard, Unknown);
    }

    [Fact]
    public async Task Answer_ThatNobodyAskedFor_SignsNobodyIn()
    {
        using var key = new SoftAuthenticator();
        await WithPasskeyAsync(key);
        using var thief = Browser();
        using var owner = Browser();

        await RefusedAsync(thief, key.Get(await QuestionAsync(owner)), Unknown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not JSON")]
    [InlineData("""{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}""")]
    public async Task Answer_ThatIsNone_IsRefusedKindly(string answer)
    {
        using var browser = Browser();
        await QuestionAsync(browser);

        await RefusedAsync(browser, answer, Unknown);
    }

    [Fact]
    public async Task Passkey_Removed_SignsNobodyInAnyMore()
    {
        using var key = new SoftAuthenticator();
        var (user, browser) = await SignedInAsync();
        await AddAsync(browser, key);

        await PortalHost.PostFormAsync(browser, Page, $"remove-{key.Id}");

        Assert.Empty(await PasskeysAsync(user));
        using var later = Browser();
        await RefusedAsync(later, key.Get(await QuestionAsync(later)), Unknown);
    }

    [Fact]
    public async Task Passkeys_RemovedByAnAdministrator_SignNobodyInAndEndTheSessions()
    {
        using var key = new SoftAuthenticator();
        var (user, browser) = await SignedInAsync();
        await AddAsync(browser, key);
        var people = host.Services.GetRequiredService<IPeople>();
        var (admin, owner) = (new Actor(Guid.NewGuid(), "Ada Administrator", true), new Actor(user.Id, "", false));
        Assert.Equal(1, (await people.GetOwnAsync(owner, Cancel))!.Passkeys);

        var byOwner = await people.ResetPasskeysAsync(owner, user.Id, Cancel);
        var reset = await people.ResetPasskeysAsync(admin, user.Id, Cancel);
        var again = await people.ResetPasskeysAsync(admin, user.Id, Cancel);

        Assert.Equal(FailureCodes.AdministratorsOnly, byOwner.Failure!.Code);
        Assert.Equal(0, reset.Value!.Passkeys);
        Assert.Equal(FailureCodes.NoPasskeys, again.Failure!.Code);
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(browser), "the session has ended", TimeSpan.FromSeconds(15));
        using var later = Browser();
        await RefusedAsync(later, key.Get(await QuestionAsync(later)), Unknown);
        var events = await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(owner, 10, Cancel);
        Assert.Equal((AccountEventKind.PasskeysReset, "Ada Administrator"), (events[0].Kind, events[0].ByName));
    }

    [Fact]
    public async Task Passkey_ThatIsTheOnlyWayIn_StaysAndSaysWhy()
    {
        using var key = new SoftAuthenticator();
        var (user, browser) = await SignedInAsync();
        await AddAsync(browser, key);
        await ChangeAsync(user, static u => u.PasswordHash = null);

        var answer = await PortalHost.PostFormAsync(browser, Page, $"remove-{key.Id}");

        Assert.Contains("This is the only way to sign in", await TextAsync(answer), StringComparison.Ordinal);
        Assert.Single(await PasskeysAsync(user));
    }

    [Fact]
    public async Task Passkey_OfSomebodyElse_IsNotRemoved()
    {
        using var key = new SoftAuthenticator();
        var owner = await WithPasskeyAsync(key);
        var (_, stranger) = await SignedInAsync();

        await PortalHost.PostFormAsync(stranger, Page, $"remove-{key.Id}");

        Assert.Single(await PasskeysAsync(owner));
    }

    [Fact]
    public async Task Account_ThatAnAdministratorLocked_IsClosedToPasskeysToo()
    {
        using var key = new SoftAuthenticator();
        var user = await WithPasskeyAsync(key);
        await ChangeAsync(user, static u => u.DisabledAt = TimeProvider.System.GetUtcNow());
        using var browser = Browser();

        await RefusedAsync(browser, key.Get(await QuestionAsync(browser)), "An administrator has locked this account");
    }

    [Fact]
    public async Task Account_ThatOthersGuessedAt_IsOpenToItsPasskey()
    {
        using var key = new SoftAuthenticator();
        var user = await WithPasskeyAsync(key);
        await ChangeAsync(user, static u => u.LockoutEnd = TimeProvider.System.GetUtcNow().AddMinutes(5));
        using var browser = Browser();

        await ShowAsync(browser, key.Get(await QuestionAsync(browser)));

        Assert.True(await IsSignedInAsync(browser));
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    private static async Task<bool> IsSignedInAsync(HttpClient browser)
        => (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode == HttpStatusCode.OK;

    private static async Task<HttpResponseMessage> PostAsync(HttpClient browser, string address, string page, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", PortalHost.TokenOf(page)), .. fields.Select(static f => new KeyValuePair<string, string>(f.Name, f.Value))]);
        return await browser.PostAsync(new Uri(address, UriKind.Relative), form, Cancel);
    }

    private static async Task<string> QuestionAsync(HttpClient browser)
        => await TextAsync(await PostAsync(browser, "/account/sign-in/passkey", await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel)));

    private static Task<HttpResponseMessage> ShowAsync(HttpClient browser, string answer)
        => PortalHost.PostFormAsync(browser, "/account/sign-in", "passkey", ("Shown.Answer", answer));

    private static async Task<HttpResponseMessage> OfferAsync(HttpClient browser, string password)
        => await PostAsync(browser, "/account/passkeys/offer", await browser.GetStringAsync(new Uri(Page, UriKind.Relative), Cancel), ("Input.Password", password));

    private static async Task RefusedAsync(HttpClient browser, string answer, string why)
    {
        var response = await ShowAsync(browser, answer);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains(why, await TextAsync(response), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
    }

    private static async Task AddAsync(HttpClient browser, SoftAuthenticator key)
    {
        var made = key.Create(await TextAsync(await OfferAsync(browser, PortalHost.Password)));
        var added = await PortalHost.PostFormAsync(browser, Page, "add", ("Input.Name", "laptop"), ("Input.Password", PortalHost.Password), ("Input.Answer", made));
        Assert.True(PortalHost.TargetOf(added) == Page, await TextAsync(added));
    }

    /// <summary>A browser as WebAuthn knows it: it says which page a form comes from.</summary>
    private HttpClient Browser()
    {
        var browser = host.Browser();
        browser.DefaultRequestHeaders.Add("Origin", "http://localhost");
        return browser;
    }

    private async Task<(PortalUser User, HttpClient Browser)> SignedInAsync()
    {
        var user = await host.NewUserAsync();
        var browser = Browser();
        await PortalHost.SignInAsync(browser, user.Email!);
        return (user, browser);
    }

    private async Task<PortalUser> WithPasskeyAsync(SoftAuthenticator key)
    {
        var (user, browser) = await SignedInAsync();
        using (browser)
        {
            await AddAsync(browser, key);
        }

        return user;
    }

    private async Task<IReadOnlyList<PasskeyView>> PasskeysAsync(PortalUser user)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Passkeys>().ListAsync(user);
    }

    private async Task ChangeAsync(PortalUser user, Action<PortalUser> change)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var known = (await users.FindByIdAsync(user.Id.ToString()))!;
        change(known);
        Assert.True((await users.UpdateAsync(known)).Succeeded);
    }
}
