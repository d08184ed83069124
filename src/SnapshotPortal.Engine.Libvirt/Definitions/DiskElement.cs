using System.Xml.Linq;

namespace SnapshotPortal.Engine.Libvirt.Definitions;

/// <summary>A <c>&lt;disk&gt;</c> of a domain's XML.</summary>
internal sealed class DiskElement(XElement element)
{
    public XElement Element => element;

    /// <summary>For example <c>vda</c>.</summary>
    public string Target => element.Element("target")?.Attribute("dev")?.Value ?? "";

    /// <summary><c>disk</c> where nothing is said.</summary>
    public string Device => element.Attribute("device")?.Value ?? "disk";

    /// <summary><c>file</c>, <c>block</c>, <c>network</c>, <c>volume</c>, ….</summary>
    public string SourceType => element.Attribute("type")?.Value ?? "file";

    /// <summary>The file it lies in; <see langword="null"/> for a drive without a medium and for what is no file.</summary>
    public string? File => element.Element("source")?.Attribute("file")?.Value;

    /// <summary>The image format; raw where nothing is said, as libvirt takes it.</summary>
    public string Format => element.Element("driver")?.Attribute("type")?.Value ?? "raw";

    public bool IsReadOnly => element.Element("readonly") is not null;

    public bool IsShareable => element.Element("shareable") is not null;

    public bool IsTransient => element.Element("transient") is not null;

    /// <summary>The files behind it, nearest first; live XML names them, inactive XML usually not.</summary>
    public IReadOnlyList<string> BackingFiles
    {
        get
        {
            var files = new List<string>();
            for (var backing = element.Element("backingStore"); backing is not null; backing = backing.Element("backingStore"))
            {
                if (backing.Element("source")?.Attribute("file")?.Value is { } file)
                {
                    files.Add(file);
                }
            }

            return files;
        }
    }

    /// <summary>Puts the disk on another qcow2 file, whose header says what lies behind it.</summary>
    public void PointTo(string path)
    {
        element.SetAttributeValue("type", "file");
        element.Elements("backingStore").Remove();
        element.Elements("mirror").Remove();
        if (element.Element("driver") is not { } driver)
        {
            driver = new XElement("driver", new XAttribute("name", "qemu"));
            element.AddFirst(driver);
        }

        driver.SetAttributeValue("type", "qcow2");
        element.Elements("source").Remove();
        driver.AddAfterSelf(new XElement("source", new XAttribute("file", path)));
    }

    /// <summary>Takes the medium out.</summary>
    public void Empty()
    {
        element.Elements("source").Remove();
        element.Elements("backingStore").Remove();
    }
}
