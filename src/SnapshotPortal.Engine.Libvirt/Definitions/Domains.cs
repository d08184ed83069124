using LibVirt;
using SnapshotPortal.Engine.Libvirt.Power;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

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

    /// <summary>Defines a machine that must not be there yet.</summary>
    /// <exception cref="EngineException">Its name belongs to another domain.</exception>
    public static bool DefineNew(VirConnection connection, string name, string xml)
    {
        try
        {
            return Define(connection, xml);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.OperationFailed && HasName(connection, name))
        {
            // libvirt has no code of its own for it. Asked afterwards, so that nobody can take the name in between.
            throw NameTaken(name, e);
        }
    }

    /// <summary>What is said where a name belongs to a domain of somebody else's.</summary>
    public static EngineException NameTaken(string name, LibvirtException e)
        => new(FailureCodes.NameTaken, $"The host has a machine named “{name}” already, which the portal does not manage. Choose another name.", e);

    public static bool HasName(VirConnection connection, string name)
    {
        try
        {
            using var domain = connection.LookupDomainByName(name);
            return true;
        }
        catch (LibvirtException)
        {
            return false;
        }
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
            return $"The disks are in place, but the machine could not be started: {StartTrouble.Explain(e)}";
        }
    }
}
