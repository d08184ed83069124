using Microsoft.AspNetCore.Identity;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Tests.Api;

public sealed class AuthenticationTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Api_WithoutToken_Answers401AndHowToAuthenticate()
    {
        using var client = host.Client(null);

        var answer = await client.SendAsync("GET", "/api/v1/vms");

        EndpointTests.AssertProblem(answer, 401, "token-missing");
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
    }

    [Theory]
    [InlineData("spt_")]
    [InlineData("garbage")]
    [InlineData("spt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000")]
    public async Task Api_GarbageToken_Answers401(string token)
    {
        using var client = host.Client(token);

        var answer = await client.SendAsync("GET", "/api/v1/vms");

        EndpointTests.AssertProblem(answer, 401, "token-invalid");
        Assert.Contains("invalid_token", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic YW5uYTpzZWNyZXQ=")]
    [InlineData("Bearer")]
    [InlineData("spt_x")]
    public async Task Api_OtherAuthorization_Answers401(string header)
    {
        using var client = host.Client(null);

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/api/v1/vms", headers: ("Authorization", header)), 401, "token-missing");
    }

    [Fact]
    public async Task Api_RevokedToken_Answers401AtOnce()
    {
        var (id, secret) = await host.TokenAsync(host.Anna);
        using var client = host.Client(secret);
        Assert.Equal(200, (await client.SendAsync("GET", "/api/v1/vms")).Status);

        await host.RevokeAsync(host.Anna, id);

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/api/v1/vms"), 401, "token-invalid");
    }

    [Fact]
    public async Task Api_ExpiredToken_Answers401()
    {
        var (_, secret) = await host.TokenAsync(host.Anna, days: 1);
        using var client = host.Client(secret);
        Assert.Equal(200, (await client.SendAsync("GET", "/api/v1/vms")).Status);

        host.Time.Advance(TimeSpan.FromDays(1));

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/api/v1/vms"), 401, "token-invalid");
    }

    [Fact]
    public async Task Api_UserWhomOthersGuessedAt_IsAnswered()
    {
        var user = await host.NewUserAsync("guessed-at");
        using var client = host.Client((await host.TokenAsync(user)).Secret);

        await host.WithUserAsync(user, static async (users, u) =>
        {
            Assert.True((await users.SetLockoutEnabledAsync(u, true)).Succeeded);
            Assert.True((await users.SetLockoutEndDateAsync(u, DateTimeOffset.MaxValue)).Succeeded);
        });

        Assert.Equal(200, (await client.SendAsync("GET", "/api/v1/vms")).Status);
    }

    [Fact]
    public async Task Api_DeletedUser_Answers401()
    {
        var user = await host.NewUserAsync("deleted");
        using var client = host.Client((await host.TokenAsync(user)).Secret);

        await host.WithUserAsync(user, static (users, u) => users.DeleteAsync(u));

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/api/v1/vms"), 401, "token-invalid");
    }

    [Fact]
    public async Task Api_RoleGivenAndTaken_CountsFromTheNextRequestOn()
    {
        var user = await host.NewUserAsync("promoted");
        using var client = host.Client((await host.TokenAsync(user)).Secret);

        await host.WithUserAsync(user, static (users, u) => users.AddToRoleAsync(u, PortalRoles.Administrator));
        await client.SendAsync("GET", "/api/v1/vms");
        Assert.True(host.Machines.Last!.Value.Actor.IsAdministrator);

        await host.WithUserAsync(user, static (users, u) => users.RemoveFromRoleAsync(u, PortalRoles.Administrator));
        await client.SendAsync("GET", "/api/v1/vms");
        Assert.False(host.Machines.Last!.Value.Actor.IsAdministrator);
    }

    [Fact]
    public async Task Api_BrowsersCookie_IsNotAccepted()
    {
        var cookie = await host.CookieAsync(host.Anna);
        using var client = host.Client(null);

        EndpointTests.AssertProblem(await client.SendAsync("GET", "/api/v1/vms", headers: ("Cookie", cookie)), 401, "token-missing");
        EndpointTests.AssertProblem(
            await client.SendAsync("POST", $"/api/v1/vms/{Guid.NewGuid()}/start", headers: ("Cookie", cookie)), 401, "token-missing");
    }

    [Fact]
    public async Task Api_TokenInTheQuery_IsNotAccepted()
    {
        using var client = host.Client(null);

        EndpointTests.AssertProblem(await client.SendAsync("GET", $"/api/v1/vms?access_token={host.AnnasToken}"), 401, "token-missing");
    }

    [Fact]
    public async Task Api_AuthenticationItselfBreaks_AnswersAGenericProblemAndNotTheErrorPage()
    {
        var other = new ApiHost { BreakableTokens = true };
        await other.InitializeAsync();
        await using var _ = other;
        using var client = other.Client(other.AnnasToken);
        Assert.Equal(200, (await client.SendAsync("GET", "/api/v1/vms")).Status);

        other.BreakTokens();

        var answer = await client.SendAsync("GET", "/api/v1/vms");
        EndpointTests.AssertProblem(answer, 500, "internal-error");
        Assert.DoesNotContain("disk", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hub_WithoutAnything_Answers401AndNotAnErrorPageOrARedirect()
    {
        using var client = host.Client(null);

        EndpointTests.AssertProblem(await client.SendAsync("POST", "/hubs/operations/negotiate?negotiateVersion=1"), 401, "token-missing");
    }

    [Fact]
    public async Task Log_AfterAllThis_HoldsNoSecret()
    {
        using var client = host.Client(host.AnnasToken);
        await client.SendAsync("GET", "/api/v1/vms");

        Assert.DoesNotContain(host.Log.Lines, l => l.Contains(host.AnnasToken, StringComparison.Ordinal));
    }
}
