using Microsoft.AspNetCore.Identity;

namespace SnapshotPortal.Data;

/// <summary>A person with an account.</summary>
public sealed class PortalUser : IdentityUser<Guid>
{
    public PortalUser()
    {
        Id = Guid.CreateVersion7();
        SecurityStamp = Guid.NewGuid().ToString();
    }

    /// <summary>The name others see; the e-mail address where none was given.</summary>
    [ProtectedPersonalData]
    public string DisplayName { get; set; } = "";

    /// <summary>The language they chose, for example <c>de</c>; <see langword="null"/> = never asked.</summary>
    public string? Language { get; set; }

    /// <summary>Since when an administrator keeps it from being used; <see langword="null"/> while it may be.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}

/// <summary>The roles there are.</summary>
public static class PortalRoles
{
    /// <summary>Sees and acts on everything.</summary>
    public const string Administrator = "Administrator";

    /// <summary>May make classes and publish to them.</summary>
    public const string Teacher = "Teacher";
}
