namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>The portal's own files, as they lie in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string Web { get; } = Path.Combine(Root, "src", "SnapshotPortal.Web");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "SnapshotPortal.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The repository's root is not above the test's own folder.");
        }

        return folder.FullName;
    }
}
