using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <summary>Asks the host about clones before they are asked for: what there is to choose, and what it would refuse.</summary>
internal sealed class ClonePreviews(IHypervisorEngine engine, OfferedNetworks networks, HostRegistry hosts)
{
    /// <summary>What a clone of the snapshot would be. That the actor may use it has been checked.</summary>
    public async Task<Outcome<ClonePreviewView>> MakeAsync(IPortalDb db, Actor actor, Snapshot snapshot, VirtualMachine source, CancellationToken cancellationToken)
    {
        if (SnapshotRequests.NotReady(snapshot) is { } notReady)
        {
            return notReady;
        }

        if (hosts.Find(source.HostId) is not { IsConnected: true } host || snapshot.DomainXml is not { } xml)
        {
            return new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer, so it cannot be told what it has to offer. Try again when it is back.");
        }

        try
        {
            var layers = LayerRows.ToFiles(await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken));
            var offer = await engine.DescribeCloneAsync(host.Reference, new MachineConfiguration(xml, snapshot.FirmwareVariables), layers, cancellationToken);
            return new ClonePreviewView(
                offer.VCpus,
                offer.MostVCpus,
                offer.MemoryBytes,
                CloneChecks.LeastMemory,
                offer.MostMemoryBytes,
                [
                    .. snapshot.Disks.Where(static d => d.Included).OrderBy(static d => d.Target, StringComparer.Ordinal)
                        .Select(d => new CloneDiskView(d.Target, d.VirtualSize, offer.CopyBytes.GetValueOrDefault(d.Target), d.Target == offer.BootDisk)),
                ],
                [.. offer.Networks.Where(n => actor.IsAdministrator || networks.Offers(source.HostId, snapshot, n.Name)).Select(static n => new CloneNetworkView(n.Name, n.IsActive))],
                offer.PresentNetwork,
                offer.HasAgent,
                [.. offer.Dropped, .. snapshot.Disks.Where(static d => !d.Included).Select(static d => $"The disk {d.Target}, which the snapshot does not hold. {d.ExclusionReason}")]);
        }
        catch (EngineException e)
        {
            return new Failure(FailureKind.Unavailable, e.Code, e.Message);
        }
    }

    /// <summary>
    /// Why the clone cannot be, or the host would refuse it; <see langword="null"/> if it would not, or cannot be asked: then the
    /// operation itself waits and finds out.
    /// </summary>
    public async Task<Failure?> CheckAsync(IPortalDb db, Actor actor, Snapshot snapshot, VirtualMachine source, CloneVmRequest request, CancellationToken cancellationToken)
    {
        // Before the host is asked, which would say whether there is such a network.
        if (networks.Check(actor.IsAdministrator, source.HostId, snapshot, request.Network) is { } closed)
        {
            return closed;
        }

        if (snapshot is not { Phase: SnapshotPhase.Succeeded, DomainXml: { } xml } || hosts.Find(source.HostId) is not { IsConnected: true } host)
        {
            return null;
        }

        var layers = LayerRows.ToFiles(await LayerRows.HeldAsync(db, snapshot.Id, cancellationToken));
        foreach (var dropped in request.DropDisks)
        {
            layers.Remove(dropped);
        }

        try
        {
            await engine.CheckCloneAsync(
                new CloneOrder(host.Reference, Guid.Empty, request.Name, new MachineConfiguration(xml, snapshot.FirmwareVariables), layers, request.Start)
                {
                    Full = request.Full,
                    Changes = new CloneChanges(request.VCpus, request.MemoryBytes, request.Network),
                    CloudInit = request.Identity?.CloudInit,
                },
                cancellationToken);
            return null;
        }
        catch (EngineException e)
        {
            return e.Code switch
            {
                FailureCodes.ProcessorsInvalid => new Failure(FailureKind.Invalid, e.Code, e.Message, "vCpus"),
                FailureCodes.MemoryInvalid => new Failure(FailureKind.Invalid, e.Code, e.Message, "memoryBytes"),
                FailureCodes.NetworkUnknown => new Failure(FailureKind.Invalid, e.Code, e.Message, "network"),
                FailureCodes.DisksInvalid => new Failure(FailureKind.Invalid, e.Code, e.Message, "dropDisks"),
                FailureCodes.NotEnoughSpace => new Failure(FailureKind.Conflict, e.Code, e.Message),
                _ => null,
            };
        }
    }
}
