using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The first administrator is made with the link in the log, once, and by nobody else.</summary>
public sealed partial class SetupTests : IDisposable
{
    private const string Password = "a long enough password";

    private readonly PortalHost _host = new PortalHost().With("Demo:Enabled", "false");
    private readonly HttpClient _browser;

    public SetupTests() => _browser = _host.Browser();

    public void Dispose()
    {
        _browser.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Link_FromTheLog_MakesTheAdministratorAndShowsWhatIsReady()
    {
        var link = await LinkAsync();

        var made = await MakeAsync(link, "first@example.org");
        var next = await _browser.GetAsync(made.Headers.Location, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Equal("/admin/readiness?first=true", made.Headers.Location!.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Contains("data-testid=\"first-steps\"", await TextAsync(next), StringComparison.Ordinal);
        Assert.Equal(["first@example.org"], await AdministratorsAsync());
    }

    [Fact]
    public async Task Link_Used_OpensNothingMore()
    {
        var link = await LinkAsync();
        using var other = _host.Browser();
        var form = await other.GetStringAsync(link, TestContext.Current.CancellationToken);
        await MakeAsync(link, "first@example.org");

        var again = await other.GetAsync(link, TestContext.Current.CancellationToken);
        using var fields = Form(PortalHost.TokenOf(form), "second@example.org", Password);
        var late = await other.PostAsync(link, fields, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        Assert.Equal(["first@example.org"], await AdministratorsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("?token=")]
    [InlineData("?token=guessed")]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Link_Guessed_AnswersLikeAUsedOne(string query)
    {
        var link = await LinkAsync();

        var guessed = await _browser.GetAsync(new Uri($"/account/setup{query}", UriKind.Relative), TestContext.Current.CancellationToken);
        var guessedText = await TextAsync(guessed);
        await MakeAsync(link, "first@example.org");
        using var stranger = _host.Browser();
        var used = await stranger.GetAsync(link, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Gone, guessed.StatusCode);
        Assert.Contains("data-testid=\"setup-over\"", guessedText, StringComparison.Ordinal);
        Assert.Equal(Content(guessedText), Content(await TextAsync(used)));
    }

    [Fact]
    public async Task Link_AdministratorMadeMeanwhile_IsTooLate()
    {
        var link = await LinkAsync();
        await GiveRoleAsync("command@example.org");

        var page = await _browser.GetAsync(link, TestContext.Current.CancellationToken);
        var (user, errors) = await First.MakeAsync(TokenOf(link), "late@example.org", "Late", Password);

        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
        Assert.Null(user);
        Assert.Empty(errors);
        Assert.Equal(["command@example.org"], await AdministratorsAsync());
    }

    [Fact]
    public async Task Link_UsedTwiceAtOnce_MakesOneAdministrator()
    {
        var token = TokenOf(await LinkAsync());

        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => First.MakeAsync(token, $"one{i}@example.org", "One", Password))));

        Assert.Single(made, static m => m.User is not null);
        Assert.Single(await AdministratorsAsync());
    }

    [Fact]
    public async Task Link_PasswordRefused_CanBeUsedAgainAndLeavesNoAccount()
    {
        var link = await LinkAsync();

        var refused = await MakeAsync(link, "first@example.org", "short");
        var made = await MakeAsync(link, "first@example.org");

        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains("at least 12 characters", await TextAsync(refused), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
    }

    [Fact]
    public async Task SignIn_NobodyAdministers_SaysWhereTheLinkIs()
    {
        var link = await LinkAsync();
        var before = await _browser.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), TestContext.Current.CancellationToken);
        await MakeAsync(link, "first@example.org");
        using var stranger = _host.Browser();
        var after = await stranger.GetStringAsync(new Uri("/account/sign-in", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("data-testid=\"not-set-up\"", before, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"not-set-up\"", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AnAdministratorExists_WritesNoLink()
    {
        await LinkAsync();
        await GiveRoleAsync("somebody@example.org");

        Assert.Null(await First.OpenAsync());
        Assert.False(await First.IsAwaitedAsync());
    }

    private FirstAdministrator First => _host.Services.GetRequiredService<FirstAdministrator>();

    /// <summary>What is said; around it stands what every page has for itself.</summary>
    private static string Content(string page) => page[page.IndexOf("<h1", StringComparison.Ordinal)..page.IndexOf("</p>", StringComparison.Ordinal)];

    private static string TokenOf(Uri link) => link.OriginalString[(link.OriginalString.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    private static FormUrlEncodedContent Form(string token, string email, string password) => new(
    [
        new("_handler", "setup"),
        new("__RequestVerificationToken", token),
        new("Input.Name", "First"),
        new("Input.Email", email),
        new("Input.Password", password),
        new("Input.Repeat", password),
    ]);

    private Task<HttpResponseMessage> MakeAsync(Uri link, string email, string password = Password)
        => PortalHost.PostFormAsync(_browser, link.OriginalString, "setup", ("Input.Name", "First"), ("Input.Email", email), ("Input.Password", password), ("Input.Repeat", password));

    private async Task<Uri> LinkAsync()
    {
        _ = _host.Services;
        await Eventually.TrueAsync(() => Link().IsMatch(_host.Log.Text), "the link is in the log");
        return new Uri(Link().Match(_host.Log.Text).Value, UriKind.Relative);
    }

    private async Task<string[]> AdministratorsAsync()
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return [.. (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().GetUsersInRoleAsync(PortalRoles.Administrator)).Select(static u => u.Email!)];
    }

    private async Task GiveRoleAsync(string email)
    {
        var made = await _host.NewUserAsync("Made by a command", email);
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        Assert.True((await users.AddToRoleAsync((await users.FindByIdAsync(made.Id.ToString()))!, PortalRoles.Administrator)).Succeeded);
    }

    [GeneratedRegex("/account/setup\\?token=[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();
}
