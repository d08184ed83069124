namespace SnapshotPortal.Domain.Identities;

/// <summary>How a guest's identity stands.</summary>
public enum IdentityState
{
    /// <summary>Nobody asked for one: whatever its disk says is the guest's own affair.</summary>
    NotAsked,

    /// <summary>It is given one when the machine runs.</summary>
    Pending,

    /// <summary>It could not be found out.</summary>
    Unverified,

    /// <summary>It shares something with another machine.</summary>
    NotUnique,

    /// <summary>Proved: nothing that identifies it is another's.</summary>
    Unique,

    /// <summary>There is no way into this guest.</summary>
    Impossible,
}

/// <summary>Who the guest of a machine is: what was asked for, what it answered, and what follows from that.</summary>
public sealed class GuestIdentity
{
    /// <summary>The longest script, in UTF-8 bytes.</summary>
    public const int MaxScriptBytes = 64 * 1024;

    /// <summary>As much of a script's output as is kept, in characters.</summary>
    public const int MaxOutputLength = 8 * 1024;

    /// <summary>The machine; one identity each.</summary>
    public required Guid VmId { get; init; }

    public IdentityState State { get; private set; }

    /// <summary>Why it is so, in a sentence.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Change the guest through its agent: host name, machine id, SSH host keys.</summary>
    public bool ByAgent { get; set; }

    /// <summary>What its owner runs in the guest after that.</summary>
    public string? Script { get; set; }

    /// <summary>The volume that cloud-init reads; goes with the machine.</summary>
    public SeedVolume? Seed { get; set; }

    /// <summary>What the guest said last.</summary>
    public GuestFacts? Facts { get; set; }

    /// <summary>What it said before it was changed for the first time: what the snapshot had.</summary>
    public GuestFacts? Inherited { get; set; }

    /// <summary>How the script ended; <see langword="null"/> = it has not run, or did not end.</summary>
    public int? ScriptExitCode { get; set; }

    /// <summary>The beginning of what it printed.</summary>
    public string? ScriptOutput { get; set; }

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>Writes down how it stands.</summary>
    public void Become(IdentityState state, string message)
    {
        State = state;
        Message = message;
    }
}

/// <summary>A volume with what cloud-init is to read.</summary>
public sealed record SeedVolume(string Pool, string Volume, string Path);
