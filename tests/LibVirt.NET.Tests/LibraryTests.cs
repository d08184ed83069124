namespace LibVirt.Tests;

public sealed class LibraryTests
{
    [Fact]
    public async Task Watch_DomainStopsAndStarts_EventsArriveAndStreamEndsWithTheConnection()
    {
        using var connection = VirConnection.Open("test:///default");
        using var domain = connection.LookupDomainByName("test");
        using var events = connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        domain.Destroy();
        domain.Create();
        var seen = new List<DomainLifecycleEventType>();
        await foreach (var happened in events)
        {
            Assert.Equal(domain.Uuid, happened.DomainUuid);
            Assert.Equal("test", happened.DomainName);
            seen.Add(Assert.IsType<DomainLifecycleEvent>(happened).Type);
            if (seen.Count == 2)
            {
                connection.Dispose();
            }
        }

        Assert.Equal([DomainLifecycleEventType.Stopped, DomainLifecycleEventType.Started], seen);
        Assert.Equal(ConnectionCloseReason.Client, await connection.Closed);
    }

    [Fact]
    public void Lookup_UnknownDomain_ThrowsWhatLibvirtReported()
    {
        using var connection = VirConnection.Open("test:///default");
        var error = Assert.Throws<LibvirtException>(() => connection.LookupDomainByName("nobody"));
        Assert.Equal(LibvirtErrorCode.NoDomain, error.Code);
        Assert.Equal(LibvirtErrorDomain.Test, error.Domain);
        Assert.Equal(LibvirtErrorLevel.Error, error.Level);
        Assert.Equal("virDomainLookupByName", error.Function);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public void Dispose_EverythingDisposed_LastReferenceIsGone()
    {
        var connection = VirConnection.Open("test:///default");
        foreach (var domain in connection.ListAllDomains())
        {
            domain.Dispose();
        }

        connection.Dispose();
        Assert.Equal(0, connection.Handle.CloseResult);
    }
}
