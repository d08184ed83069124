namespace SnapshotPortal.TestSupport;

/// <summary>The copy of the repository that the tests were built in.</summary>
public static class Repository
{
    /// <summary>The folder above this program that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The portal's own project.</summary>
    public static string Web { get; } = Path.Combine(Root, "src", "SnapshotPortal.Web");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SnapshotPortal.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
