using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SnapshotPortal.Web.Components.Account;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Hosting;

public sealed class AccountPagesTests(PortalHost host) : IClassFixture<PortalHost>
{

    private static string Decoded(string html) => WebUtility.HtmlDecode(html);

    private static async Task<string> TextAsync(HttpResponseMessage response) => Decoded(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    [Fact]
    public async Task StartPage_NobodySignedIn_LeadsToSignInAndBack()
    {
        using var browser = host.Browser();

        var response = await browser.GetAsync(new Uri("/activity?show=active", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/account/sign-in?returnUrl=%2Factivity%3Fshow%3Dactive", response.Headers.Location!.PathAndQuery);
    }

    [Fact]
    public async Task SignIn_RightPassword_OpensThePortal()
    {
        using var browser = host.Browser();

        var response = await PortalHost.SignInAsync(browser, "dev@demo.test");
        var page = await browser.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("My VMs", await TextAsync(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev@demo.test")]
    [InlineData("nobody@demo.test")]
    public async Task SignIn_WrongPassword_SaysTheSameWhetherTheAccountExistsOrNot(string email)
    {
        using var browser = host.Browser();

        var asked = Stopwatch.GetTimestamp();
        var response = await PortalHost.SignInAsync(browser, email, "not the password");

        Assert.Contains("E-mail address or password is wrong.", await TextAsync(response), StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(asked) >= SignIn.RefusalAfter);
    }

    [Fact]
    public async Task SignIn_TooManyWrongPasswords_LocksTheAccountEvenForTheRightOne()
    {
        using var browser = host.Browser();
        for (var i = 0; i < 5; i++)
        {
            await PortalHost.SignInAsync(browser, "student2@demo.test", "not the password");
        }

        var response = await PortalHost.SignInAsync(browser, "student2@demo.test");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("After 5 wrong attempts an account is locked for 5 minutes", await TextAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SignIn_TooManyWrongPasswords_AreAnsweredLikeThoseForNobody()
    {
        Assert.Equal(await SixthAsync("nobody@demo.test"), await SixthAsync("teacher@demo.test"));

        async Task<string> SixthAsync(string email)
        {
            using var browser = host.Browser();
            var text = "";
            for (var i = 0; i < 6; i++)
            {
                text = await TextAsync(await PortalHost.SignInAsync(browser, email, "not the password"));
            }

            var from = text.IndexOf("role=\"alert\"", StringComparison.Ordinal);
            return text[from..text.IndexOf("</p>", from, StringComparison.Ordinal)];
        }
    }

    [Theory]
    [InlineData("https://elsewhere.test/")]
    [InlineData("//elsewhere.test/")]
    [InlineData("/\\elsewhere.test/")]
    [InlineData("/a\\..\\\\elsewhere.test")]
    [InlineData("/\t/elsewhere.test/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\u2028/elsewhere.test/")]
    [InlineData("/übung")]
    public async Task SignIn_ReturnAddressElsewhere_IsRefused(string returnUrl)
    {
        using var browser = host.Browser();

        var response = await PortalHost.SignInAsync(browser, "dev@demo.test", query: $"?returnUrl={Uri.EscapeDataString(returnUrl)}");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        var target = new Uri(new Uri("http://localhost/account/sign-in"), response.Headers.Location!);
        Assert.Equal("http://localhost/", target.AbsoluteUri);
    }

    [Fact]
    public async Task SignIn_ByTheCookiesOwnHandler_LeadsNowhere()
    {
        var options = host.Services.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var scheme = new AuthenticationScheme(IdentityConstants.ApplicationScheme, null, typeof(CookieAuthenticationHandler));
        var context = new RedirectContext<CookieAuthenticationOptions>(new DefaultHttpContext(), scheme, options, new AuthenticationProperties(), "/\u2028/elsewhere.test/");

        await options.Events.RedirectToReturnUrl(context);

        Assert.False(context.Response.Headers.ContainsKey("Location"));
    }

    [Theory]
    [InlineData("/vms/1?tab=activity", "/vms/1?tab=activity")]
    [InlineData("", "/")]
    [InlineData(null, "/")]
    [InlineData("vms", "/")]
    public void Local_Address_StaysWithinThePortal(string? url, string expected) => Assert.Equal(expected, AccountRoutes.Local(url));

    [Fact]
    public async Task SignOut_WithoutTheFormsToken_IsRefused()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");

        using var empty = new FormUrlEncodedContent([]);
        var response = await browser.PostAsync(new Uri("/account/sign-out", UriKind.Relative), empty, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task SignOut_Form_EndsTheSession()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");
        var page = await browser.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var form = new FormUrlEncodedContent([new("__RequestVerificationToken", PortalHost.TokenOf(page))]);

        var response = await browser.PostAsync(new Uri("/account/sign-out", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var after = await browser.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, after.StatusCode);
    }

    [Theory]
    [InlineData("newcomer@example.org")]
    [InlineData("nora.o'brien@example.org")]
    public async Task Register_Open_MakesTheAccountAndSignsIn(string email)
    {
        using var browser = host.Browser();

        var response = await RegisterAsync(browser, email, "twelve letters");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Register_ShortPassword_SaysHowLongItMustBe()
    {
        using var browser = host.Browser();

        var response = await RegisterAsync(browser, "new@example.org", "too short");

        Assert.Contains("at least 12 characters", await TextAsync(response), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Eve\r\ninfo: Ada has deleted everything")]
    [InlineData("\u001b[31mEve")]
    [InlineData("\u202eavE")]
    [InlineData("\u200b\u200d")]
    public async Task Register_NameThatShowsAsSomethingElse_IsRefused(string name)
    {
        using var browser = host.Browser();

        var response = await RegisterAsync(browser, "eve@example.org", "twelve letters", name);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("visible characters", await TextAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Register_TakenAddress_SaysSoOnce()
    {
        using var browser = host.Browser();

        var response = await RegisterAsync(browser, "dev@demo.test", "twelve letters");

        var text = await TextAsync(response);
        Assert.Equal(2, text.Split("There is an account with this e-mail address already.").Length);
    }

    [Fact]
    public void Registration_AsShipped_IsClosed()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SnapshotPortal.sln")))
        {
            folder = folder.Parent;
        }

        var shipped = new ConfigurationBuilder().AddJsonFile(Path.Combine(folder.FullName, "appsettings.json")).Build();

        Assert.Equal("False", shipped["Registration:Open"]);
    }

    [Fact]
    public async Task Register_Closed_IsRefusedToFormsFromBeforeToo()
    {
        using var closedHost = new PortalHost().With("Registration:Open", "false");
        using var browser = closedHost.Browser();

        var page = await browser.GetAsync(new Uri("/account/register", UriKind.Relative), TestContext.Current.CancellationToken);
        var post = await PortalHost.PostFormAsync(browser, "/account/sign-in", "/account/register", "register", Fields("new@example.org", "twelve letters"));
        var signIn = await PortalHost.SignInAsync(browser, "new@example.org", "twelve letters");

        Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
        Assert.NotEqual(HttpStatusCode.Redirect, post.StatusCode);
        Assert.Contains("is wrong", await TextAsync(signIn), StringComparison.Ordinal);
        Assert.DoesNotContain("/account/register", await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static (string, string)[] Fields(string email, string password, string name = "New Person")
        => [("Input.Name", name), ("Input.Email", email), ("Input.Password", password), ("Input.Repeat", password)];

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient browser, string email, string password, string name = "New Person")
        => PortalHost.PostFormAsync(browser, "/account/register", "register", Fields(email, password, name));
}
