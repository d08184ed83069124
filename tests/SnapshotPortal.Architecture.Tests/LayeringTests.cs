using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>Who may know whom, read from the built assemblies.</summary>
public sealed class LayeringTests
{
    private const string Domain = "SnapshotPortal.Domain";
    private const string Operations = "SnapshotPortal.Operations";
    private const string Data = "SnapshotPortal.Data";
    private const string Engine = "SnapshotPortal.Engine.Libvirt";
    private const string Guard = "SnapshotPortal.ThawGuard";
    private const string Web = "SnapshotPortal.Web";
    private const string LibVirt = "LibVirt.NET";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        [LibVirt] = [],
        [Domain] = [],
        [Operations] = [Domain],
        [Data] = [Operations, Domain],
        [Engine] = [Operations, Domain, LibVirt],
        [Guard] = [LibVirt],
        [Web] = [Operations, Domain, Data, Engine],
    };

    /// <summary>Static fields that change, each with its reason.</summary>
    private static readonly HashSet<string> MutableStatics = new(StringComparer.Ordinal)
    {
        // libvirt is initialised once a process, whoever comes first.
        "LibVirt.Interop.LibraryRuntime._started",
    };

    public static TheoryData<string> Assemblies() => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Assembly_References_OnlyWhatItMay(string name)
    {
        var ours = References(name).Where(Allowed.ContainsKey).Except(Allowed[name], StringComparer.Ordinal);

        Assert.Empty(ours);
    }

    [Fact]
    public void Source_Projects_AreAllCovered()
        => Assert.Equal(
            Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories).Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal),
            Allowed.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void DatabaseProvider_IsSeenByDataOnly()
    {
        foreach (var name in Allowed.Keys.Where(static n => n != Data))
        {
            Assert.DoesNotContain(References(name), static r => r.Contains("Sqlite", StringComparison.OrdinalIgnoreCase) || r == "Microsoft.EntityFrameworkCore.Relational");
        }

        Assert.Contains(References(Data), static r => r == "Microsoft.EntityFrameworkCore.Sqlite");
    }

    [Fact]
    public void Domain_References_NothingButTheRuntime()
        => Assert.All(References(Domain), static r => Assert.StartsWith("System.", r, StringComparison.Ordinal));

    [Fact]
    public void Operations_KnowsNoWebFramework()
        => Assert.DoesNotContain(References(Operations), static r => r.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || r == "MudBlazor");

    [Fact]
    public void Web_OutsideComposition_UsesNeitherTheEngineNorTheProvider()
    {
        // Program.cs composes, Composition/ helps it; accounts are Identity's, which live in Data.
        var offenders = Directory.GetFiles(Path.Combine(Repository.Root, "src", Web), "*.*", SearchOption.AllDirectories)
            .Where(static f => Path.GetExtension(f) is ".cs" or ".razor" && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(static f => (File: Path.GetRelativePath(Path.Combine(Repository.Root, "src", Web), f), Text: File.ReadAllText(f)))
            .Where(static f => f.File != "Program.cs" && !f.File.StartsWith("Composition", StringComparison.Ordinal))
            .Where(static f => f.Text.Contains("using SnapshotPortal.Engine", StringComparison.Ordinal) || f.Text.Contains("using LibVirt", StringComparison.Ordinal) || f.Text.Contains("UseSqlite", StringComparison.Ordinal))
            .Select(static f => f.File);

        Assert.Empty(offenders);
    }

    [Fact]
    public void Binding_PublicTypes_AreInOneNamespace()
        => Assert.All(
            Load(LibVirt).GetExportedTypes(),
            static t => Assert.Equal("LibVirt", t.Namespace));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Classes_AreSealedAbstractOrStatic(string name)
    {
        var open = Types(name)
            .Where(static t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGenerated(t))

            // Pages and components are partial halves of what the Razor compiler writes, which seals nothing.
            .Where(static t => !Ancestors(t).Any(static a => a.FullName == "Microsoft.AspNetCore.Components.ComponentBase"))
            .Where(static t => t.FullName is not "Program" && t.Name != "_Imports")
            .Select(static t => t.FullName);

        Assert.Empty(open);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Statics_DoNotChange(string name)
    {
        var fields = Types(name)
            .Where(static t => !IsGenerated(t))
            .SelectMany(static t => t.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(static f => f is { IsLiteral: false, IsInitOnly: false } && !f.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
            // What the classes of the texts read their resources with; made when it is first asked for, and always the same.
            .Where(static f => f.FieldType != typeof(System.Resources.ResourceManager))
            .Select(static f => $"{f.DeclaringType!.FullName}.{f.Name}")
            .Except(MutableStatics, StringComparer.Ordinal);

        Assert.Empty(fields);
    }

    [Fact]
    public void Repository_TopLevel_HoldsOnlyWhatBelongsThere()
    {
        string[] allowed =
        [
            ".ci", ".dockerignore", ".editorconfig", ".git", ".gitattributes", ".gitignore", "CHANGELOG.md", "Directory.Build.props", "Directory.Packages.props", "Dockerfile", "LICENSE",
            "README.md", "SECURITY.md", "SnapshotPortal.sln", "appsettings.Development.json", "appsettings.json", "docs", "eng", "global.json", "src", "tests", "wwwroot",
        ];

        // Ignored by git: what running and testing leave behind.
        string[] ignored = [".data", "artifacts", "TestResults", ".vs", ".vscode", ".idea"];

        Assert.Empty(Directory.GetFileSystemEntries(Repository.Root).Select(static e => Path.GetFileName(e)).Except(allowed, StringComparer.Ordinal).Except(ignored, StringComparer.Ordinal));
    }

    private static bool IsGenerated(Type type)
    {
        for (var current = type; current is not null; current = current.DeclaringType)
        {
            if (current.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
                || current.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
                || current.Name.Contains('<', StringComparison.Ordinal)
                || current.Namespace is { } space && (space.StartsWith("Microsoft.", StringComparison.Ordinal) || space.StartsWith("System.", StringComparison.Ordinal) || space.EndsWith(".Migrations", StringComparison.Ordinal)))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<Type> Ancestors(Type type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    private static Type[] Types(string name) => Load(name).GetTypes();

    internal static Assembly Load(string name) => Assembly.LoadFrom(Find(name));

    /// <summary>Beside this test, where whoever is referenced lies; the guard is a program of its own and is found in its project.</summary>
    private static string Find(string name)
    {
        var beside = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        if (File.Exists(beside))
        {
            return beside;
        }

        var built = Path.Combine(Repository.Root, "src", name, "bin");
        return Directory.GetFiles(built, name + ".dll", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new FileNotFoundException($"{name} is not built.");
    }

    private static List<string> References(string name)
    {
        using var file = File.OpenRead(Find(name));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(h => metadata.GetString(metadata.GetAssemblyReference(h).Name))];
    }
}
