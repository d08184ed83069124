using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Operations.Records;

/// <summary>Compares the record on a host with the database.</summary>
internal static class RecordAge
{
    /// <summary>The revision of the machine's own record on its host; 0 without a readable one.</summary>
    public static long Revision(string? element, Guid vmId)
        => element is not null && RecordElement.Read(element).Record is { } record && record.VmId == vmId ? record.Revision : 0;

    /// <summary>The host has a newer record of the machine than the database: an old copy of the database was put back.</summary>
    public static bool IsNewer(string? element, VirtualMachine vm) => Revision(element, vm.Id) > vm.RecordRevision;
}
