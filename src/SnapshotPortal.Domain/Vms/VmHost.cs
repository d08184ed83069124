namespace SnapshotPortal.Domain.Vms;

/// <summary>Whether the portal can talk to a host at present.</summary>
public enum HostState
{
    /// <summary>Not tried yet.</summary>
    Unknown,

    /// <summary>Connected and answering.</summary>
    Connected,

    /// <summary>Does not answer; <see cref="VmHost.StateMessage"/> says why and since when.</summary>
    Unreachable,
}

/// <summary>One libvirt connection (a URI) on which virtual machines run.</summary>
public sealed class VmHost
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>The name the configuration gives it; unique.</summary>
    public required string Name { get; set; }

    /// <summary>The libvirt connection URI, for example <c>qemu:///system</c>.</summary>
    public required string Uri { get; set; }

    public HostState State { get; set; }

    /// <summary>When <see cref="State"/> last changed.</summary>
    public DateTimeOffset StateSince { get; set; }

    /// <summary>Why it is unreachable, in libvirt's words; <see langword="null"/> while connected.</summary>
    public string? StateMessage { get; set; }
}
