using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Demo;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Hosting;

public sealed class DemoTests : IDisposable
{
    private static readonly Dictionary<string, Guid> Owners = DemoPeople.All.ToDictionary(static p => p.Email, static _ => Guid.NewGuid(), StringComparer.Ordinal);

    private readonly PortalHost _host = new();

    public void Dispose() => _host.Dispose();

    private DemoMachines Demo => ActivatorUtilities.CreateInstance<DemoMachines>(_host.Services);

    private Task<bool> AdoptAsync() => Demo.TryAdoptAsync(Sample.Ada, Owners, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Demo_HostNotThereYet_TriesAgain()
    {
        Assert.False(await AdoptAsync());

        _host.Portal.Refusal = new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "local does not answer.");
        Assert.False(await AdoptAsync());
    }

    [Fact]
    public async Task Demo_DomainsOnTheHost_BecomeTheirPeoplesAndNobodyElses()
    {
        foreach (var name in new[] { "workspace", "scratch", "somebodys-own" })
        {
            _host.Portal.Unmanaged.Add(new UnmanagedVmView(Guid.NewGuid(), "local", Guid.NewGuid(), name, PowerState.Running, []));
        }

        Assert.True(await AdoptAsync());
        Assert.True(await AdoptAsync());

        Assert.Equal(["scratch", "workspace"], _host.Portal.Vms.Select(static v => v.Name).Order(StringComparer.Ordinal));
        Assert.Equal(Owners[DemoPeople.Developer], _host.Portal.Vms.Single(static v => v.Name == "workspace").OwnerId);
        Assert.Equal(2, _host.Portal.Requests.Count);
    }
}
