namespace LibVirt.Tests.Mock;

public sealed class LibvirtExceptionTests
{
    [Fact]
    public void Lookup_UnknownDomain_CarriesWhatLibvirtReported()
    {
        using var host = new MockHost();
        var error = Assert.Throws<LibvirtException>(() => host.Connection.LookupDomainByName("nobody"));
        Assert.Equal(LibvirtErrorCode.NoDomain, error.Code);
        Assert.Equal(LibvirtErrorDomain.Test, error.Domain);
        Assert.Equal(LibvirtErrorLevel.Error, error.Level);
        Assert.Equal("virDomainLookupByName", error.Function);
        Assert.StartsWith("Domain not found", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Theory]
    [InlineData(LibvirtErrorCode.OperationTimeout, LibvirtErrorDomain.Qemu, true)]
    [InlineData(LibvirtErrorCode.AgentUnresponsive, LibvirtErrorDomain.Qemu, true)]
    [InlineData(LibvirtErrorCode.ResourceBusy, LibvirtErrorDomain.Qemu, true)]
    [InlineData(LibvirtErrorCode.InternalError, LibvirtErrorDomain.Rpc, true)]
    [InlineData(LibvirtErrorCode.InternalError, LibvirtErrorDomain.Qemu, false)]
    [InlineData(LibvirtErrorCode.NoDomain, LibvirtErrorDomain.Qemu, false)]
    [InlineData(LibvirtErrorCode.XmlError, LibvirtErrorDomain.Rpc, false)]
    public void IsTransient_Code_TellsWhetherTryingAgainHelps(LibvirtErrorCode code, LibvirtErrorDomain domain, bool expected) =>
        Assert.Equal(expected, new LibvirtException(code, "said so", domain).IsTransient);

    [Fact]
    public void Errors_EightThreadsFailingDifferently_EachSeesItsOwn()
    {
        const int Rounds = 10_000;
        using var host = new MockHost();
        var connection = host.Connection;
        using var pool = connection.LookupStoragePoolByName("images");
        (Action Call, LibvirtErrorCode Code, string Function)[] failures =
        [
            (() => connection.LookupDomainByName("a"), LibvirtErrorCode.NoDomain, "virDomainLookupByName"),
            (() => connection.LookupDomainByUuid(Guid.Empty), LibvirtErrorCode.NoDomain, "virDomainLookupByUUID"),
            (() => connection.LookupNetworkByName("c"), LibvirtErrorCode.NoNetwork, "virNetworkLookupByName"),
            (() => connection.LookupStoragePoolByName("d"), LibvirtErrorCode.NoStoragePool, "virStoragePoolLookupByName"),
            (() => pool.LookupVolumeByName("e"), LibvirtErrorCode.NoStorageVolume, "virStorageVolLookupByName"),
            (() => connection.SetKeepAlive(1, 1), LibvirtErrorCode.NoSupport, "virConnectSetKeepAlive"),
            (() => connection.DefineDomain("<network/>"), LibvirtErrorCode.XmlError, "virDomainDefineXMLFlags"),
            (() => host.Domain.LookupSnapshotByName("h"), LibvirtErrorCode.NoDomainSnapshot, "virDomainSnapshotLookupByName"),
        ];

        var wrong = 0;
        var right = 0;
        var threads = failures.Select(failure => new Thread(() =>
        {
            for (var i = 0; i < Rounds; i++)
            {
                try
                {
                    failure.Call();
                    Interlocked.Increment(ref wrong);
                }
                catch (LibvirtException error) when (error.Code == failure.Code && error.Function == failure.Function)
                {
                    Interlocked.Increment(ref right);
                }
                catch (LibvirtException)
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal((0, 8 * Rounds), (wrong, right));
    }

    [Fact]
    public void Errors_HandleReleasedByAnotherThreadDuringTheCall_AreStillRead()
    {
        using var host = new MockHost();
        for (var i = 0; i < 2_000; i++)
        {
            var domain = host.Connection.LookupDomainByName("guest");
            using var started = new ManualResetEventSlim();
            var disposer = new Thread(() =>
            {
                started.Wait(TestContext.Current.CancellationToken);
                domain.Dispose();
            });
            disposer.Start();
            started.Set();
            try
            {
                domain.LookupSnapshotByName("none");
                Assert.Fail("There is no such snapshot.");
            }
            catch (LibvirtException error)
            {
                Assert.Equal(LibvirtErrorCode.NoDomainSnapshot, error.Code);
            }
            catch (ObjectDisposedException)
            {
                // The other thread was faster.
            }

            disposer.Join();
        }
    }
}
