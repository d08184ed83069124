using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Engine;

/// <summary>Makes a machine from a snapshot.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">The new machine's id.</param>
/// <param name="Name">The new machine's name.</param>
/// <param name="Configuration">The snapshot's configuration.</param>
/// <param name="Layers">The snapshot's frozen files, by target; a disk that is not among them is left out.</param>
/// <param name="Start">Start it.</param>
public sealed record CloneOrder(HostRef Host, Guid VmId, string Name, MachineConfiguration Configuration, IReadOnlyDictionary<string, LayerFile> Layers, bool Start)
{
    /// <summary>Copy the files instead of standing on them.</summary>
    public bool Full { get; init; }

    /// <summary>How it differs from what it is made from.</summary>
    public CloneChanges Changes { get; init; } = new();

    /// <summary>What cloud-init is to read; <see langword="null"/> = nothing.</summary>
    public CloudInitRequest? CloudInit { get; init; }
}

/// <summary>How a machine differs from what it is made from.</summary>
/// <param name="VCpus">Virtual processors; <see langword="null"/> = as many.</param>
/// <param name="MemoryBytes">Memory; <see langword="null"/> = as much.</param>
/// <param name="Network">Where its network cards are plugged in; <see langword="null"/> = where they were.</param>
public sealed record CloneChanges(int? VCpus = null, long? MemoryBytes = null, CloneNetwork? Network = null);

/// <summary>What a clone is made of.</summary>
/// <param name="Heads">The files it writes to.</param>
/// <param name="Vm">What the host says of it.</param>
/// <param name="StartFailure">It was to run and could not be started: why.</param>
/// <param name="Seed">The volume for cloud-init, if it has one.</param>
public sealed record CloneResult(IReadOnlyList<LayerFile> Heads, VmObservation Vm, string? StartFailure, SeedVolume? Seed = null);

/// <summary>What a clone of a configuration would be, could be and would lack.</summary>
/// <param name="VCpus">Virtual processors in the configuration.</param>
/// <param name="MostVCpus">How many the host gives a machine at the most.</param>
/// <param name="MemoryBytes">Memory in the configuration.</param>
/// <param name="MostMemoryBytes">The host's memory.</param>
/// <param name="BootDisk">The disk it boots from, which cannot be left out.</param>
/// <param name="CopyBytes">What a full copy takes at the most, by disk.</param>
/// <param name="Networks">The host's networks.</param>
/// <param name="PresentNetwork">Where its cards are plugged in, in a few words.</param>
/// <param name="HasAgent">It has a channel for a guest agent.</param>
/// <param name="Dropped">What a clone cannot have, in sentences.</param>
public sealed record CloneOffer(
    int VCpus,
    int MostVCpus,
    long MemoryBytes,
    long MostMemoryBytes,
    string? BootDisk,
    IReadOnlyDictionary<string, long> CopyBytes,
    IReadOnlyList<NetworkSeen> Networks,
    string PresentNetwork,
    bool HasAgent,
    IReadOnlyList<string> Dropped);

/// <summary>A libvirt network of a host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsActive">It runs.</param>
public sealed record NetworkSeen(string Name, bool IsActive);

/// <summary>Asks who a guest is, and first makes it somebody else.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">The machine.</param>
/// <param name="HostName">The host name it gets, together with a new machine id and new SSH host keys; <see langword="null"/> = it is only asked.</param>
/// <param name="Script">What is run in it after that.</param>
public sealed record IdentityOrder(HostRef Host, Guid VmId, string? HostName, string? Script)
{
    /// <summary>Who it was before an earlier attempt changed it.</summary>
    public GuestFacts? Before { get; init; }
}

/// <summary>What a guest answered.</summary>
/// <param name="Before">Who it was before it was changed; <see langword="null"/> where it was not.</param>
/// <param name="Now">Who it is; <see langword="null"/> where it could not be asked.</param>
/// <param name="Obstacle">Why it could not be changed or asked, in a sentence.</param>
/// <param name="Script">How the script ended; <see langword="null"/> = none was run to its end.</param>
/// <param name="ScriptObstacle">Why the script did not end.</param>
public sealed record IdentityResult(GuestFacts? Before, GuestFacts? Now, string? Obstacle, ScriptResult? Script = null, string? ScriptObstacle = null);

/// <summary>How a script ended in a guest.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">The beginning of what it printed.</param>
public sealed record ScriptResult(int ExitCode, string Output);
