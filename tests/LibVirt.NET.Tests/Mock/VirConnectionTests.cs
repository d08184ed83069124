namespace LibVirt.Tests.Mock;

public sealed class VirConnectionTests
{
    [Fact]
    public void Open_UnknownDriver_ThrowsNamingTheFunction()
    {
        var error = Assert.Throws<LibvirtException>(() => VirConnection.Open("nonsense:///"));
        Assert.Equal("virConnectOpenAuth", error.Function);
        Assert.NotEqual(LibvirtErrorCode.Ok, error.Code);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    public void Open_DaemonAbsent_IsTransient()
    {
        var error = Assert.Throws<LibvirtException>(() => VirConnection.Open("qemu+unix:///session?socket=/nowhere/sock"));
        Assert.Equal(LibvirtErrorCode.SystemError, error.Code);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public void Open_ReadOnly_RefusesChanges()
    {
        using var connection = VirConnection.Open("test:///default", new ConnectOptions { ReadOnly = true });
        using var domain = connection.LookupDomainByName("test");
        var error = Assert.Throws<LibvirtException>(() => domain.Destroy());
        Assert.Equal(LibvirtErrorCode.OperationDenied, error.Code);
        Assert.Equal("virDomainDestroyFlags", error.Function);
    }

    [Fact]
    public void Open_DriverWithoutKeepAlive_ThrowsAndCloses() =>
        Assert.Equal(
            LibvirtErrorCode.NoSupport,
            Assert.Throws<LibvirtException>(() => VirConnection.Open("test:///default", new ConnectOptions { KeepAliveIntervalSeconds = 5 })).Code);

    [Fact]
    public void Open_ServerWantsCredentials_AsksAndUsesThem()
    {
        var path = Path.Combine(Path.GetTempPath(), $"libvirt-net-{Guid.NewGuid():N}.xml");
        File.WriteAllText(path, "<node><auth><user password='secret'>mary</user></auth></node>");
        try
        {
            var asked = new List<CredentialType>();
            bool Answer(IReadOnlyList<CredentialRequest> requests, string password)
            {
                foreach (var request in requests)
                {
                    asked.Add(request.Type);
                    Assert.NotNull(request.Prompt);
                    request.Result = request.Type == CredentialType.AuthenticationName ? "mary" : password;
                }

                return true;
            }

            using (var connection = VirConnection.Open($"test://{path}", new ConnectOptions { Authenticate = requests => Answer(requests, "secret") }))
            {
                Assert.True(connection.IsAlive);
                Assert.Equal([CredentialType.AuthenticationName, CredentialType.Passphrase], asked);
            }

            foreach (Func<IReadOnlyList<CredentialRequest>, bool> answer in new Func<IReadOnlyList<CredentialRequest>, bool>[]
            {
                requests => Answer(requests, "wrong"),
                _ => false,
                _ => throw new InvalidOperationException("must not cross into C"),
            })
            {
                var error = Assert.Throws<LibvirtException>(() => VirConnection.Open($"test://{path}", new ConnectOptions { Authenticate = answer }));
                Assert.Contains(error.Code, (LibvirtErrorCode[])[LibvirtErrorCode.AuthFailed, LibvirtErrorCode.AuthCancelled]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Properties_Mock_TellWhatItIs()
    {
        using var host = new MockHost();
        var connection = host.Connection;
        Assert.StartsWith("test:///", connection.Uri, StringComparison.Ordinal);
        Assert.Equal("TEST", connection.HypervisorType, ignoreCase: true);
        Assert.Equal(new Version(0, 0, 2), connection.HypervisorVersion);
        Assert.True(connection.LibVersion >= new Version(6, 0, 0));
        Assert.Equal(connection.LibVersion, VirConnection.ClientVersion);
        Assert.NotEmpty(connection.Hostname);
        Assert.True(connection.IsAlive);
        Assert.True(connection.IsSecure);
        Assert.False(connection.IsEncrypted);
        Assert.Contains("<capabilities>", connection.GetCapabilities(), StringComparison.Ordinal);
        Assert.True(connection.GetMaxVcpus() > 0);
        Assert.True(connection.GetNodeInfo() is { MemoryKiB: > 0, Cpus: > 0, Cores: > 0, Model.Length: > 0 });

        // A mock host without memory cells cannot tell, and says so.
        Assert.Equal("virNodeGetFreeMemory", Assert.Throws<LibvirtException>(() => connection.GetFreeMemory()).Function);
    }

    [Fact]
    public void Dispose_EverythingDisposed_LastReferenceIsGone()
    {
        var host = new MockHost();
        using (host.Connection.WatchDomainEvents(TestContext.Current.CancellationToken))
        {
            foreach (var domain in host.Connection.ListAllDomains())
            {
                domain.Dispose();
            }
        }

        host.Dispose();
        Assert.Equal(0, host.Connection.Handle.CloseResult);
    }

    [Fact]
    public async Task Dispose_SubscriptionLeftOpen_EndsItAndLastReferenceIsGone()
    {
        var connection = VirConnection.Open("test:///default");
        var events = connection.WatchDomainEvents(TestContext.Current.CancellationToken);
        connection.Dispose();
        Assert.Equal(0, connection.Handle.CloseResult);
        Assert.Equal(ConnectionCloseReason.Client, await connection.Closed);
        await foreach (var happened in events)
        {
            Assert.Fail($"Unexpected {happened}.");
        }

        Assert.Throws<ObjectDisposedException>(() => connection.WatchDomainEvents(TestContext.Current.CancellationToken));
        Assert.Throws<ObjectDisposedException>(() => connection.Uri);
        connection.Dispose();
    }

    [Fact]
    public void Dispose_DomainStillOpen_SaysSoAndDomainGoesOnWorking()
    {
        var connection = VirConnection.Open("test:///default");
        var domain = connection.LookupDomainByName("test");
        connection.Dispose();
        Assert.Equal(1, connection.Handle.CloseResult);
        Assert.Equal("test", domain.Name);
        domain.Dispose();
    }
}
