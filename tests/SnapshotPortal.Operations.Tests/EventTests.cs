using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

public sealed class EventTests
{
    private static readonly ILookup<Guid, Guid> _nobody = Array.Empty<Guid>().ToLookup(static id => id);

    [Fact]
    public async Task Request_Accepted_RowsAndEventsFollowInOrder()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        var operation = await portal.EndedAsync(await portal.RequestTakeAsync(vm, "s"));
        var events = await portal.EventsAsync(operation.Id);

        Assert.Equal(("Queued", nameof(SnapshotPhase.InProgress)), (events[0].State, events[0].Phase));
        Assert.Equal("Running", events[1].State);
        Assert.Equal(("Succeeded", nameof(SnapshotPhase.Succeeded)), (events[^1].State, events[^1].Phase));
        Assert.Equal(["Inspect", "Plan", "Freeze"], events.Where(static e => e.Step is "Inspect" or "Plan" or "Freeze").Select(static e => e.Step!).Distinct(StringComparer.Ordinal));
        Assert.Equal(["Inspect", "Plan", "Freeze", "Capture", "Thaw"], operation.Steps.Select(static s => s.Name));
        Assert.All(operation.Steps, static s => Assert.Equal(StepState.Done, s.State));
        Assert.All(events, e => Assert.Equal((Portal.Anna.UserId, vm, operation.SnapshotId), (e.OwnerId, e.VmId, e.SnapshotId)));
    }

    [Fact]
    public async Task Sequence_ManyWritersAtOnce_GrowsStrictlyWithoutAGap()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.VmAsync(await portal.AddVmAsync("web"));
        using var subscription = portal.Stream.Subscribe(Portal.Admin);
        var last = await portal.Operations.LastSequenceAsync(CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => portal.Changes.CommitAsync(
            (_, drafts) =>
            {
                drafts.AddRange(Enumerable.Repeat(EventDraft.Of(vm), 1 + (i % 3)));
                return Task.CompletedTask;
            },
            CancellationToken.None)));

        var count = Enumerable.Range(0, 40).Sum(static i => 1 + (i % 3));
        var stored = (await portal.EventsAsync()).Where(e => e.Sequence > last).Select(static e => e.Sequence).ToList();
        Assert.Equal(Enumerable.Range(1, count).Select(i => last + i), stored);
        await foreach (var batch in subscription.ReadAllAsync(CancellationToken.None))
        {
            // Published in the order of the commits.
            Assert.Equal(stored, batch.Events.Select(static e => e.Sequence));
            break;
        }
    }

    [Fact]
    public async Task Commit_Fails_TakesNoNumberAndPublishesNothing()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.VmAsync(await portal.AddVmAsync("web"));
        using var subscription = portal.Stream.Subscribe(Portal.Admin);
        var last = await portal.Operations.LastSequenceAsync(CancellationToken.None);

        await Assert.ThrowsAsync<DbUpdateException>(() => portal.Changes.CommitAsync(
            (db, drafts) =>
            {
                drafts.Add(EventDraft.Of(vm));
                db.Vms.Add(new Domain.Vms.VirtualMachine { Id = Guid.NewGuid(), HostId = Guid.NewGuid(), Name = "no host", OwnerId = Guid.NewGuid(), Origin = Domain.Vms.VmOrigin.Adopted });
                return Task.CompletedTask;
            },
            CancellationToken.None));
        await portal.Changes.CommitAsync(
            (_, drafts) =>
            {
                drafts.Add(EventDraft.Of(vm));
                return Task.CompletedTask;
            },
            CancellationToken.None);

        var batch = await NextAsync(subscription);
        Assert.Equal([last + 1], batch.Events.Select(static e => e.Sequence));
    }

    [Fact]
    public async Task Publish_Heard_TheChangeCanBeReadAlready()
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");
        using var subscription = portal.Stream.Subscribe(Portal.Anna);
        var operation = await portal.RequestTakeAsync(vm, "s");
        await portal.EndedAsync(operation);

        var batch = await NextAsync(subscription);

        var stored = await portal.EventsAsync(operation.Id);
        Assert.All(batch.Events.Where(e => e.OperationId == operation.Id), e => Assert.Contains(stored, s => s.Sequence == e.Sequence));
        Assert.Contains(batch.Events, static e => e.State == "Succeeded");
    }

    [Fact]
    public async Task Stream_OtherPeoplesEvents_OnlyTheOwnerAndAdministratorsHear()
    {
        await using var portal = await Portal.StartAsync();
        var annas = await portal.VmAsync(await portal.AddVmAsync("annas"));
        var bens = await portal.VmAsync(await portal.AddVmAsync("bens", Portal.Ben));
        using var anna = portal.Stream.Subscribe(Portal.Anna);
        using var ben = portal.Stream.Subscribe(Portal.Ben);
        using var admin = portal.Stream.Subscribe(Portal.Admin);
        var last = await portal.Operations.LastSequenceAsync(CancellationToken.None);

        await portal.Changes.CommitAsync(
            (_, drafts) =>
            {
                drafts.Add(EventDraft.Of(annas));
                drafts.Add(EventDraft.Of(bens));
                drafts.Add(new EventDraft(EventKinds.HostChanged, "Connected"));
                return Task.CompletedTask;
            },
            CancellationToken.None);

        Assert.Equal([annas.Id, null], (await NextAsync(anna)).Events.Select(static e => e.VmId));
        Assert.Equal([bens.Id, null], (await NextAsync(ben)).Events.Select(static e => e.VmId));
        Assert.Equal([annas.Id, bens.Id, null], (await NextAsync(admin)).Events.Select(static e => e.VmId));
        Assert.Equal([annas.Id, null], (await portal.Operations.EventsSinceAsync(Portal.Anna, last, 100, CancellationToken.None)).Select(static e => e.VmId));
        Assert.Equal(3, (await portal.Operations.EventsSinceAsync(Portal.Admin, last, 100, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Stream_ReaderSlowerThanItsBuffer_IsToldOfTheGapOnce()
    {
        await using var portal = await Portal.StartAsync();
        var stream = new EventStream(portal.Time);
        using var subscription = stream.Subscribe(Portal.Admin);
        stream.Publish([.. Enumerable.Range(1, 3_000).Select(Event)], _nobody);

        var reader = subscription.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        var first = reader.Current;
        stream.Publish([Event(3_001)], _nobody);
        var next = reader.MoveNextAsync().AsTask();
        portal.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(await next.WaitAsync(Wait.Limit));

        Assert.True(first.Gap);
        Assert.Equal(Enumerable.Range(1, 2_048).Select(static i => (long)i), first.Events.Select(static e => e.Sequence));
        Assert.False(reader.Current.Gap);
        Assert.Equal([3_001], reader.Current.Events.Select(static e => e.Sequence));
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task Stream_ManyChangesWithinATenthOfASecond_ComeAsOneBatch()
    {
        await using var portal = await Portal.StartAsync();
        var stream = new EventStream(portal.Time);
        using var subscription = stream.Subscribe(Portal.Admin);
        stream.Publish([Event(1)], _nobody);
        var reader = subscription.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await reader.MoveNextAsync());
        Assert.Equal([1], reader.Current.Events.Select(static e => e.Sequence));

        var next = reader.MoveNextAsync().AsTask();
        stream.Publish([Event(2)], _nobody);
        stream.Publish([Event(3), Event(4)], _nobody);
        portal.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(next.IsCompleted);
        portal.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(await next.WaitAsync(Wait.Limit));
        Assert.Equal([2, 3, 4], reader.Current.Events.Select(static e => e.Sequence));
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task Stream_Disposed_ReaderCompletes()
    {
        await using var portal = await Portal.StartAsync();
        var subscription = portal.Stream.Subscribe(Portal.Admin);
        var reader = subscription.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        var next = reader.MoveNextAsync().AsTask();

        subscription.Dispose();

        Assert.False(await next.WaitAsync(Wait.Limit));
        await reader.DisposeAsync();
    }

    [Fact]
    public async Task EventsSince_ManyEvents_OldestFirstAndNoMoreThanAsked()
    {
        await using var portal = await Portal.StartAsync();
        await portal.TakeAsync(await portal.AddVmAsync("web"), "s");

        var all = await portal.Operations.EventsSinceAsync(Portal.Admin, 0, 1_000, CancellationToken.None);
        var two = await portal.Operations.EventsSinceAsync(Portal.Admin, all[0].Sequence, 2, CancellationToken.None);

        Assert.Equal(all.Skip(1).Take(2), two);
        Assert.Equal(all[^1].Sequence, await portal.Operations.LastSequenceAsync(CancellationToken.None));
        Assert.Single(await portal.Operations.EventsSinceAsync(Portal.Admin, 0, -5, CancellationToken.None));
    }

    [Fact]
    public async Task Event_OfAFailure_CarriesCodeAndSentenceAsTheError()
    {
        await using var portal = await Portal.StartAsync();
        portal.Engine.Fail("Take:Plan", "not-enough-space", "The pool has 3 bytes left.");

        var operation = await portal.EndedAsync(await portal.RequestTakeAsync(await portal.AddVmAsync("web"), "s"));

        var last = (await portal.Operations.EventsSinceAsync(Portal.Anna, 0, 1_000, CancellationToken.None)).Last(e => e.OperationId == operation.Id);
        Assert.Equal(new EventErrorView("not-enough-space", "The pool has 3 bytes left."), last.Error);
        Assert.Null(last.Message);
        Assert.Equal(nameof(SnapshotPhase.Failed), last.Phase);
    }

    private static OperationEvent Event(int sequence) => new() { Sequence = sequence, At = DateTimeOffset.UnixEpoch, Kind = EventKinds.HostChanged, State = "Connected" };

    private static async Task<EventBatch> NextAsync(IEventSubscription subscription)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        await foreach (var batch in subscription.ReadAllAsync(limit.Token))
        {
            return batch;
        }

        throw new InvalidOperationException("The stream ended.");
    }
}
