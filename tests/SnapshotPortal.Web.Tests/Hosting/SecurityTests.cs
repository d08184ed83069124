using System.Diagnostics;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Passwords and sessions, with the real accounts.</summary>
public sealed class SecurityTests(PortalHost host) : IClassFixture<PortalHost>
{
    // Five seconds are promised and two measured; the rest is for a machine that has other things to do.
    private static readonly TimeSpan BusyMachine = TimeSpan.FromSeconds(15);

    private const string NewPassword = "another long password";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient browser, string current, string password, string? repeat = null)
        => PortalHost.PostFormAsync(browser, "/account/password", "password", ("Input.Current", current), ("Input.Password", password), ("Input.Repeat", repeat ?? password));

    private static Task<HttpResponseMessage> DeleteAsync(HttpClient browser, string email, string password)
        => PortalHost.PostFormAsync(browser, "/account/delete", "delete", ("Input.Email", email), ("Input.Password", password));

    private async Task<(PortalUser User, HttpClient Browser)> SignedInAsync()
    {
        var browser = host.Browser();
        var user = await host.NewUserAsync();
        await PortalHost.SignInAsync(browser, user.Email!);
        return (user, browser);
    }

    private async Task<HttpClient> AnotherBrowserAsync(PortalUser user)
    {
        var browser = host.Browser();
        await PortalHost.SignInAsync(browser, user.Email!);
        return browser;
    }

    private static async Task<bool> IsSignedInAsync(HttpClient browser)
        => (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode == HttpStatusCode.OK;

    private async Task<IReadOnlyList<AccountEventKind>> HistoryAsync(PortalUser user)
        => [.. (await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 20, Cancel)).Select(static e => e.Kind)];

    [Fact]
    public async Task Password_Changed_KeepsThisSessionAndEndsTheOthersWithinFiveSeconds()
    {
        var (user, browser) = await SignedInAsync();
        using var elsewhere = await AnotherBrowserAsync(user);
        Assert.True(await IsSignedInAsync(elsewhere));

        var response = await ChangeAsync(browser, PortalHost.Password, NewPassword);

        Assert.Equal("/account", PortalHost.TargetOf(response));
        await EndsAsync(async () => !await IsSignedInAsync(elsewhere));
        Assert.True(await IsSignedInAsync(browser));
        using var later = host.Browser();
        Assert.Contains("is wrong", await TextAsync(await PortalHost.SignInAsync(later, user.Email!)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(later, user.Email!, NewPassword)).StatusCode);
        Assert.Contains(AccountEventKind.PasswordChanged, await HistoryAsync(user));
    }

    [Fact]
    public async Task Password_ChangeWithTheWrongPresentOne_IsRefusedAndCountsTowardsTheLockout()
    {
        var (user, browser) = await SignedInAsync();

        var first = await TextAsync(await ChangeAsync(browser, "not the password", NewPassword));
        for (var i = 0; i < 4; i++)
        {
            await ChangeAsync(browser, "not the password", NewPassword);
        }

        var locked = await TextAsync(await ChangeAsync(browser, PortalHost.Password, NewPassword));

        Assert.Contains("This is not your present password", first, StringComparison.Ordinal);
        Assert.Contains("this account is locked", locked, StringComparison.Ordinal);
        Assert.Single(await HistoryAsync(user), static k => k == AccountEventKind.LockedOut);
    }

    [Theory]
    [InlineData("too short", "at least 12 characters")]
    [InlineData("snapshotportal", "tried first")]
    [InlineData("aaaaaaaaaaaaaaaa", "tried first")]
    public async Task Password_ThatIsGuessedFirst_IsRefused(string password, string expected)
    {
        var (_, browser) = await SignedInAsync();

        Assert.Contains(expected, await TextAsync(await ChangeAsync(browser, PortalHost.Password, password)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_ThatIsOnesAddress_IsRefused()
    {
        var (user, browser) = await SignedInAsync();

        Assert.Contains("tried first", await TextAsync(await ChangeAsync(browser, PortalHost.Password, user.Email!.ToUpperInvariant())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("only small letters and spaces")]
    [InlineData("ключ от всех дверей")]
    [InlineData("🐎🔋📎 correct horse")]
    public async Task Password_ThatIsLong_NeedsNoOtherComposition(string password)
    {
        var (user, browser) = await SignedInAsync();

        Assert.Equal(HttpStatusCode.Redirect, (await ChangeAsync(browser, PortalHost.Password, password)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(host.Browser(), user.Email!, password)).StatusCode);
    }

    [Fact]
    public async Task Password_OfAMegabyte_IsRefusedWithoutBeingHashed()
    {
        var (_, browser) = await SignedInAsync();

        Assert.Contains("at most 200 characters", await TextAsync(await ChangeAsync(browser, PortalHost.Password, string.Concat(Enumerable.Repeat("abcdefgh", 30)))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_PageForNobody_LeadsToSignIn()
    {
        using var browser = host.Browser();
        foreach (var address in new[] { "/account/password", "/account/second-factor", "/account/delete" })
        {
            var response = await browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            Assert.Equal("/account/sign-in", response.Headers.Location!.AbsolutePath);
        }
    }

    [Theory]
    [InlineData("/account/password")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/delete")]
    [InlineData("/account/sign-out-elsewhere")]
    public async Task Forms_WithoutTheirToken_AreRefused(string address)
    {
        var (_, browser) = await SignedInAsync();
        using var empty = new FormUrlEncodedContent([new("_handler", "password"), new("Input.Current", PortalHost.Password), new("Input.Password", NewPassword), new("Input.Repeat", NewPassword)]);

        var response = await browser.PostAsync(new Uri(address, UriKind.Relative), empty, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.True(await IsSignedInAsync(browser));
    }

    [Theory]
    [InlineData("somebody@example.org", PortalHost.Password, "not the e-mail address of your account")]
    [InlineData(null, "not the password", "not your present password")]
    [InlineData("", PortalHost.Password, "Enter your e-mail address")]
    public async Task Account_DeletedWithoutProof_Stays(string? email, string password, string why)
    {
        var (user, browser) = await SignedInAsync();

        var answer = await TextAsync(await DeleteAsync(browser, email ?? user.Email!, password));

        Assert.Contains(why, answer, StringComparison.Ordinal);
        Assert.True(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task Account_Deleted_EndsEverySessionWithinFiveSecondsAndCannotBeSignedInToAgain()
    {
        var (user, browser) = await SignedInAsync();
        using var elsewhere = await AnotherBrowserAsync(user);

        var response = await DeleteAsync(browser, user.Email!, PortalHost.Password);

        Assert.Equal("/account/sign-in?notice=account-deleted", PortalHost.TargetOf(response));
        Assert.Contains("Your account is deleted", await TextAsync(await browser.GetAsync(new Uri("/account/sign-in?notice=account-deleted", UriKind.Relative), Cancel)), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
        await EndsAsync(async () => !await IsSignedInAsync(elsewhere));
        using var later = host.Browser();
        Assert.Contains("is wrong", await TextAsync(await PortalHost.SignInAsync(later, user.Email!)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignOutElsewhere_EndsTheOthersAndKeepsThisOne()
    {
        var (user, browser) = await SignedInAsync();
        using var elsewhere = await AnotherBrowserAsync(user);
        var page = await browser.GetStringAsync(new Uri("/account", UriKind.Relative), Cancel);
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", PortalHost.TokenOf(page)), new("returnUrl", "/account")]);

        var response = await browser.PostAsync(new Uri("/account/sign-out-elsewhere", UriKind.Relative), form, Cancel);

        Assert.Equal("/account", PortalHost.TargetOf(response));
        await EndsAsync(async () => !await IsSignedInAsync(elsewhere));
        Assert.True(await IsSignedInAsync(browser));
        Assert.Equal(AccountEventKind.SignedOutElsewhere, (await HistoryAsync(user))[0]);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionForACopyOfItsCookieAndLeavesOthers()
    {
        var user = await host.NewUserAsync();
        using var browser = host.Browser();
        var signedIn = await PortalHost.SignInAsync(browser, user.Email!);
        using var other = await AnotherBrowserAsync(user);
        using var copy = host.Browser();
        copy.DefaultRequestHeaders.Add("Cookie", string.Join("; ", signedIn.Headers.GetValues("Set-Cookie").Select(static c => c.Split(';')[0])));
        Assert.True(await IsSignedInAsync(copy));
        var page = await browser.GetStringAsync(new Uri("/account", UriKind.Relative), Cancel);
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", PortalHost.TokenOf(page))]);

        await browser.PostAsync(new Uri("/account/sign-out", UriKind.Relative), form, Cancel);

        await EndsAsync(async () => !await IsSignedInAsync(copy));
        Assert.True(await IsSignedInAsync(other));
    }

    [Fact]
    public async Task SignOut_EndsTheCircuitsOfItsSession()
    {
        var user = await host.NewUserAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var account = (await services.GetRequiredService<UserManager<PortalUser>>().FindByIdAsync(user.Id.ToString()))!;
        var principal = await services.GetRequiredService<IUserClaimsPrincipalFactory<PortalUser>>().CreateAsync(account);
        var another = new ClaimsPrincipal(principal.Identities.Select(static i => i.Clone()));
        principal.Identities.First().AddClaim(EndedSessions.Name(new ClaimsPrincipal(), account));
        another.Identities.First().AddClaim(EndedSessions.Name(new ClaimsPrincipal(), account));
        var states = services.GetRequiredService<AccountStates>();
        Assert.True(await states.IsStillValidAsync(principal, Cancel));

        await services.GetRequiredService<EndedSessions>().EndAsync(account, principal);

        Assert.False(await states.IsStillValidAsync(principal, Cancel));
        Assert.True(await states.IsStillValidAsync(another, Cancel));
    }

    /// <summary>A circuit's own check, with its real clock.</summary>
    [Fact]
    public async Task Circuit_OfASessionThatWasEnded_IsSignedOutWithinFiveSeconds()
    {
        var user = await host.NewUserAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<PortalUser>>().CreateAsync((await users.FindByIdAsync(user.Id.ToString()))!);
        using var circuit = ActivatorUtilities.CreateInstance<AccountRevalidation>(scope.ServiceProvider);
        circuit.SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(principal.Identities))));
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        circuit.AuthenticationStateChanged += async state =>
        {
            if ((await state).User.Identity is not { IsAuthenticated: true })
            {
                ended.TrySetResult();
            }
        };
        var watch = Stopwatch.StartNew();

        await users.UpdateSecurityStampAsync((await users.FindByIdAsync(user.Id.ToString()))!);
        await ended.Task.WaitAsync(BusyMachine, Cancel);

        TestContext.Current.TestOutputHelper!.WriteLine($"{watch.Elapsed.TotalSeconds:F2} s");
        Assert.True(Composition.IdentityServices.RevalidationInterval * 2 < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task History_SaysWhereASignInCameFrom()
    {
        var user = await host.NewUserAsync();
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        await PortalHost.SignInAsync(browser, user.Email!);

        var own = await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 20, Cancel);
        var stranger = await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(Guid.NewGuid(), "", true), 20, Cancel);

        Assert.Equal((AccountEventKind.SignedIn, "Firefox on Linux"), (own.Single().Kind, own.Single().Device));
        Assert.Empty(stranger);
    }

    [Fact]
    public async Task StaticFiles_RenewNoCookie()
    {
        var (_, browser) = await SignedInAsync();

        // A page renews the cookie as soon as the interval is over; the file that was asked for just before it did not.
        await Eventually.TrueAsync(
            async () =>
            {
                var file = await browser.GetAsync(new Uri("/app.css", UriKind.Relative), Cancel);
                var page = await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel);
                Assert.False(file.Headers.Contains("Set-Cookie"));
                return page.Headers.Contains("Set-Cookie");
            },
            "a page renews the cookie",
            BusyMachine);
    }

    private static async Task EndsAsync(Func<Task<bool>> ended)
    {
        var watch = Stopwatch.StartNew();
        await Eventually.TrueAsync(ended, "the session has ended", BusyMachine);
        TestContext.Current.TestOutputHelper!.WriteLine($"{watch.Elapsed.TotalSeconds:F2} s");
    }
}

/// <summary>A list of passwords that others have lost.</summary>
public sealed class BreachedPasswordTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    private static string Hash(string password)
    {
#pragma warning disable CA5350 // What such lists are made of.
        return Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
    }

    private BreachedPasswords List(int count, string separator, string suffix)
    {
        File.WriteAllText(_file, string.Join(separator, Enumerable.Range(0, count).Select(static i => Hash($"password {i}")).Order(StringComparer.Ordinal).Select((h, i) => suffix.Length > 0 ? $"{h}{suffix}{i * 7}" : h)) + separator);
        return new BreachedPasswords(Microsoft.Extensions.Options.Options.Create(new Composition.AccountOptions { BreachedPasswords = _file }));
    }

    [Theory]
    [InlineData(1, "\n", "")]
    [InlineData(2, "\n", ":")]
    [InlineData(1000, "\n", "")]
    [InlineData(1000, "\r\n", ":")]
    public void List_OfAnyForm_FindsEachOfItsPasswordsAndNoOther(int count, string separator, string suffix)
    {
        var list = List(count, separator, suffix);

        Assert.All(Enumerable.Range(0, count), i => Assert.True(list.Contains($"password {i}")));
        Assert.All(Enumerable.Range(count, 200), i => Assert.False(list.Contains($"password {i}")));
        Assert.Null(BreachedPasswords.WhyUnusable(_file));
    }

    [Fact]
    public async Task Password_InTheList_IsRefusedAtRegistration()
    {
        await File.WriteAllTextAsync(_file, Hash("correct horse battery") + ":12\n", TestContext.Current.CancellationToken);
        using var host = new PortalHost().With("Accounts:BreachedPasswords", _file);
        using var browser = host.Browser();

        var response = await PortalHost.PostFormAsync(browser, "/account/register", "register", ("Input.Name", "Nia"), ("Input.Email", "nia@example.org"), ("Input.Password", "correct horse battery"), ("Input.Repeat", "correct horse battery"));

        Assert.Contains("became known in a theft", WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }

    [Fact]
    public void List_ThatIsNone_SaysSo()
    {
        File.WriteAllText(_file, "password\nletmein\n");

        Assert.Contains("no SHA-1", BreachedPasswords.WhyUnusable(_file), StringComparison.Ordinal);
        Assert.Contains("cannot be read", BreachedPasswords.WhyUnusable("/nonexistent"), StringComparison.Ordinal);
    }
}
