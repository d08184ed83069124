using System.Xml.Linq;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;

namespace SnapshotPortal.Engine.Libvirt.Measuring;

/// <summary>Has guests say what memory they use.</summary>
internal static class GuestMemory
{
    private const int PeriodSeconds = 10;

    /// <summary>
    /// Sets how often the balloon driver of a running machine tells, unless somebody has set it; only until the machine stops,
    /// its definition stays as it is.
    /// </summary>
    /// <returns>True if it was set.</returns>
    public static bool LetTell(VirConnection connection, Guid vmId)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            if (!domain.IsActive || !IsSilent(SafeXml.Parse(domain.GetXmlDescription())))
            {
                return false;
            }

            domain.SetMemoryStatsPeriod(PeriodSeconds, DomainMemoryFlags.Live);
            return true;
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain or LibvirtErrorCode.OperationInvalid)
        {
            // It stopped in this moment: nobody is there to tell.
            return false;
        }
    }

    /// <summary>It could tell, and nobody has asked it to.</summary>
    internal static bool IsSilent(XElement definition)
        => definition.Element("devices")?.Element("memballoon") is { } balloon
            && balloon.Attribute("model")?.Value is { } model && model.StartsWith("virtio", StringComparison.Ordinal)
            && balloon.Element("stats")?.Attribute("period") is null;
}
