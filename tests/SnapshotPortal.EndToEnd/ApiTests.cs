using System.Net;
using SnapshotPortal.EndToEnd.Portal;

namespace SnapshotPortal.EndToEnd;

/// <summary>What a program can do with a token from the account page.</summary>
[Collection(GoodDays.Name)]
public sealed class ApiTests(PortalWithGuest shared) : PortalTests(shared)
{
    [Fact]
    public async Task Token_MadeAndRevokedOnTheAccountPage_WorksUntilThen()
    {
        var dev = await SignInAsync(Visitor.Developer);
        var name = Unique("script");
        using var api = new PortalApi(Shared.Portal.Url, await dev.CreateTokenAsync(name));
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync($"vms/{Shared.VmId}")).Status);

        var row = dev.Page.GetByTestId("token").Filter(new() { HasText = name });
        await row.GetByTestId("token-revoke").ClickAsync();
        await dev.Page.GetByTestId("confirm").ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Revoked");

        var refused = await api.GetAsync($"vms/{Shared.VmId}");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Equal("token-invalid", refused.Code);
    }

    [Fact]
    public async Task Take_TwiceWithOneIdempotencyKey_IsOneOperation()
    {
        var (id, _) = await Shared.AddOffAsync("idem");
        var (name, key) = (Unique("Once"), Guid.NewGuid().ToString());

        var first = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name }, key);
        var second = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name }, key);
        var other = await Shared.Developer.PostAsync($"vms/{id}/snapshots", new { name = name + "!" }, key);

        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal(HttpStatusCode.Accepted, second.Status);
        var operation = first.Json.GetProperty("id").GetGuid();
        Assert.Equal(operation, second.Json.GetProperty("id").GetGuid());
        Assert.EndsWith($"/operations/{operation}", first.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal("idempotency-key-reused", other.Code);
        Assert.Equal("Succeeded", (await Shared.Developer.EndAsync(operation)).Text("state"));
        Assert.Single(await Shared.Developer.SnapshotsAsync(id));
    }

    [Fact]
    public async Task OperationsSince_AfterASnapshot_HoldsItsWholeStoryInOrder()
    {
        var (id, _) = await Shared.AddOffAsync("since");
        var since = (await Shared.Developer.GetAsync("operations?active=true")).Json.GetProperty("lastSequence").GetInt64();

        await Shared.Developer.TakeAsync(id, Unique("Told"));

        var events = (await Shared.Developer.GetAsync($"operations?since={since}&vmId={id}")).Json.GetProperty("events").EnumerateArray().ToList();
        var sequences = events.ConvertAll(static e => e.GetProperty("sequence").GetInt64());
        Assert.Equal(sequences.Order(), sequences);
        Assert.All(sequences, s => Assert.True(s > since));
        var mine = events.Where(static e => e.Text("kind") == "TakeSnapshot").ToList();
        Assert.Equal("Queued", mine[0].Text("state"));
        Assert.Equal("Succeeded", mine[^1].Text("state"));
        Assert.Contains(mine, static e => e.Text("step") == "Capture");
    }

    [Fact]
    public async Task Cancel_OfAnOperationThatWaits_EndsItWithoutASnapshot()
    {
        var (id, _) = await Shared.AddOffAsync("cancel");
        var queued = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            queued.Add(await Shared.Developer.BeginAsync($"vms/{id}/snapshots", new { name = Unique("Queue") }));
        }

        var last = queued[^1];
        var answer = await Shared.Developer.PostAsync($"operations/{last}/cancel");
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);

        var ended = await Shared.Developer.EndAsync(last);
        Assert.Equal("Cancelled", ended.Text("state"));
        Assert.Equal("cancelled", ended.GetProperty("error").Text("code"));
        foreach (var other in queued.Take(5))
        {
            Assert.Equal("Succeeded", (await Shared.Developer.EndAsync(other)).Text("state"));
        }

        Assert.Equal(5, (await Shared.Developer.SnapshotsAsync(id)).Count(static s => s.Text("phase") == "Succeeded"));
        Assert.Equal("not-cancellable", (await Shared.Developer.PostAsync($"operations/{last}/cancel")).Code);
    }
}
