using System.Security.Claims;
using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;

namespace SnapshotPortal.Web.Hubs;

/// <summary>
/// One subscriber's way through the events: what was missed, then what comes. It relies on the event stream telling of
/// events in the order of their sequence, from one batch to the next too.
/// </summary>
internal sealed class OperationFeed(
    IEventStream stream,
    IOperations operations,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<OperationFeed> logger)
{
    /// <summary>How often access is checked again. Twice within the five seconds that are promised, and some for the check itself.</summary>
    internal static readonly TimeSpan RecheckInterval = TimeSpan.FromSeconds(2);

    private const int PageSize = 500;

    // Small: a slow client's backlog belongs into the database, where it is anyway. While this is full the subscription is not
    // read, overflows, and says so with a gap.
    private const int Capacity = 64;

    private enum Ending
    {
        /// <summary>The client has left, or the portal stops.</summary>
        Left,

        /// <summary>Go on with other rights.</summary>
        RightsChanged,

        AccessLost,
    }

    /// <summary>Opens a stream for a caller; <paramref name="closed"/> is called once when it is over.</summary>
    public ChannelReader<EventResource> Open(ClaimsPrincipal? principal, long? since, Action closed, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<EventResource>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });
        _ = RunAsync(principal, since, channel.Writer, closed, cancellationToken);
        return channel.Reader;
    }

    private async Task RunAsync(ClaimsPrincipal? principal, long? since, ChannelWriter<EventResource> writer, Action closed, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            await FollowAsync(principal, since, writer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client has left.
        }
        catch (HubException e)
        {
            error = e;
        }
        catch (Exception e)
        {
            ApiLog.StreamFailed(logger, e, PortalPrincipal.UserId(principal) ?? Guid.Empty);
            error = new HubException($"{FailureCodes.Internal}: the stream ended because of an error of the portal. Subscribe again from the last sequence you have seen.");
        }
        finally
        {
            // Before the end is told: whoever hears of it may subscribe again at once.
            closed();
            writer.TryComplete(error);
        }
    }

    private async Task FollowAsync(ClaimsPrincipal? principal, long? since, ChannelWriter<EventResource> writer, CancellationToken cancellationToken)
    {
        var cursor = new Cursor();
        var started = false;
        while (true)
        {
            var actor = await RecheckAsync(principal, cancellationToken) ?? throw AccessLost(principal);

            // Subscribe, then read: what happens in between comes twice and is dropped once, instead of not at all.
            using var subscription = stream.Subscribe(actor);
            if (!started)
            {
                cursor.Sequence = await StartAsync(since, cancellationToken);
                started = true;
            }

            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var watch = WatchAsync(principal, actor, ended);
            try
            {
                await ReplayAsync(actor, cursor, writer, ended.Token);
                await ListenAsync(actor, subscription, cursor, writer, ended.Token);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // The watch knows why.
            }
            finally
            {
                await ended.CancelAsync();
                await ((Task)watch).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            switch (await watch)
            {
                case Ending.AccessLost:
                    throw AccessLost(principal);
                case Ending.RightsChanged:
                    continue;
                default:
                    return;
            }
        }
    }

    private async Task<long> StartAsync(long? since, CancellationToken cancellationToken)
    {
        var last = await operations.LastSequenceAsync(cancellationToken);
        if (since < 0 || since > last)
        {
            // A number from another database, for example from before a backup was restored: silence would look like health.
            throw new HubException($"{ApiCodes.SequenceUnknown}: there is no event {since} yet, the newest is {last}. Read the state again and subscribe from {last}.");
        }

        return since ?? last;
    }

    private async Task ReplayAsync(Actor actor, Cursor cursor, ChannelWriter<EventResource> writer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await operations.EventsSinceAsync(actor, cursor.Sequence, PageSize, cancellationToken);
            foreach (var e in page)
            {
                await writer.WriteAsync(EventResource.From(e), cancellationToken);
                cursor.Sequence = e.Sequence;
            }

            // Until there is nothing: a page says how many at the most, not that a shorter one is the last.
            if (page.Count == 0)
            {
                return;
            }
        }
    }

    private async Task ListenAsync(Actor actor, IEventSubscription subscription, Cursor cursor, ChannelWriter<EventResource> writer, CancellationToken cancellationToken)
    {
        await foreach (var batch in subscription.ReadAllAsync(cancellationToken))
        {
            if (batch.Gap)
            {
                await ReplayAsync(actor, cursor, writer, cancellationToken);
            }

            foreach (var e in batch.Events)
            {
                if (e.Sequence > cursor.Sequence)
                {
                    await writer.WriteAsync(EventResource.From(e), cancellationToken);
                    cursor.Sequence = e.Sequence;
                }
            }
        }
    }

    /// <summary>Checks the caller's access until the stream ends, and ends it where that does not hold any more.</summary>
    private async Task<Ending> WatchAsync(ClaimsPrincipal? principal, Actor actor, CancellationTokenSource stream)
    {
        try
        {
            using var timer = new PeriodicTimer(RecheckInterval, time);
            while (await timer.WaitForNextTickAsync(stream.Token))
            {
                var now = await RecheckAsync(principal, stream.Token);
                if (now is null || (now.IsAdministrator, now.IsTeacher) != (actor.IsAdministrator, actor.IsTeacher))
                {
                    await stream.CancelAsync();
                    return now is null ? Ending.AccessLost : Ending.RightsChanged;
                }
            }
        }
        catch (OperationCanceledException) when (stream.IsCancellationRequested)
        {
            return Ending.Left;
        }
        catch
        {
            // Without an answer about the access there is none.
            await stream.CancelAsync();
            throw;
        }

        return Ending.Left;
    }

    private async Task<Actor?> RecheckAsync(ClaimsPrincipal? principal, CancellationToken cancellationToken)
    {
        // A scope for each check: the user must come from the database, not from the memory of an earlier look.
        await using var scope = scopes.CreateAsyncScope();
        var actor = await scope.ServiceProvider.GetRequiredService<ActorLookup>().RecheckAsync(principal, cancellationToken);
        return actor is not null && (actor.Scopes & TokenScopes.Read) != TokenScopes.None ? actor : null;
    }

    private HubException AccessLost(ClaimsPrincipal? principal)
    {
        ApiLog.StreamAccessLost(logger, PortalPrincipal.UserId(principal) ?? Guid.Empty);
        return new HubException($"{ApiCodes.TokenInvalid}: the access token or the session that this stream was opened with does not hold any more.");
    }

    private sealed class Cursor
    {
        public long Sequence { get; set; }
    }
}
