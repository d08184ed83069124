using System.Net;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Which language a page is in, and how one chooses another.</summary>
public sealed class LanguageTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string German = "<html lang=\"de\">";
    private const string English = "<html lang=\"en\">";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> SignInPageAsync(HttpClient browser, string? acceptLanguage = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account/sign-in", UriKind.Relative));
        if (acceptLanguage is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Language", acceptLanguage);
        }

        using var response = await browser.SendAsync(request, Cancel);
        return WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<HttpResponseMessage> ChooseAsync(HttpClient browser, string language, string returnUrl = "/account/sign-in")
    {
        using var form = new FormUrlEncodedContent(
        [
            new("__RequestVerificationToken", PortalHost.TokenOf(await SignInPageAsync(browser))),
            new("language", language),
            new("returnUrl", returnUrl),
        ]);
        return await browser.PostAsync(new Uri("/account/language", UriKind.Relative), form, Cancel);
    }

    [Theory]
    [InlineData(null, English)]
    [InlineData("de", German)]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", German)]
    [InlineData("en-GB,en;q=0.9,de;q=0.5", English)]
    [InlineData("fr,it;q=0.8", English)]
    [InlineData("fr,de;q=0.8", German)]
    [InlineData("☃", English)]
    public async Task Page_NothingChosen_IsAsTheBrowserAsks(string? acceptLanguage, string expected)
    {
        using var browser = host.Browser();

        var page = await SignInPageAsync(browser, acceptLanguage);

        Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.Contains(expected == German ? "Auf diesem Gerät angemeldet bleiben" : "Keep me signed in", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choice_OnTheSignInPage_HoldsAgainstTheBrowsersWish()
    {
        using var browser = host.Browser();

        using var chosen = await ChooseAsync(browser, "de", "/account/sign-in?returnUrl=%2Factivity");
        var page = await SignInPageAsync(browser, "en");

        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        Assert.Equal("/account/sign-in?returnUrl=%2Factivity", chosen.Headers.Location!.OriginalString);
        Assert.Contains(German, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xx")]
    [InlineData("../de")]
    [InlineData("")]
    public async Task Choice_OfALanguageThatIsNotSpoken_IsEnglish(string language)
    {
        using var browser = host.Browser();
        using var chosen = await ChooseAsync(browser, language);

        Assert.Contains(English, await SignInPageAsync(browser, "de"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_WithAnUnknownLanguage_FallsBackToTheBrowsersWish()
    {
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.Add("Cookie", "portal-language=c%3Dxx%7Cuic%3Dxx");

        Assert.Contains(German, await SignInPageAsync(browser, "de"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choice_ReturnAddressElsewhere_StaysWithinThePortal()
    {
        using var browser = host.Browser();

        using var chosen = await ChooseAsync(browser, "de", "https://elsewhere.test/");

        Assert.Equal("/", chosen.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Choice_WithoutTheFormsToken_IsRefused()
    {
        using var browser = host.Browser();
        using var form = new FormUrlEncodedContent([new("language", "de")]);

        using var response = await browser.PostAsync(new Uri("/account/language", UriKind.Relative), form, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Choice_OfSomebodySignedIn_HoldsInAnotherBrowser()
    {
        using (var first = host.Browser())
        {
            await PortalHost.SignInAsync(first, "teacher@demo.test");
            using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", PortalHost.TokenOf(await first.GetStringAsync(new Uri("/", UriKind.Relative), Cancel))), new("language", "de"), new("returnUrl", "/account")]);
            using var chosen = await first.PostAsync(new Uri("/account/language", UriKind.Relative), form, Cancel);
            Assert.Equal("/account", chosen.Headers.Location!.OriginalString);
        }

        using var second = host.Browser();
        await PortalHost.SignInAsync(second, "teacher@demo.test");
        var page = WebUtility.HtmlDecode(await second.GetStringAsync(new Uri("/", UriKind.Relative), Cancel));

        Assert.Contains(German, page, StringComparison.Ordinal);
        Assert.Contains("Meine VMs", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validation_German_SaysSoInGerman()
    {
        using var browser = host.Browser();
        using var chosen = await ChooseAsync(browser, "de");

        using var response = await PortalHost.SignInAsync(browser, "dev@demo.test", "not the password");
        using var empty = await PortalHost.SignInAsync(browser, "dev@demo.test", "");

        Assert.Contains("E-Mail-Adresse oder Passwort ist falsch.", WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel)), StringComparison.Ordinal);
        Assert.Contains("Geben Sie Ihr Passwort ein.", WebUtility.HtmlDecode(await empty.Content.ReadAsStringAsync(Cancel)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Api_WhateverTheCallerAsks_AnswersInEnglish()
    {
        using var browser = host.Browser();
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", "de");
        browser.DefaultRequestHeaders.Add("Cookie", "portal-language=c%3Dde%7Cuic%3Dde");

        var answer = await (await browser.GetAsync(new Uri("/api/v1/vms", UriKind.Relative), Cancel)).Content.ReadAsStringAsync(Cancel);

        Assert.DoesNotContain("Sie", answer, StringComparison.Ordinal);
    }
}
