using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Tests.Api;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Requests_MoreThanTheBurst_Answer429ForThatUserOnly()
    {
        var host = new ApiHost { Settings = { ["Api:RequestsPerSecond"] = "1", ["Api:Burst"] = "3" } };
        await host.InitializeAsync();
        await using var _ = host;
        using var anna = host.Client(host.AnnasToken);
        using var annaToo = host.Client((await host.TokenAsync(host.Anna)).Secret);
        using var ben = host.Client(host.BensToken);

        // However slow the machine: one a second is given back, ten are asked for at once.
        var asked = Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? anna : annaToo).SendAsync("GET", "/api/v1/vms")));
        var answers = await host.WithTimePassingAsync(asked);

        var refused = answers.Where(static a => a.Status == 429).ToList();
        Assert.NotEmpty(refused);
        Assert.True(answers.Count(static a => a.Status == 200) >= 3);
        Assert.All(refused, static a =>
        {
            EndpointTests.AssertProblem(a, 429, "too-many-requests");
            Assert.True(a.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        });
        Assert.Equal(200, (await ben.SendAsync("GET", "/api/v1/vms")).Status);
    }

    [Fact]
    public async Task Requests_AfterOneTooMany_AreRefusedForAMomentWithoutLookingUpTheToken()
    {
        var host = new ApiHost { BreakableTokens = true, Settings = { ["Api:RequestsPerSecond"] = "1", ["Api:Burst"] = "1" } };
        await host.InitializeAsync();
        await using var _ = host;
        using var anna = host.Client(host.AnnasToken);
        using var ben = host.Client(host.BensToken);
        var first = Task.WhenAll(Enumerable.Range(0, 20).Select(_ => anna.SendAsync("GET", "/api/v1/vms")));
        await Eventually.TrueAsync(() => host.Services.GetRequiredService<HeldBack>().Count == 1, "one token is held back");
        host.BreakTokens();

        var within = anna.SendAsync("GET", "/api/v1/vms");
        Assert.Equal(500, (await ben.SendAsync("GET", "/api/v1/vms")).Status);

        EndpointTests.AssertProblem(await host.WithTimePassingAsync(within), 429, "too-many-requests");
        await host.WithTimePassingAsync(first);
        Assert.Equal(500, (await anna.SendAsync("GET", "/api/v1/vms")).Status);
    }

    [Fact]
    public async Task Requests_OfOneToken_BeginInTurnAndEndTheirTurnAfterAMoment()
    {
        var host = new ApiHost { BreakableTokens = true };
        await host.InitializeAsync();
        await using var _ = host;
        using var anna = host.Client(host.AnnasToken);
        using var ben = host.Client(host.BensToken);
        var goOn = new TaskCompletionSource();
        var begun = new ConcurrentBag<string>();
        int Hers() => begun.Count(secret => secret == host.AnnasToken);
        host.BeforeAuthentication = secret =>
        {
            begun.Add(secret);
            return goOn.Task;
        };

        var hers = Enumerable.Range(0, 3 * TokenTurns.AtOnce).Select(_ => anna.SendAsync("GET", "/api/v1/vms")).ToList();
        await Eventually.TrueAsync(() => Hers() == TokenTurns.AtOnce, "the first of hers have begun");
        var his = ben.SendAsync("GET", "/api/v1/vms");
        await Eventually.TrueAsync(() => begun.Contains(host.BensToken), "his has begun");

        Assert.Equal(TokenTurns.AtOnce, Hers());
        host.Time.Advance(TokenTurns.Longest);
        await Eventually.TrueAsync(() => Hers() == 2 * TokenTurns.AtOnce, "the next of hers have begun");
        goOn.SetResult();
        Assert.All(await Task.WhenAll([.. hers, his]), static answer => Assert.Equal(200, answer.Status));
    }

    [Fact]
    public async Task Options_NotInRange_RefuseToStart()
    {
        var host = new ApiHost { Settings = { ["Api:RequestsPerSecond"] = "0" } };

        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(async () => await host.InitializeAsync());

        await host.DisposeAsync();
    }
}
