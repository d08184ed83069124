using LibVirt;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Short questions and acts that several parts of the engine need of a domain.</summary>
internal static class Domains
{
    /// <summary>What a list says of a machine.</summary>
    public static VmObservation Observe(VirDomain domain)
    {
        var definition = DomainDefinition.Parse(domain.GetXmlDescription());
        return new VmObservation(
            domain.Uuid,
            definition.Name,
            DomainDefinition.ToPower(domain.GetState().State),
            definition.AgentPortConnected,
            definition.VCpus,
            definition.MemoryBytes);
    }

    public static bool Define(VirConnection connection, string xml)
    {
        using var domain = connection.DefineDomain(xml);
        return true;
    }

    public static bool Exists(VirConnection connection, Guid vmId)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            return true;
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
        {
            return false;
        }
    }

    /// <summary>Starts a machine whose disks are in place already.</summary>
    /// <returns>Why it could not be started: the work before it is complete all the same, and the caller tells of both.</returns>
    public static string? Start(VirConnection connection, Guid vmId)
    {
        using var domain = connection.LookupDomainByUuid(vmId);
        try
        {
            if (!domain.IsActive)
            {
                domain.Create();
            }

            return null;
        }
        catch (LibvirtException e)
        {
            return $"The disks are in place, but the machine could not be started: {e.Message}";
        }
    }
}
