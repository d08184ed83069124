using System.Reflection;
using System.Xml.Linq;
using LibVirt.Interop;

namespace LibVirt.Tests.Coverage;

/// <summary>Compares the imports with libvirt's own description of its interface.</summary>
public sealed class CoverageTests
{
    private static readonly string[] Descriptions = ["/usr/share/libvirt/api/libvirt-api.xml", "/usr/share/libvirt/api/libvirt-qemu-api.xml"];

    [Fact]
    public void EveryFunction_OfTheInstalledLibvirt_IsBoundOrListedWithAReason()
    {
        var missing = Described().Except(Bound()).Except(NotBound.ByReason.Values.SelectMany(names => names)).Order(StringComparer.Ordinal);
        Assert.Empty(missing);
    }

    [Fact]
    public void NotBound_Lists_NothingThatIsBoundUnknownOrTwice()
    {
        var listed = NotBound.ByReason.Values.SelectMany(names => names).ToList();
        Assert.Empty(listed.Intersect(Bound()));
        Assert.Empty(listed.Except(Described()));
        Assert.Equal(listed.Count, listed.Distinct(StringComparer.Ordinal).Count());
        Assert.All(NotBound.ByReason.Keys, reason => Assert.EndsWith(".", reason, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryImport_ExistsInLibvirt() => Assert.Empty(Bound().Except(Described()));

    private static HashSet<string> Described() =>
        [.. Descriptions.SelectMany(path => XDocument.Load(path).Descendants("function")).Select(function => function.Attribute("name")!.Value)];

    private static HashSet<string> Bound() =>
        [.. new[] { typeof(Native), typeof(NativeQemu) }
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.Name)
            .Where(name => name.StartsWith("vir", StringComparison.Ordinal))];
}
