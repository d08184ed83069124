namespace SnapshotPortal.Operations.Engine;

/// <summary>Pulls everything behind one disk into the file that its machine writes to.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">Which machine.</param>
/// <param name="Head">The file, as the database knows it; another file is drift.</param>
public sealed record FlattenOrder(HostRef Host, Guid VmId, LayerFile Head);

/// <summary>Copies disks into files that stand alone.</summary>
/// <param name="Host">Where.</param>
/// <param name="VmId">Whose disks.</param>
/// <param name="Sources">By target: a snapshot's frozen files; the head files, as the database knows them, for the present state.</param>
/// <param name="DomainXml">The snapshot's definition; <see langword="null"/> = the machine's present state is wanted.</param>
/// <param name="Pool">Where to; <see langword="null"/> = each disk into the pool that it lies in.</param>
public sealed record ExportOrder(HostRef Host, Guid VmId, IReadOnlyDictionary<string, LayerFile> Sources, string? DomainXml, string? Pool);

/// <summary>One volume of an export.</summary>
/// <param name="Target">The disk's name in its machine.</param>
/// <param name="Pool">The storage pool.</param>
/// <param name="Volume">The volume's name in it.</param>
/// <param name="Path">The absolute path on the host.</param>
/// <param name="VirtualSize">Bytes as a guest sees them.</param>
/// <param name="Size">The file's length in bytes; 0 while it is only planned.</param>
public sealed record ExportFile(string Target, string Pool, string Volume, string Path, long VirtualSize, long Size);
