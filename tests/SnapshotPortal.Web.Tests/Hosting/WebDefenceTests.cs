using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using SnapshotPortal.TestSupport;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>What stands between the browser and the portal.</summary>
public sealed class WebDefenceTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string address) => browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);

    [Theory]
    [InlineData("/")]
    [InlineData("/account/sign-in")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/delete")]
    [InlineData("/admin/audit")]
    public async Task Pages_HoldNoScriptOfTheirOwnAndNothingForeign(string address)
    {
        using var admin = host.Browser();
        await PortalHost.SignInAsync(admin, "admin@demo.test");

        var response = await GetAsync(address == "/account/sign-in" ? host.Browser() : admin, address);
        var page = await response.Content.ReadAsStringAsync(Cancel);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(new Regex("<script(?![^>]*\\ssrc=)[^>]*>\\s*[^<\\s]", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)), page);
        Assert.DoesNotMatch(new Regex("\\son[a-z]+=\"", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)), page);
        Assert.DoesNotMatch(new Regex("(src|href)=\"(https?:)?//(?!localhost/)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)), page);
    }

    [Fact]
    public async Task Cookies_OverHttps_AreSecureAndNotForScripts()
    {
        using var browser = host.CreateClient(new() { AllowAutoRedirect = false, BaseAddress = new Uri("https://localhost") });

        var form = await GetAsync(browser, "/account/sign-in");
        var signedIn = await PortalHost.SignInAsync(browser, "dev@demo.test");

        var cookies = form.Headers.GetValues("Set-Cookie").Concat(signedIn.Headers.GetValues("Set-Cookie")).ToList();
        Assert.Contains(cookies, static c => c.StartsWith("snapshotportal=", StringComparison.Ordinal));
        Assert.All(cookies, static c =>
        {
            Assert.Contains("; secure", c, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("; httponly", c, StringComparison.OrdinalIgnoreCase);
            Assert.Matches("(?i); samesite=(lax|strict)", c);
        });
    }

    [Theory]
    [InlineData("/_blazor", "https://evil.example", null, true)]
    [InlineData("/_blazor", "http://sub.localhost", null, true)]
    [InlineData("/_blazor/negotiate", "null", null, true)]
    [InlineData("/hubs/operations", "http://localhost:81", null, true)]
    [InlineData("/consoles", "https://localhost", null, true)]
    [InlineData("/_blazor", "http://localhost", null, false)]
    [InlineData("/_blazor", null, null, false)]
    [InlineData("/hubs/operations", "https://wall.example", "?access_token=spt_x", false)]
    [InlineData("/_blazor", "https://evil.example", "?access_token=spt_x", true)]
    [InlineData("/_blazor/negotiate", "http://sub.localhost", "?Access_Token=", true)]
    [InlineData("/consoles", "https://evil.example", "?access_token=spt_x", true)]
    [InlineData("/app.css", "https://evil.example", null, false)]
    public void Origin_OfAConnectionWithTheSession_MustBeThePortals(string path, string? origin, string? query, bool foreign)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path, request.QueryString) = ("http", new HostString("localhost"), path, new QueryString(query));
        if (origin is not null)
        {
            request.Headers.Origin = origin;
        }

        Assert.Equal(foreign, OwnOrigin.IsForeign(request));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&access_token=x")]
    public async Task Circuit_FromAPageOfAnotherOrigin_IsRefused(string query)
    {
        using var browser = host.Browser();
        var answer = await PortalHost.SignInAsync(browser, "dev@demo.test");
        var cookie = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(static c => c.Split(';')[0]));
        var client = host.Server.CreateWebSocketClient();
        client.ConfigureRequest = request =>
        {
            request.Headers.Cookie = cookie;
            request.Headers.Origin = "https://evil.example";
        };

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync(new Uri($"ws://localhost/_blazor?id=x{query}"), Cancel));

        Assert.Contains("403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Circuits_OfStrangers_AreBoundedAndTakeNoPlaceFromWhoeverHasSignedIn()
    {
        using var small = new PortalHost();
        using var browser = small.Browser();
        var answer = await PortalHost.SignInAsync(browser, "dev@demo.test");
        var cookie = string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(static c => c.Split(';')[0]));
        async Task<WebSocket> OpenAsync(string? session = null)
        {
            var client = small.Server.CreateWebSocketClient();
            client.ConfigureRequest = request => request.Headers.Cookie = session;
            return await client.ConnectAsync(new Uri("ws://localhost/_blazor"), Cancel);
        }

        var open = await Task.WhenAll(Enumerable.Range(0, PageConnections.OfStrangers).Select(_ => OpenAsync()));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync());
        using var mine = await OpenAsync(cookie);
        open[0].Abort();

        Assert.Contains("429", refused.Message, StringComparison.Ordinal);
        Assert.Equal(WebSocketState.Open, mine.State);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                using var next = await OpenAsync();
                return true;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }, "there is a place again");
        Array.ForEach(open, static socket => socket.Dispose());
    }

    /// <summary>Only a WebSocket ends with its request, so nothing else is counted rightly.</summary>
    [Theory]
    [InlineData("/_blazor?id=x")]
    [InlineData("/_BLAZOR/?id=x")]
    public async Task Circuit_WithoutAWebSocket_IsRefusedAndSaysWhatToDo(string path)
    {
        using var browser = host.Browser();

        var answer = await GetAsync(browser, path);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("proxy", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::1", "2001:db8:1:3::/64")]
    [InlineData("::1", "::/64")]
    public void Stranger_WithManyAddressesOfOneNetwork_IsCountedOnce(string address, string network)
        => Assert.Equal(network, ClientNetwork.Of(IPAddress.Parse(address)));

    [Fact]
    public async Task Forms_SentTooOften_AreHeldBackWithRetryAfter()
    {
        using var small = new PortalHost().With("Accounts:FormsAtOnce", "5");
        using var browser = small.Browser();
        var token = PortalHost.TokenOf(await browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), Cancel));

        // All at once: one after the other, on a busy machine, they would be as seldom as is allowed.
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => SendFormAsync(browser, token)));
        var refused = answers.FirstOrDefault(static a => a.StatusCode == HttpStatusCode.TooManyRequests);

        Assert.NotNull(refused);
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(browser, "/account/sign-in")).StatusCode);
    }

    private static async Task<HttpResponseMessage> SendFormAsync(HttpClient browser, string token)
    {
        using var form = new FormUrlEncodedContent(
        [
            new("_handler", "sign-in"),
            new("__RequestVerificationToken", token),
            new("Input.Email", "nobody@demo.test"),
            new("Input.Password", "not the password"),
        ]);
        return await browser.PostAsync(new Uri("/account/sign-in", UriKind.Relative), form, Cancel);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/\t/evil.example")]
    public async Task ReturnUrl_ThatLeadsElsewhere_IsNotFollowed(string target)
    {
        using var browser = host.Browser();

        var response = await PortalHost.SignInAsync(browser, "dev@demo.test", query: $"?returnUrl={Uri.EscapeDataString(target)}");

        Assert.Equal("/", PortalHost.TargetOf(response));
    }

    [Fact]
    public async Task ForwardedAddress_FromNobodysProxy_IsNotBelieved()
    {
        var context = await host.Server.SendAsync(static c =>
        {
            c.Request.Path = "/healthz";
            c.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
            c.Request.Headers["X-Forwarded-For"] = "192.0.2.1";
            c.Request.Headers["X-Forwarded-Proto"] = "https";
        }, Cancel);

        Assert.Equal(("203.0.113.9", "http"), (context.Connection.RemoteIpAddress!.ToString(), context.Request.Scheme));
    }

    [Fact]
    public async Task Log_AfterSecretsWerePlanted_HoldsNone()
    {
        using var browser = host.Browser();
        string[] secrets = ["planted-password-7f3a", "spt_planted0000000000000000000000000000000000000000", "planted-reset-token", "123987", "planted-ticket"];

        await PortalHost.SignInAsync(browser, "dev@demo.test", secrets[0]);
        await PortalHost.PostFormAsync(browser, "/account/register", "register", ("Input.Name", "Nia"), ("Input.Email", "not an address"), ("Input.Password", secrets[0]), ("Input.Repeat", secrets[0]));
        using var call = new HttpRequestMessage(HttpMethod.Get, "/api/v1/vms");
        call.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secrets[1]}");
        await browser.SendAsync(call, Cancel);
        await GetAsync(browser, $"/hubs/operations?access_token={secrets[1]}");
        await GetAsync(browser, $"/account/reset-password?user={Guid.NewGuid()}&token={secrets[2]}");
        await GetAsync(browser, $"/account/invitation?user={Guid.NewGuid()}&token={secrets[2]}");
        await PortalHost.SignInAsync(browser, "dev@demo.test");
        await PortalHost.PostFormAsync(browser, "/account/second-factor", "enable", ("Enabling.Offer", secrets[2]), ("Enabling.Code", secrets[3]), ("Enabling.Password", secrets[0]));
        var socket = host.Server.CreateWebSocketClient();
        socket.SubProtocols.Add($"ticket.{secrets[4]}");
        await Assert.ThrowsAnyAsync<Exception>(() => socket.ConnectAsync(new Uri("ws://localhost/consoles"), Cancel));

        Assert.All(secrets, secret => Assert.DoesNotContain(secret, host.Log.Text, StringComparison.Ordinal));
    }
}
