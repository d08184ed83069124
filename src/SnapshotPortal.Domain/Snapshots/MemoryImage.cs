namespace SnapshotPortal.Domain.Snapshots;

/// <summary>A file with a machine's memory and device state, as libvirt saved it together with the disks.</summary>
/// <param name="Pool">The storage pool's name on the machine's host.</param>
/// <param name="Volume">The file's name in its pool.</param>
/// <param name="Path">The absolute path on the host.</param>
/// <param name="Bytes">Bytes it occupies.</param>
public sealed record MemoryImage(string Pool, string Volume, string Path, long Bytes);
