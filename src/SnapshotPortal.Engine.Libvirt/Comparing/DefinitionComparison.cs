using System.Xml;
using System.Xml.Linq;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Comparing;

/// <summary>In what two definitions differ, in words; the files of the disks are the portal's own affair and left aside.</summary>
internal static class DefinitionComparison
{
    private const int MostOthers = 60;

    public static IReadOnlyList<ConfigurationDifference> Between(string before, string after)
    {
        var (one, other) = (ComparedDefinition.Read(Parse(before)), ComparedDefinition.Read(Parse(after)));
        return
        [
            .. One(ConfigurationPart.Memory, one.Memory, other.Memory),
            .. One(ConfigurationPart.Processors, one.Processors, other.Processors),
            .. Several(ConfigurationPart.Disk, one.Disks, other.Disks),
            .. Several(ConfigurationPart.Drive, one.Drives, other.Drives),
            .. Several(ConfigurationPart.NetworkCard, one.NetworkCards, other.NetworkCards),
            .. One(ConfigurationPart.Firmware, one.Firmware, other.Firmware),
            .. One(ConfigurationPart.BootOrder, one.BootOrder, other.BootOrder),
            .. Others(one.Rest, other.Rest),
        ];
    }

    private static XElement Parse(string xml)
    {
        try
        {
            return SafeXml.Parse(DomainDefinition.Parse(xml).WithoutRecord());
        }
        catch (XmlException e)
        {
            throw new EngineException(FailureCodes.HypervisorError, "The definition that was kept cannot be read, so it cannot be compared. Disks are not affected.", e);
        }
    }

    private static IEnumerable<ConfigurationDifference> One(ConfigurationPart part, string? before, string? after)
        => string.Equals(before, after, StringComparison.Ordinal) ? [] : [new ConfigurationDifference(part, null, before, after)];

    private static IEnumerable<ConfigurationDifference> Several(ConfigurationPart part, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
        => from subject in before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
           let was = before.GetValueOrDefault(subject)
           let becomes = after.GetValueOrDefault(subject)
           where !string.Equals(was, becomes, StringComparison.Ordinal)
           select new ConfigurationDifference(part, subject, was, becomes);

    private static IEnumerable<ConfigurationDifference> Others(DefinitionLines before, DefinitionLines after)
    {
        var (gone, come) = (before.All.ToList(), new List<(string Place, string Value, bool IsSecret)>());
        foreach (var line in after.All)
        {
            if (!gone.Remove(line))
            {
                come.Add(line);
            }
        }

        var all = new List<ConfigurationDifference>();
        foreach (var was in gone)
        {
            var at = come.FindIndex(c => c.Place == was.Place);
            var becomes = at < 0 ? null : Show(come[at]);
            if (at >= 0)
            {
                come.RemoveAt(at);
            }

            all.Add(new ConfigurationDifference(ConfigurationPart.Other, was.Place, Show(was), becomes));
        }

        all.AddRange(come.Select(static c => new ConfigurationDifference(ConfigurationPart.Other, c.Place, null, Show(c))));
        return all.Count <= MostOthers
            ? all
            : all.Take(MostOthers).Append(new ConfigurationDifference(ConfigurationPart.Other, "…", null, $"{all.Count - MostOthers} more"));
    }

    private static string Show((string Place, string Value, bool IsSecret) line) => DefinitionLines.Show(line.Value, line.IsSecret);
}
