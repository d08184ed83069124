namespace SnapshotPortal.Operations.Requests;

/// <summary>Makes a machine from a snapshot.</summary>
/// <param name="Name">The new machine's name; a DNS label, unique on its host.</param>
/// <param name="Description">Optional.</param>
/// <param name="Start">Start it when it is made.</param>
/// <param name="IdempotencyKey">See <see cref="TakeSnapshotRequest"/>.</param>
public sealed record CloneVmRequest(string Name, string? Description = null, bool Start = true, string? IdempotencyKey = null)
{
    /// <summary>Copy the disks, so that nothing is shared; otherwise the unchanged part is shared with the snapshot.</summary>
    public bool Full { get; init; }

    /// <summary>Virtual processors; <see langword="null"/> = as in the snapshot.</summary>
    public int? VCpus { get; init; }

    /// <summary>Memory in bytes; <see langword="null"/> = as in the snapshot.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Disks of the snapshot to leave out, by target; never the one it boots from.</summary>
    public IReadOnlyList<string> DropDisks { get; init; } = [];

    /// <summary>Where its network cards are plugged in; <see langword="null"/> = as in the snapshot.</summary>
    public CloneNetwork? Network { get; init; }

    /// <summary>Who its guest is to be; <see langword="null"/> = the guest is left alone.</summary>
    public IdentityRequest? Identity { get; init; }
}

/// <summary>The network of a new machine.</summary>
/// <param name="Name">One of the host's libvirt networks; <see langword="null"/> = none at all: it gets no network card.</param>
public sealed record CloneNetwork(string? Name);

/// <summary>Who a guest is to be, and how it is told.</summary>
/// <param name="ByAgent">Through its agent, when it first runs: host name, machine id, SSH host keys.</param>
/// <param name="Script">What is run in it after that, by <c>/bin/sh</c>; at most 64 KiB.</param>
/// <param name="CloudInit">Through cloud-init; <see langword="null"/> = no seed is made.</param>
public sealed record IdentityRequest(bool ByAgent = true, string? Script = null, CloudInitRequest? CloudInit = null);

/// <summary>What cloud-init finds in the guest's seed, beside a new instance id and the host name.</summary>
/// <param name="User">An account to make; <see langword="null"/> = the image's own default account.</param>
/// <param name="PasswordHash">The account's password as crypt(3) writes it, for example from <c>openssl passwd -6</c>; never the password itself.</param>
/// <param name="SshKeys">Public keys that may sign in.</param>
public sealed record CloudInitRequest(string? User = null, string? PasswordHash = null, IReadOnlyList<string>? SshKeys = null);
