using SnapshotPortal.Domain.Identities;

namespace SnapshotPortal.Operations.Views;

/// <summary>What a new machine from a snapshot would be, could be and would lack.</summary>
/// <param name="VCpus">Virtual processors in the snapshot.</param>
/// <param name="MostVCpus">The most that the host gives a machine.</param>
/// <param name="MemoryBytes">Memory in the snapshot.</param>
/// <param name="LeastMemoryBytes">The least a machine has.</param>
/// <param name="MostMemoryBytes">The host's memory.</param>
/// <param name="Disks">The disks that the snapshot holds.</param>
/// <param name="Networks">The host's networks.</param>
/// <param name="PresentNetwork">Where the network cards are plugged in, in the snapshot, in a few words.</param>
/// <param name="HasAgent">The guest may have an agent, through which it can be given an identity.</param>
/// <param name="Dropped">What the new machine does not get, in sentences.</param>
public sealed record ClonePreviewView(
    int VCpus,
    int MostVCpus,
    long MemoryBytes,
    long LeastMemoryBytes,
    long MostMemoryBytes,
    IReadOnlyList<CloneDiskView> Disks,
    IReadOnlyList<CloneNetworkView> Networks,
    string PresentNetwork,
    bool HasAgent,
    IReadOnlyList<string> Dropped)
{
    /// <summary>What a full copy of all disks takes at the most.</summary>
    public long CopyBytes => Disks.Sum(static d => d.CopyBytes);
}

/// <summary>A disk that a new machine may get.</summary>
/// <param name="Target">Its name in the machine.</param>
/// <param name="VirtualSize">Bytes as the guest sees them.</param>
/// <param name="CopyBytes">What a full copy of it takes at the most.</param>
/// <param name="IsBootDisk">The machine boots from it, so it cannot be left out.</param>
public sealed record CloneDiskView(string Target, long VirtualSize, long CopyBytes, bool IsBootDisk);

/// <summary>A network of the host.</summary>
public sealed record CloneNetworkView(string Name, bool IsActive);

/// <summary>Who a machine's guest is.</summary>
/// <param name="State">How that stands.</param>
/// <param name="Message">Why, in a sentence.</param>
/// <param name="HostName">What the guest said last.</param>
/// <param name="MachineId">What the guest said last.</param>
/// <param name="HostKeys">What the guest said last.</param>
/// <param name="ReadAt">When it said so; <see langword="null"/> = never.</param>
/// <param name="ScriptExitCode">How the owner's script ended.</param>
/// <param name="ScriptOutput">The beginning of what it printed.</param>
/// <param name="HasSeed">cloud-init has a seed in it.</param>
public sealed record GuestIdentityView(
    IdentityState State,
    string Message,
    string? HostName,
    string? MachineId,
    IReadOnlyList<string> HostKeys,
    DateTimeOffset? ReadAt,
    int? ScriptExitCode,
    string? ScriptOutput,
    bool HasSeed)
{
    internal static GuestIdentityView Of(GuestIdentity row) => new(
        row.State,
        row.Message,
        row.Facts?.HostName,
        row.Facts?.MachineId,
        row.Facts?.HostKeys ?? [],
        row.Facts?.ReadAt,
        row.ScriptExitCode,
        row.ScriptOutput,
        row.Seed is not null);
}
