using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>Classes.</summary>
public sealed record ClassListResource(IReadOnlyList<ClassView> Items);

/// <summary>What a class is called and about.</summary>
public sealed record ClassBody
{
    /// <summary>1 to 100 visible characters.</summary>
    public required string Name { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>First day of the term, for example 2026-09-01.</summary>
    public DateOnly? StartsOn { get; init; }

    /// <summary>Last day of the term.</summary>
    public DateOnly? EndsOn { get; init; }

    internal ClassFields ToFields() => new(Name, Description, StartsOn, EndsOn);
}

/// <summary>A roster.</summary>
public sealed record RosterBody
{
    /// <summary>Addresses, one a line, or CSV with them; at most 500 people.</summary>
    public required string Roster { get; init; }
}

/// <summary>A member's role.</summary>
public sealed record ClassRoleBody
{
    /// <summary>Student or Teacher.</summary>
    public required ClassRole Role { get; init; }
}

/// <summary>Whether students may join by a code.</summary>
public sealed record JoinableBody
{
    /// <summary>True makes a new code, false closes the class.</summary>
    public required bool Joinable { get; init; }
}

/// <summary>Joins a class.</summary>
public sealed record JoinClassBody
{
    /// <summary>The class's code.</summary>
    public required string Code { get; init; }
}

/// <summary>Quotas.</summary>
public sealed record QuotaListResource(IReadOnlyList<QuotaView> Items)
{
    internal static QuotaListResource From(IReadOnlyList<QuotaView> views) => new(views);
}

/// <summary>Sets a quota.</summary>
public sealed record SetQuotaBody
{
    /// <summary>Whom it is for.</summary>
    public required QuotaSubject Subject { get; init; }

    /// <summary>The person or the class.</summary>
    public Guid? SubjectId { get; init; }

    /// <summary>The role: Administrator or Teacher.</summary>
    public string? Role { get; init; }

    /// <summary>The limits; what is not set does not limit.</summary>
    public required QuotaLimits Limits { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    internal SetQuotaRequest ToRequest() => new(Subject, SubjectId, Role, Limits, Reason);
}
