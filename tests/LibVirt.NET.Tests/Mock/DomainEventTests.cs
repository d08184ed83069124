namespace LibVirt.Tests.Mock;

public sealed class DomainEventTests
{
    [Fact]
    public async Task Watch_ReadOnlyLater_NothingIsLostAndOrderIsKept()
    {
        using var host = new MockHost();
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        for (var i = 0; i < 50; i++)
        {
            host.Domain.Destroy();
            host.Domain.Create();
        }

        var seen = new List<DomainLifecycleEventType>();
        await foreach (var happened in events)
        {
            Assert.Equal((host.Domain.Uuid, "guest"), (happened.DomainUuid, happened.DomainName));
            seen.Add(Assert.IsType<DomainLifecycleEvent>(happened).Type);
            if (seen.Count == 100)
            {
                host.Connection.Dispose();
            }
        }

        Assert.Equal(Enumerable.Repeat((DomainLifecycleEventType[])[DomainLifecycleEventType.Stopped, DomainLifecycleEventType.Started], 50).SelectMany(two => two), seen);
    }

    [Fact]
    public async Task Watch_TokenCancelled_EnumerationEnds()
    {
        using var host = new MockHost();
        using var cancellation = new CancellationTokenSource();
        using var events = host.Connection.WatchDomainEvents(cancellation.Token);
        await cancellation.CancelAsync();
        await foreach (var happened in events)
        {
            Assert.Fail($"Unexpected {happened}.");
        }
    }

    [Fact]
    public async Task Watch_TwoSubscriptions_BothGetEveryEvent()
    {
        using var host = new MockHost();
        using var first = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        using var second = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        host.Domain.Suspend();
        foreach (var events in (DomainEventSubscription[])[first, second])
        {
            var seen = await events.NextAsync<DomainLifecycleEvent>(_ => true);
            Assert.Equal((DomainLifecycleEventType.Suspended, (int)DomainEventSuspendedDetail.Paused), (seen.Type, seen.Detail));
        }
    }

    [Fact]
    public async Task Watch_MetadataChanged_TellsWhich()
    {
        using var host = new MockHost();
        using var events = host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        host.Domain.SetMetadata(DomainMetadataType.Element, "<note/>", "n", "https://example.org/n");
        var seen = await events.NextAsync<DomainMetadataChangeEvent>(_ => true);
        Assert.Equal((DomainMetadataType.Element, "https://example.org/n"), (seen.Type, seen.NamespaceUri));
    }
}
