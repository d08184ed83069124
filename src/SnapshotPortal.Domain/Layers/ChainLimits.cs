namespace SnapshotPortal.Domain.Layers;

/// <summary>How long a chain of files behind one disk may get. Every file in it costs the guest time at each read.</summary>
public static class ChainLimits
{
    /// <summary>Chains longer than this many files are warned about.</summary>
    public const int WarnAbove = 16;

    /// <summary>Nothing that would make a chain longer than this many files is begun.</summary>
    public const int RefuseAbove = 60;

    /// <summary>One more file on a chain of <paramref name="depth"/> files would be one too many.</summary>
    public static bool IsFull(int depth) => depth >= RefuseAbove;
}
