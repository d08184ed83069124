using LibVirt.Handles;
using LibVirt.Interop;
using static LibVirt.Interop.Checked;

namespace LibVirt;

/// <summary>A snapshot that libvirt made or keeps a record of (<c>virDomainSnapshotPtr</c>, libvirt-domain-snapshot.h).</summary>
public sealed class VirDomainSnapshot : IDisposable
{
    internal VirDomainSnapshot(DomainSnapshotHandle handle) => Handle = handle;

    /// <summary>The name (virDomainSnapshotGetName, libvirt-domain-snapshot.h).</summary>
    public string Name => Check(Native.virDomainSnapshotGetName(Handle));

    /// <summary>Whether it is the current one (virDomainSnapshotIsCurrent, libvirt-domain-snapshot.h).</summary>
    public bool IsCurrent => CheckBool(Native.virDomainSnapshotIsCurrent(Handle, 0));

    /// <summary>Whether libvirt keeps a record of it (virDomainSnapshotHasMetadata, libvirt-domain-snapshot.h).</summary>
    public bool HasMetadata => CheckBool(Native.virDomainSnapshotHasMetadata(Handle, 0));

    internal DomainSnapshotHandle Handle { get; }

    /// <summary>The snapshot this one was taken on (virDomainSnapshotGetParent, libvirt-domain-snapshot.h).</summary>
    /// <returns>The parent; dispose it.</returns>
    /// <exception cref="LibvirtException">There is none: <see cref="LibvirtErrorCode.NoDomainSnapshot"/>.</exception>
    public VirDomainSnapshot GetParent() => new(Check(Native.virDomainSnapshotGetParent(Handle, 0)));

    /// <summary>Lists the snapshots taken on this one (virDomainSnapshotListAllChildren, libvirt-domain-snapshot.h).</summary>
    /// <param name="flags">Which; none means the direct children.</param>
    /// <returns>The snapshots; dispose each.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public IReadOnlyList<VirDomainSnapshot> ListAllChildren(DomainSnapshotListFlags flags = DomainSnapshotListFlags.None)
    {
        var count = Check(Native.virDomainSnapshotListAllChildren(Handle, out var items, flags));
        return Array.ConvertAll(NativeReader.TakeHandles<DomainSnapshotHandle>(items, count), handle => new VirDomainSnapshot(handle));
    }

    /// <summary>The definition of the snapshot (virDomainSnapshotGetXMLDesc, libvirt-domain-snapshot.h).</summary>
    /// <param name="flags">What to include.</param>
    /// <returns>XML.</returns>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public string GetXmlDescription(DomainSnapshotXmlFlags flags = DomainSnapshotXmlFlags.None) =>
        Check(Native.virDomainSnapshotGetXMLDesc(Handle, flags));

    /// <summary>Brings the domain back to the snapshot (virDomainRevertToSnapshot, libvirt-domain-snapshot.h).</summary>
    /// <param name="flags">How.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Revert(DomainSnapshotRevertFlags flags = DomainSnapshotRevertFlags.None) =>
        Check(Native.virDomainRevertToSnapshot(Handle, flags));

    /// <summary>Deletes the snapshot (virDomainSnapshotDelete, libvirt-domain-snapshot.h).</summary>
    /// <param name="flags">What with it.</param>
    /// <exception cref="LibvirtException">The call failed.</exception>
    public void Delete(DomainSnapshotDeleteFlags flags = DomainSnapshotDeleteFlags.None) =>
        Check(Native.virDomainSnapshotDelete(Handle, flags));

    /// <summary>Gives up this reference (virDomainSnapshotFree, libvirt-domain-snapshot.h).</summary>
    public void Dispose() => Handle.Dispose();
}
