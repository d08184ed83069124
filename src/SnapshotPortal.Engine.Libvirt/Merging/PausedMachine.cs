using LibVirt;

namespace SnapshotPortal.Engine.Libvirt.Merging;

/// <summary>
/// Block jobs need a QEMU. A machine that is off is started paused for them, so that no instruction of the guest runs, and
/// ended again.
/// </summary>
internal static class PausedMachine
{
    public static bool Start(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        domain.Create(DomainCreateFlags.Paused);
        return true;
    }

    public static bool End(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);

        // Somebody may have resumed it meanwhile, outside the portal: then it is a running machine and stays one.
        if (domain.IsActive && domain.GetState().State == DomainState.Paused)
        {
            domain.Destroy();
        }

        return true;
    }
}
