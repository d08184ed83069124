namespace SnapshotPortal.Web.Composition;

/// <summary>Where the portal's own files are.</summary>
internal static class ContentRoot
{
    /// <summary>
    /// A published portal carries its appsettings.json beside its binaries and finds it from any working directory; in the
    /// repository the files lie at its root, which is the working directory there.
    /// </summary>
    public static WebApplicationOptions Options(string[] args)
        => File.Exists(Path.Combine(AppContext.BaseDirectory, "appsettings.json"))
            ? new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
            : new WebApplicationOptions { Args = args };
}
