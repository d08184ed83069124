using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Engine.Libvirt.Tests.Tree;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>A file system that is really full.</summary>
public sealed class FullPoolTests
{
    private const string Filler = "filler";

    [Fact]
    public async Task Take_OnAPoolThatIsNearlyFull_IsRefusedWithTheNumbersAndTheGuestRunsOn()
    {
        using var host = GuestHost.Create(limitMegabytes: 24);
        await using var portal = await PortalUnderTest.StartAsync();
        var machine = await StartAsync(host, portal);

        var refused = await portal.Snapshots.TakeAsync(portal.Owner, machine.Id, new TakeSnapshotRequest("no room"), CancellationToken.None);

        Assert.Equal(FailureCodes.NotEnoughSpace, refused.Failure?.Code);
        Assert.Matches("has [0-9]+ MiB free; [0-9]+ MiB are needed", refused.Failure!.Message);
        Assert.True(machine.Runs);
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));
    }

    [Fact]
    public async Task Take_WhenThePoolFillsInTheLastInstant_FailsLeavesNoFileAndTheMachineRunsOn()
    {
        using var host = GuestHost.Create(limitMegabytes: 24);

        // Somebody else writes the pool full between the check and the capture.
        await using var portal = await PortalUnderTest.StartAsync(
            settings: new(StringComparer.Ordinal) { ["Engine:ReservedBytes"] = "0" },
            replace: services => services.AddSingleton<IFaultPoint>(new AtTheCapture(() => Fill(host))));
        var machine = await StartAsync(host, portal);
        var files = BlankMachine.Targets.Select(host.Guest(machine.Id).DiskFile).ToList();

        var failed = await portal.EndAsync(await portal.Snapshots.TakeAsync(portal.Owner, machine.Id, new TakeSnapshotRequest("no room"), CancellationToken.None));

        Assert.Equal((OperationState.Failed, FailureCodes.HypervisorError), (failed.State, failed.ErrorCode));
        Assert.Equal(files, BlankMachine.Targets.Select(host.Guest(machine.Id).DiskFile));
        Assert.True(machine.Runs);
        Assert.Empty(Directory.EnumerateFiles(host.Folder, "sp-*"));

        // With room again everything goes on.
        File.Delete(Path.Combine(host.Folder, Filler));
        machine.Write("vda", 1, 7);
        ModelDisks.Blank.With("vda", 1, 7).AssertOn(machine, "after the pool was full");
    }

    private static async Task<BlankMachine> StartAsync(GuestHost host, PortalUnderTest portal)
    {
        var machine = BlankMachine.Define(host);
        await portal.AdoptAsync(machine.Id);
        await portal.SucceedAsync(portal.Vms.PowerAsync(portal.Owner, machine.Id, new PowerRequest(PowerAction.Start), CancellationToken.None));
        return machine;
    }

    private static void Fill(GuestHost host)
    {
        using var file = new FileStream(Path.Combine(host.Folder, Filler), FileMode.Create);
        try
        {
            while (true)
            {
                file.Write(new byte[64 * 1024]);
                file.Flush(flushToDisk: true);
            }
        }
        catch (IOException)
        {
            // Full, which was wanted.
        }
    }

    private sealed class AtTheCapture(Action act) : IFaultPoint
    {
        public void Reached(OperationKind kind, string step)
        {
            if (kind == OperationKind.TakeSnapshot && step == "Capture")
            {
                act();
            }
        }
    }
}
