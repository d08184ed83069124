namespace SnapshotPortal.TestSupport.Large;

/// <summary>How much is put into a database.</summary>
/// <param name="Users">People; machines are spread over them.</param>
/// <param name="Vms">Machines.</param>
/// <param name="Snapshots">Snapshots; the first machine gets <paramref name="OfTheFirst"/> of them, the others share the rest.</param>
/// <param name="Operations">Operations that have ended, each with two steps and two events.</param>
/// <param name="OfTheFirst">Snapshots of the first machine.</param>
public sealed record LargeSize(int Users, int Vms, int Snapshots, int Operations, int OfTheFirst)
{
    /// <summary>A portal of one team.</summary>
    public static LargeSize Small { get; } = new(5, 20, 200, 500, 20);

    /// <summary>A portal of a university.</summary>
    public static LargeSize Large { get; } = new(200, 2_000, 20_000, 50_000, 500);
}
