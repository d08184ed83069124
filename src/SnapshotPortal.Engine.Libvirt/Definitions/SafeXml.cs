using System.Xml;
using System.Xml.Linq;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>Reads XML from the hypervisor without entities, schemas or a way to the network.</summary>
internal static class SafeXml
{
    private static readonly XmlReaderSettings _settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = 16 * 1024 * 1024,
    };

    /// <summary>The root element.</summary>
    public static XElement Parse(string xml)
    {
        using var text = new StringReader(xml);
        using var reader = XmlReader.Create(text, _settings);
        return XElement.Load(reader);
    }
}
