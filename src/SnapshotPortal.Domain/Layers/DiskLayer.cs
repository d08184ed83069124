namespace SnapshotPortal.Domain.Layers;

/// <summary>The life of a layer.</summary>
public enum LayerState
{
    /// <summary>Named in the journal, not seen on disk yet.</summary>
    Planned,

    /// <summary>Exactly one machine writes to it.</summary>
    Head,

    /// <summary>Immutable: held by a snapshot, a child, or both.</summary>
    Frozen,

    /// <summary>No snapshot holds it any more; the collector may merge or remove it.</summary>
    Released,

    /// <summary>A block job is folding its child into it.</summary>
    Merging,

    /// <summary>Its volume is being removed.</summary>
    Deleting,
}

/// <summary>One disk image file in the tree behind the virtual machines.</summary>
public sealed class DiskLayer
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid HostId { get; init; }

    /// <summary>The storage pool's name on its host.</summary>
    public required string Pool { get; set; }

    /// <summary>The volume's name in its pool.</summary>
    public required string Volume { get; set; }

    /// <summary>The absolute path on the host, as libvirt names it.</summary>
    public required string Path { get; set; }

    /// <summary><c>qcow2</c> or <c>raw</c>.</summary>
    public required string Format { get; set; }

    /// <summary>The layer that this one is an overlay of.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>Size as the guest sees it, in bytes.</summary>
    public long VirtualSize { get; set; }

    /// <summary>Bytes it occupies, as last measured.</summary>
    public long Allocation { get; set; }

    public required LayerState State { get; set; }

    /// <summary>The machine that writes to it, while it is a head.</summary>
    public Guid? HeadOfVmId { get; set; }

    /// <summary>The disk's name in the machine, for example <c>vda</c>; a layer keeps it for life.</summary>
    public required string Target { get; set; }

    /// <summary>The portal made this file, so the portal may delete it.</summary>
    public required bool CreatedByPortal { get; set; }

    public Guid? CreatedByOperationId { get; set; }

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Moves to <paramref name="next"/> if the layer is in <paramref name="expected"/>.</summary>
    /// <returns>False if it was in another state than expected; nothing changed then.</returns>
    /// <exception cref="IllegalTransitionException">No such edge exists.</exception>
    public bool TryTransition(LayerState expected, LayerState next)
    {
        var legal = (expected, next) switch
        {
            (LayerState.Planned, LayerState.Head or LayerState.Frozen or LayerState.Deleting) => true,
            (LayerState.Head, LayerState.Frozen or LayerState.Released or LayerState.Deleting) => true,
            // A merge of the head into its parent makes the parent's file the head again.
            (LayerState.Frozen, LayerState.Released or LayerState.Head) => true,
            (LayerState.Released, LayerState.Merging or LayerState.Deleting or LayerState.Frozen) => true,
            (LayerState.Merging, LayerState.Released or LayerState.Deleting) => true,
            (LayerState.Deleting, LayerState.Released) => true,
            _ => false,
        };
        if (!legal)
        {
            throw IllegalTransitionException.Between("A layer", expected, next);
        }

        if (State != expected)
        {
            return false;
        }

        State = next;
        if (next != LayerState.Head)
        {
            HeadOfVmId = null;
        }

        return true;
    }
}
