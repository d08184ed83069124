using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using SnapshotPortal.Data;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Tests.Api;

namespace SnapshotPortal.Web.Tests.Hubs;

public sealed class OperationsHubTests(ApiHost host) : IClassFixture<ApiHost>, IDisposable
{
    // Long enough for a busy machine; nothing waits for it where all is well.
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        host.Events.OnRead = null;
        _limit.Dispose();
    }

    [Fact]
    public async Task Subscribe_WithSequence_ReplaysWhatWasMissedThenGoesOnLive()
    {
        var start = host.Events.Last;
        var missed = Enumerable.Range(0, 1203).Select(_ => host.Events.Publish(host.Anna.Id).Sequence).ToList();
        await using var connection = await ConnectAsync(host.AnnasToken);

        var events = await SubscribeAsync(connection, start);
        Assert.Equal(missed, await TakeAsync(events, missed.Count));

        var live = host.Events.Publish(host.Anna.Id);
        Assert.Equal([live.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Subscribe_WithoutSequence_TellsOnlyOfWhatComes()
    {
        host.Events.Publish(host.Anna.Id);
        await using var connection = await ConnectAsync(host.AnnasToken);

        var events = await SubscribeAsync(connection, null);
        var live = host.Events.Publish(host.Anna.Id);

        Assert.Equal([live.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Subscribe_EventsPublishedWhileItReplays_ComeOnceAndInOrder()
    {
        var start = host.Events.Last;
        host.Events.Publish(host.Anna.Id);
        var burst = 20;
        host.Events.OnRead = () =>
        {
            // Between the subscription and the read: each of them is in both.
            if (Interlocked.Decrement(ref burst) > 0)
            {
                host.Events.Publish(host.Anna.Id);
            }
        };
        await using var connection = await ConnectAsync(host.AnnasToken);

        var events = await SubscribeAsync(connection, start);
        var seen = await TakeAsync(events, 2);
        host.Events.OnRead = null;
        host.Events.Publish(host.Anna.Id);
        var count = (int)(host.Events.Last - start);
        seen.AddRange(await TakeAsync(events, count - seen.Count));

        Assert.Equal(Range(start + 1, count), seen);
    }

    [Fact]
    public async Task Subscribe_ManyWritersAndALiveStreamThatLosesEvents_NoGapAndNoDuplicate()
    {
        const int Writers = 4;
        const int Each = 500;
        var start = host.Events.Last;
        await using var connection = await ConnectAsync(host.AnnasToken);
        var first = await SubscribeAsync(connection, start);

        var writers = Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                // Some never reach the live stream, as if a buffer had been full.
                host.Events.Publish(host.Anna.Id, live: (i + w) % 7 != 0);
                await Task.Yield();
            }
        })).ToList();
        await TakeAsync(first, 1);
        var second = await SubscribeAsync(connection, start);
        await Task.WhenAll(writers);

        var expected = Range(start + 1, Writers * Each);
        Assert.Equal(expected.Skip(1), await TakeAsync(first, expected.Count - 1));
        Assert.Equal(expected, await TakeAsync(second, expected.Count));
    }

    [Fact]
    public async Task Subscribe_Stranger_SeesNothingOfOthers()
    {
        var start = host.Events.Last;
        host.Events.Publish(host.Anna.Id);
        await using var connection = await ConnectAsync(host.BensToken);

        var events = await SubscribeAsync(connection, start);
        host.Events.Publish(host.Anna.Id);
        var his = host.Events.Publish(host.Ben.Id);

        Assert.Equal([his.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Subscribe_Event_HasTheFormOfTheApi()
    {
        await using var connection = await ConnectAsync(host.AnnasToken);
        var reader = await connection.StreamAsChannelAsync<System.Text.Json.JsonElement>("Subscribe", host.Events.Last, _limit.Token);
        host.Events.Publish(host.Anna.Id);

        var e = await reader.ReadAsync(_limit.Token);

        Assert.Equal(
            ["sequence", "at", "operationId", "kind", "vmId", "state", "phase", "step"],
            e.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("2026-03-01T12:00:00.5Z", e.GetProperty("at").GetString());
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1_000_000_000L)]
    public async Task Subscribe_SequenceThatNeverWas_EndsWithTheReason(long since)
    {
        await using var connection = await ConnectAsync(host.AnnasToken);
        var events = await SubscribeAsync(connection, since, wait: false);

        Assert.Contains("sequence-unknown", await EndAsync(events), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_TokenRevoked_EndsWithinFiveSeconds()
    {
        var (id, secret) = await host.TokenAsync(host.Anna);
        await using var connection = await ConnectAsync(secret);
        var events = await FollowAsync(connection, host.Anna);

        await host.RevokeAsync(host.Anna, id);

        await AssertEndsWithinFiveSecondsAsync(events);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Subscribe_AccountLockedByAnAdministrator_EndsWithinFiveSeconds(bool byToken)
    {
        var user = await host.NewUserAsync($"hub-disabled-{byToken}");
        await using var connection = byToken ? await ConnectAsync((await host.TokenAsync(user)).Secret) : await ConnectAsync(null, await host.CookieAsync(user));
        var events = await FollowAsync(connection, user);

        await host.WithUserAsync(user, static async (users, u) =>
        {
            u.DisabledAt = DateTimeOffset.UnixEpoch;
            await users.UpdateAsync(u);
        });

        await AssertEndsWithinFiveSecondsAsync(events);
    }

    [Fact]
    public async Task Subscribe_TokenThatMayNotRead_IsRefused()
    {
        await using var connection = await ConnectAsync((await host.TokenAsync(host.Anna, scopes: Domain.Access.TokenScopes.Power)).Secret);

        Assert.Contains("token-invalid", await EndAsync(await SubscribeAsync(connection, null, wait: false)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Subscribe_CookieSessionWhosePasswordChanged_EndsWithinFiveSeconds()
    {
        var user = await host.NewUserAsync("hub-cookie");
        var cookie = await host.CookieAsync(user);
        await using var connection = await ConnectAsync(null, cookie);
        var events = await FollowAsync(connection, user);

        await host.WithUserAsync(user, static (users, u) => users.UpdateSecurityStampAsync(u));

        await AssertEndsWithinFiveSecondsAsync(events);
    }

    [Fact]
    public async Task Subscribe_NoLongerAdministrator_GoesOnWithOnesOwnOnly()
    {
        var user = await host.NewUserAsync("hub-admin");
        await host.WithUserAsync(user, static (users, u) => users.AddToRoleAsync(u, PortalRoles.Administrator));
        await using var connection = await ConnectAsync((await host.TokenAsync(user)).Secret);
        var events = await SubscribeAsync(connection, host.Events.Last);
        var others = host.Events.Publish(host.Anna.Id);
        Assert.Equal([others.Sequence], await TakeAsync(events, 1));

        await host.WithUserAsync(user, static (users, u) => users.RemoveFromRoleAsync(u, PortalRoles.Administrator));
        var resubscribed = false;
        host.Events.OnRead = () => resubscribed = true;
        await Eventually.TrueAsync(
            () =>
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref resubscribed);
            },
            "it has subscribed anew");
        host.Events.Publish(host.Anna.Id);
        var own = host.Events.Publish(user.Id);

        Assert.Equal([own.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Subscribe_MoreThanFourOnOneConnection_IsRefusedUntilOneIsClosed()
    {
        await using var connection = await ConnectAsync(host.AnnasToken);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token);
        var start = host.Events.Last;
        await connection.StreamAsChannelAsync<EventResource>("Subscribe", start, first.Token);
        for (var i = 0; i < 3; i++)
        {
            await SubscribeAsync(connection, start);
        }

        Assert.Contains("too-many-subscriptions", await EndAsync(await SubscribeAsync(connection, start, wait: false)), StringComparison.Ordinal);

        await first.CancelAsync();
        host.Events.Publish(host.Anna.Id);
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    return await TakeAsync(await SubscribeAsync(connection, start, wait: false), 1) is { Count: 1 };
                }
                catch (Exception e) when (e.GetBaseException().Message.Contains("too-many-subscriptions", StringComparison.Ordinal))
                {
                    return false;
                }
            },
            "another is let in");
    }

    [Fact]
    public async Task Connection_Closed_LeavesNoSubscriptionBehind()
    {
        var before = host.Events.Subscriptions;
        await using (var connection = await ConnectAsync(host.AnnasToken))
        {
            await SubscribeAsync(connection, host.Events.Last);
            Assert.Equal(before + 1, host.Events.Subscriptions);
        }

        await Eventually.TrueAsync(() => host.Events.Subscriptions <= before, "its subscription is gone");
    }

    [Fact]
    public async Task Connection_WebSocketWithTokenInTheQuery_IsAccepted()
    {
        await using var connection = await ConnectAsync(null, address: $"/hubs/operations?access_token={host.AnnasToken}");
        var events = await SubscribeAsync(connection, host.Events.Last);
        var live = host.Events.Publish(host.Anna.Id);

        Assert.Equal([live.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Connection_LongPolling_StreamsToo()
    {
        await using var connection = await ConnectAsync(host.AnnasToken, transport: HttpTransportType.LongPolling);
        var events = await SubscribeAsync(connection, host.Events.Last);
        var live = host.Events.Publish(host.Anna.Id);

        Assert.Equal([live.Sequence], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Connection_GarbageTokenBesideAValidCookie_IsRefused()
    {
        var cookie = await host.CookieAsync(host.Anna);

        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync("spt_garbage", cookie));
    }

    [Fact]
    public async Task Connection_WithoutAnything_IsRefused()
        => await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(null));

    private static List<long> Range(long first, int count) => [.. Enumerable.Range(0, count).Select(i => first + i)];

    private async Task<HubConnection> ConnectAsync(
        string? token,
        string? cookie = null,
        string address = "/hubs/operations",
        HttpTransportType transport = HttpTransportType.WebSockets)
    {
        // What the test before left behind is still being cleared away; SubscribeAsync counts.
        await Eventually.TrueAsync(() => host.Events.Subscriptions == 0, "every subscription is gone");
        var connection = new HubConnectionBuilder()
            .WithUrl(new Uri(host.Server.BaseAddress, address), transport, options =>
            {
                options.HttpMessageHandlerFactory = _ => host.Server.CreateHandler();
                options.WebSocketFactory = async (context, cancellationToken) =>
                {
                    var client = host.Server.CreateWebSocketClient();
                    client.ConfigureRequest = request =>
                    {
                        if (token is not null)
                        {
                            request.Headers.Authorization = $"Bearer {token}";
                        }

                        if (cookie is not null)
                        {
                            request.Headers.Cookie = cookie;
                        }
                    };
                    WebSocket socket = await client.ConnectAsync(context.Uri, cancellationToken);
                    return socket;
                };
                if (token is not null)
                {
                    options.AccessTokenProvider = () => Task.FromResult<string?>(token);
                }

                if (cookie is not null)
                {
                    options.Headers["Cookie"] = cookie;
                }
            })
            .Build();
        await connection.StartAsync(_limit.Token);
        return connection;
    }

    /// <summary>Subscribes and sees a first event: from then on access is being watched.</summary>
    private async Task<ChannelReader<EventResource>> FollowAsync(HubConnection connection, PortalUser user)
    {
        var events = await SubscribeAsync(connection, host.Events.Last);
        var live = host.Events.Publish(user.Id);
        Assert.Equal([live.Sequence], await TakeAsync(events, 1));
        return events;
    }

    /// <summary>Subscribes; where it waits, the server listens when this returns.</summary>
    private async Task<ChannelReader<EventResource>> SubscribeAsync(HubConnection connection, long? since, bool wait = true)
    {
        var before = host.Events.Subscriptions;
        var started = wait && since is null ? WaitForReadAsync() : Task.CompletedTask;
        var reader = await connection.StreamAsChannelAsync<EventResource>("Subscribe", since, _limit.Token);
        if (wait)
        {
            await started;
            await Eventually.TrueAsync(() => host.Events.Subscriptions > before, "it is subscribed");
        }

        return reader;
    }

    /// <summary>Without a sequence, the place to begin at is fixed by the time the log is first read.</summary>
    private async Task WaitForReadAsync()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Events.OnRead = () => read.TrySetResult();
        await read.Task.WaitAsync(_limit.Token);
        host.Events.OnRead = null;
    }

    private async Task<List<long>> TakeAsync(ChannelReader<EventResource> events, int count)
    {
        var sequences = new List<long>(count);
        while (sequences.Count < count)
        {
            sequences.Add((await events.ReadAsync(_limit.Token)).Sequence);
        }

        return sequences;
    }

    private async Task<string> EndAsync(ChannelReader<EventResource> events)
        => (await Assert.ThrowsAsync<HubException>(() => events.Completion.WaitAsync(_limit.Token))).Message;

    private async Task AssertEndsWithinFiveSecondsAsync(ChannelReader<EventResource> events)
    {
        var deadline = host.Time.GetUtcNow() + TimeSpan.FromSeconds(5);
        await Eventually.TrueAsync(
            () =>
            {
                // The clock stands unless it is moved, and each check gets the real time it needs.
                if (host.Time.GetUtcNow() < deadline)
                {
                    host.Time.Advance(TimeSpan.FromSeconds(1));
                }

                return events.Completion.IsCompleted;
            },
            "the stream has ended");
        Assert.Contains("token-invalid", await EndAsync(events), StringComparison.Ordinal);
        Assert.Equal(0, events.Count);
    }
}
