namespace SnapshotPortal.Operations;

/// <summary>The <c>SnapshotPortal</c> section of the configuration.</summary>
public sealed class PortalOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "SnapshotPortal";

    /// <summary>The hosts whose machines the portal manages.</summary>
    public IList<HostOptions> Hosts { get; } = [];

    /// <summary>How long an operation may take from its request on, where nothing else is said. 1 s to 24 h.</summary>
    public TimeSpan FailureDeadline { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Operations that run at the same time on one host, at the most.</summary>
    public int OperationsPerHost { get; set; } = 4;

    /// <summary>How often each machine's disks are compared with the database. 10 s to 24 h.</summary>
    public TimeSpan DriftCheck { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Names this instance in the leases of the operations it runs; instances that share a database need different ones.</summary>
    public string InstanceName { get; set; } = Environment.MachineName;

    /// <summary>How long the states from before restores are kept.</summary>
    public SafetySnapshotOptions SafetySnapshots { get; } = new();

    /// <summary>How long it is kept what was done.</summary>
    public HistoryOptions History { get; } = new();

    /// <summary>What disk images from elsewhere may be.</summary>
    public ImageOptions Images { get; } = new();
}

/// <summary>What disk images from elsewhere may be, in bytes; at least 1 MiB each.</summary>
public sealed class ImageOptions
{
    /// <summary>The longest file that is uploaded.</summary>
    public long LargestFile { get; set; } = 64L << 30;

    /// <summary>The largest disk that an image may claim to be.</summary>
    public long LargestDisk { get; set; } = 1L << 40;

    internal Engine.ImageLimits Limits => new(LargestFile, LargestDisk);
}

/// <summary>How long safety snapshots are kept: what either rule keeps stays.</summary>
public sealed class SafetySnapshotOptions
{
    /// <summary>How many of the newest stay on each machine. 1 to 50.</summary>
    public int Keep { get; set; } = 5;

    /// <summary>How long each one stays at least. Up to 10 years.</summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromHours(24);
}

/// <summary>How long operations and events are kept.</summary>
public sealed class HistoryOptions
{
    /// <summary>From their end on. 1 day to 10 years.</summary>
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);
}

/// <summary>One host.</summary>
public sealed class HostOptions
{
    /// <summary>The name people see; unique.</summary>
    public string Name { get; set; } = "";

    /// <summary>The libvirt connection URI, for example <c>qemu:///system</c> or <c>qemu+ssh://user@host/system</c>.</summary>
    public string Uri { get; set; } = "";

    /// <summary>Pools that hold no snapshots, whatever their type.</summary>
    public IList<string> PoolsWithoutSnapshots { get; } = [];

    /// <summary>The libvirt networks that everybody may choose for new machines; none = libvirt's <c>default</c>. Administrators choose among all.</summary>
    public IList<string> Networks { get; } = [];

    /// <summary>The networks that everybody may choose.</summary>
    public IReadOnlyList<string> NetworksForEverybody() => Networks.Count > 0 ? [.. Networks] : ["default"];
}
