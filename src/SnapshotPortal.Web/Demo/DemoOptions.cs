using SnapshotPortal.Data;

namespace SnapshotPortal.Web.Demo;

/// <summary>The <c>Demo</c> section of the configuration; heeded in Development only.</summary>
internal sealed class DemoOptions
{
    public const string Section = "Demo";

    /// <summary>Make the demo accounts, and give them their machines.</summary>
    public bool Enabled { get; set; }

    /// <summary>The password of all demo accounts.</summary>
    public string Password { get; set; } = "snapshot-portal-demo";
}

/// <summary>The people of the demo and the domains that become theirs where a host has them.</summary>
internal static class DemoPeople
{
    public const string Administrator = "admin@demo.test";
    public const string Developer = "dev@demo.test";
    public const string FirstStudent = "student1@demo.test";

    public static IReadOnlyList<(string Email, string Name, string? Role)> All { get; } =
    [
        (Administrator, "Ada Administrator", PortalRoles.Administrator),
        (Developer, "Dana Developer", null),
        ("teacher@demo.test", "Toni Teacher", PortalRoles.Teacher),
        (FirstStudent, "Sam Student", null),
        ("student2@demo.test", "Sascha Student", null),
    ];

    public static IReadOnlyList<(string Domain, string Owner)> Machines { get; } =
    [
        ("workspace", Developer),
        ("scratch", FirstStudent),
    ];
}
