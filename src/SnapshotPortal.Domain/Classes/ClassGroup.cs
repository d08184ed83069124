namespace SnapshotPortal.Domain.Classes;

/// <summary>A class: teachers and students who belong together for a term.</summary>
public sealed class ClassGroup
{
    /// <summary>The longest name, in UTF-16 code units.</summary>
    public const int MaxNameLength = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required string Name { get; set; }

    public string Description { get; set; } = "";

    /// <summary>The first day of the term; <see langword="null"/> = not said.</summary>
    public DateOnly? StartsOn { get; set; }

    /// <summary>The last day of the term; <see langword="null"/> = not said.</summary>
    public DateOnly? EndsOn { get; set; }

    public required Guid CreatedById { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whoever has this code may join as a student; <see langword="null"/> = nobody joins by themselves.</summary>
    public string? JoinCode { get; set; }

    public List<ClassMember> Members { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }
}

/// <summary>What somebody is in a class.</summary>
public enum ClassRole
{
    Student,

    /// <summary>Sees and acts on the class's machines, and changes the class.</summary>
    Teacher,
}

/// <summary>Somebody's place in a class; one a person.</summary>
public sealed class ClassMember
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid ClassId { get; init; }

    public required Guid UserId { get; init; }

    public required ClassRole Role { get; set; }

    public required DateTimeOffset AddedAt { get; init; }
}
