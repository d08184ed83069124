namespace SnapshotPortal.Domain.Vms;

/// <summary>
/// A freeze was attempted on this machine and nobody has proved since that its file systems are thawed.
/// Written before the attempt; removed only by a status read afterwards or by the end of that QEMU process.
/// </summary>
public sealed class FreezeDebt
{
    /// <summary>The virtual machine; one debt a machine.</summary>
    public required Guid VmId { get; init; }

    public required DateTimeOffset Since { get; set; }

    /// <summary>The operation that froze.</summary>
    public Guid? OperationId { get; set; }

    /// <summary>How often a thaw was tried by the collector.</summary>
    public int Attempts { get; set; }

    /// <summary>What the agent said last.</summary>
    public string? LastAnswer { get; set; }

    /// <summary>When the next thaw is tried, unless the agent or the machine gives cause to try at once.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }
}
