using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Auditing;

namespace SnapshotPortal.Operations.Requests;

/// <summary>The signed-in person (or their token) on whose behalf a request is made.</summary>
/// <param name="UserId">The user's id.</param>
/// <param name="Name">The name shown to others and kept in the record of what was done.</param>
/// <param name="IsAdministrator">Sees and acts on everything.</param>
/// <param name="IsTeacher">May make classes and publish to everybody.</param>
public sealed record Actor(Guid UserId, string Name, bool IsAdministrator, bool IsTeacher = false)
{
    /// <summary>How they reached the portal.</summary>
    public AuditChannel Channel { get; init; }

    /// <summary>The network address that they come from, where there is one.</summary>
    public string? Address { get; init; }

    /// <summary>The access token that they showed, if they did.</summary>
    public Guid? TokenId { get; init; }

    /// <summary>What their access token may be used for. The roles are cut down to it already.</summary>
    public TokenScopes Scopes { get; init; } = TokenScopes.All;

    /// <summary>May see and act on what belongs to <paramref name="ownerId"/>.</summary>
    public bool MayUse(Guid ownerId) => IsAdministrator || UserId == ownerId;
}
