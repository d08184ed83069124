using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>One-time codes and recovery codes, through the pages.</summary>
public sealed partial class SecondFactorTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Page = "/account/second-factor";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    /// <summary>Switches it on as a person does.</summary>
    private async Task<(PortalUser User, HttpClient Browser, string Secret, IReadOnlyList<string> Codes)> EnabledAsync()
    {
        var browser = host.Browser();
        var user = await host.NewUserAsync();
        await PortalHost.SignInAsync(browser, user.Email!);
        var (secret, offer) = await OfferAsync(browser);
        var page = await TextAsync(await EnableAsync(browser, offer, Totp.Code(secret)));
        string[] codes = [.. Code().Matches(page).Select(static m => m.Groups["code"].Value)];
        Assert.Equal(SecondFactor.RecoveryCodes, codes.Length);
        return (user, browser, secret, codes);
    }

    private static async Task<(string Secret, string Offer)> OfferAsync(HttpClient browser)
    {
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync(new Uri(Page, UriKind.Relative), Cancel));
        Assert.Contains("src=\"data:image/png;base64,", page, StringComparison.Ordinal);
        return (Secret().Match(page).Groups["secret"].Value, Offer().Match(page).Groups["offer"].Value);
    }

    private static Task<HttpResponseMessage> EnableAsync(HttpClient browser, string offer, string code, string password = PortalHost.Password)
        => PortalHost.PostFormAsync(browser, Page, "enable", ("Enabling.Offer", offer), ("Enabling.Code", code), ("Enabling.Password", password));

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient browser, string act, string password = PortalHost.Password)
        => PortalHost.PostFormAsync(browser, Page, "change", ("Changing.Act", act), ("Changing.Password", password));

    /// <summary>Password, then a code.</summary>
    private async Task<(HttpClient Browser, HttpResponseMessage Answer)> SignInAsync(PortalUser user, string code)
    {
        var browser = host.Browser();
        var first = await PortalHost.SignInAsync(browser, user.Email!);
        Assert.Contains("/account/sign-in/code", first.Headers.Location!.OriginalString, StringComparison.Ordinal);
        return (browser, await SendAsync(browser, code));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient browser, string code) => PortalHost.PostFormAsync(browser, "/account/sign-in/code", "code", ("Input.Code", code));

    private static async Task<bool> IsSignedInAsync(HttpClient browser) => (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode == HttpStatusCode.OK;

    private static string Wrong(string secret)
    {
        string[] valid = [.. Enumerable.Range(-3, 7).Select(i => Totp.Code(secret, i))];
        return Enumerable.Range(100_000, 20).Select(static i => $"{i}").First(c => !valid.Contains(c, StringComparer.Ordinal));
    }

    [Fact]
    public async Task SignIn_WithASecondFactor_NeedsBothSteps()
    {
        var (user, own, secret, _) = await EnabledAsync();
        Assert.True(await IsSignedInAsync(own));
        using var browser = host.Browser();

        await PortalHost.SignInAsync(browser, user.Email!);
        var half = await IsSignedInAsync(browser);
        var wrong = await TextAsync(await SendAsync(browser, Wrong(secret)));
        var right = await SendAsync(browser, Totp.Code(secret, 1));

        Assert.False(half);
        Assert.Contains("This code is wrong", wrong, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.True(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task Code_UsedOnce_IsRefusedASecondTime()
    {
        var (user, _, secret, _) = await EnabledAsync();
        var code = Totp.Code(secret, 1);

        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(user, code)).Answer.StatusCode);
        var (browser, again) = await SignInAsync(user, code);

        Assert.Contains("was used before", await TextAsync(again), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task RecoveryCode_SignsInOnceAndIsWrittenDown()
    {
        var (user, _, _, codes) = await EnabledAsync();

        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(user, $" {codes[0].ToLowerInvariant()} ")).Answer.StatusCode);
        var (_, again) = await SignInAsync(user, codes[0]);

        Assert.Contains("was used before", await TextAsync(again), StringComparison.Ordinal);
        Assert.Contains(AccountEventKind.SignedInByRecoveryCode, await HistoryAsync(user));
    }

    [Fact]
    public async Task Codes_GuessedTooOften_LockTheAccount()
    {
        var (user, _, secret, codes) = await EnabledAsync();
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, user.Email!);
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(browser, Wrong(secret));
        }

        Assert.Contains("this account is locked", await TextAsync(await SendAsync(browser, Totp.Code(secret, 1))), StringComparison.Ordinal);
        Assert.Contains("this account is locked", await TextAsync(await SendAsync(browser, codes[0])), StringComparison.Ordinal);
        Assert.False(await IsSignedInAsync(browser));
    }

    [Fact]
    public async Task SecondStep_WithoutTheFirst_BeginsAgain()
    {
        using var browser = host.Browser();

        Assert.Contains("Begin again", await TextAsync(await browser.GetAsync(new Uri("/account/sign-in/code", UriKind.Relative), Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enabling_WithAWrongCodeOrPassword_LeavesTheAccountAsItIs()
    {
        using var browser = host.Browser();
        var user = await host.NewUserAsync();
        await PortalHost.SignInAsync(browser, user.Email!);
        var (secret, offer) = await OfferAsync(browser);

        var wrongCode = await TextAsync(await EnableAsync(browser, offer, Wrong(secret)));
        var wrongPassword = await TextAsync(await EnableAsync(browser, offer, Totp.Code(secret), "not the password"));
        var forged = await TextAsync(await EnableAsync(browser, "forged", Totp.Code(secret)));

        Assert.Contains("does not fit", wrongCode, StringComparison.Ordinal);
        Assert.Equal(secret, Secret().Match(wrongCode).Groups["secret"].Value);
        Assert.Contains("not your present password", wrongPassword, StringComparison.Ordinal);
        Assert.Contains("does not fit", forged, StringComparison.Ordinal);
        Assert.Equal("/", PortalHost.TargetOf(await PortalHost.SignInAsync(host.Browser(), user.Email!)));
    }

    [Fact]
    public async Task Offer_OfAnother_IsOfNoUse()
    {
        using var mine = host.Browser();
        using var theirs = host.Browser();
        await PortalHost.SignInAsync(mine, (await host.NewUserAsync()).Email!);
        await PortalHost.SignInAsync(theirs, (await host.NewUserAsync()).Email!);
        var (secret, offer) = await OfferAsync(mine);

        Assert.Contains("does not fit", await TextAsync(await EnableAsync(theirs, offer, Totp.Code(secret))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewCodes_WithThePassword_ReplaceTheOld()
    {
        var (user, browser, _, codes) = await EnabledAsync();

        var refused = await TextAsync(await ChangeAsync(browser, "NewCodes", "not the password"));
        var page = await TextAsync(await ChangeAsync(browser, "NewCodes"));

        Assert.Contains("not your present password", refused, StringComparison.Ordinal);
        var renewed = Code().Matches(page).Select(static m => m.Groups["code"].Value).ToList();
        Assert.Equal(SecondFactor.RecoveryCodes, renewed.Count);
        Assert.DoesNotContain(codes[1], renewed);
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(user, codes[1])).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(user, renewed[1])).Answer.StatusCode);
    }

    [Fact]
    public async Task Disabling_NeedsThePassword()
    {
        var (user, browser, _, _) = await EnabledAsync();

        await ChangeAsync(browser, "Disable", "not the password");
        Assert.Contains("/account/sign-in/code", (await PortalHost.SignInAsync(host.Browser(), user.Email!)).Headers.Location!.OriginalString, StringComparison.Ordinal);

        var done = await ChangeAsync(browser, "Disable");
        Assert.Equal("/account", PortalHost.TargetOf(done));
        Assert.True(await IsSignedInAsync(browser));
        using var later = host.Browser();
        await PortalHost.SignInAsync(later, user.Email!);
        Assert.True(await IsSignedInAsync(later));
    }

    [Fact]
    public async Task Reset_ByAnAdministrator_IsWrittenDownAndEndsTheSessions()
    {
        var (user, browser, _, _) = await EnabledAsync();
        var people = host.Services.GetRequiredService<IPeople>();
        var admin = new Actor(Guid.NewGuid(), "Ada Administrator", true);

        var reset = await people.ResetSecondFactorAsync(admin, user.Id, Cancel);
        var again = await people.ResetSecondFactorAsync(admin, user.Id, Cancel);

        Assert.False(reset.Value!.SecondFactor);
        Assert.Equal(FailureCodes.NoSecondFactor, again.Failure!.Code);
        var events = await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 10, Cancel);
        Assert.Equal((AccountEventKind.SecondFactorReset, "Ada Administrator"), (events[0].Kind, events[0].ByName));
        await Eventually.TrueAsync(async () => !await IsSignedInAsync(browser), "the session has ended", TimeSpan.FromSeconds(15));
        using var later = host.Browser();
        await PortalHost.SignInAsync(later, user.Email!);
        Assert.True(await IsSignedInAsync(later));
    }

    [Fact]
    public async Task Reset_ByAnybodyElse_IsRefused()
    {
        var (user, _, _, _) = await EnabledAsync();

        var answer = await host.Services.GetRequiredService<IPeople>().ResetSecondFactorAsync(new Actor(user.Id, "", false, IsTeacher: true), user.Id, Cancel);

        Assert.Equal(FailureCodes.AdministratorsOnly, answer.Failure!.Code);
    }

    [Fact]
    public async Task Database_HoldsNeitherTheSecretNorTheCodes()
    {
        var (user, _, secret, codes) = await EnabledAsync();
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(Cancel);

        var values = string.Join('\n', await db.UserTokens.Where(t => t.UserId == user.Id).Select(static t => t.Value).ToListAsync(Cancel));

        Assert.NotEmpty(values);
        Assert.DoesNotContain(secret.Replace(" ", "", StringComparison.Ordinal), values, StringComparison.Ordinal);
        Assert.All(codes, code => Assert.DoesNotContain(code, values, StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<AccountEventKind>> HistoryAsync(PortalUser user)
        => [.. (await host.Services.GetRequiredService<IAccountHistory>().ListOwnAsync(new Actor(user.Id, "", false), 20, Cancel)).Select(static e => e.Kind)];

    [GeneratedRegex("""data-testid="factor-secret"[^>]*>(?<secret>[A-Z2-7 ]+)<""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Secret();

    [GeneratedRegex("""name="Enabling.Offer" value="(?<offer>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Offer();

    [GeneratedRegex("<code[^>]*>(?<code>[0-9A-Z]{5}-[0-9A-Z]{5})</code>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Code();
}
