namespace LibVirt.Interop;

/// <summary>Asks the library in this process for its version.</summary>
internal static unsafe class LibraryVersion
{
    internal static Version Get()
    {
        Checked.Check(Native.virGetVersion(out var version, null, null));
        return VirConnection.ToVersion(version);
    }
}
