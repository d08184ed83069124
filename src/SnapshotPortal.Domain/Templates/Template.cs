namespace SnapshotPortal.Domain.Templates;

/// <summary>Who may use a template.</summary>
public enum TemplateAudience
{
    /// <summary>The people and classes that are named.</summary>
    Named,

    /// <summary>Everybody with an account.</summary>
    Everybody,
}

/// <summary>A snapshot that is published for others to make machines from. Using one gives a clone, never access to its machine.</summary>
public sealed class Template
{
    /// <summary>The longest title, in UTF-16 code units.</summary>
    public const int MaxTitleLength = 100;

    /// <summary>The longest description, in UTF-16 code units.</summary>
    public const int MaxDescriptionLength = 10_000;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Who may change it: who published it, or got it from them.</summary>
    public required Guid OwnerId { get; set; }

    public required string Title { get; set; }

    /// <summary>Markdown; shown sanitised.</summary>
    public string Description { get; set; } = "";

    /// <summary>One of <see cref="TemplateIcons.All"/>.</summary>
    public string Icon { get; set; } = TemplateIcons.Default;

    public TemplateAudience Audience { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Nobody new may use it from then on; machines made from it stay.</summary>
    public DateTimeOffset? UnpublishedAt { get; set; }

    public List<TemplateVersion> Versions { get; } = [];

    public List<TemplateGrant> Grants { get; } = [];

    /// <summary>Changes with every write.</summary>
    public Guid Version { get; set; }

    /// <summary>What new machines are made from.</summary>
    public TemplateVersion Newest => Versions.MaxBy(static v => v.Number) ?? throw new InvalidOperationException($"Template {Id} has no version.");
}

/// <summary>One edition of a template. Machines remember theirs.</summary>
public sealed class TemplateVersion
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid TemplateId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it consists of; cannot be deleted while it is published.</summary>
    public required Guid SnapshotId { get; init; }

    /// <summary>The edition that the published machine stood on itself.</summary>
    public Guid? OriginVersionId { get; init; }

    /// <summary>What is new in it.</summary>
    public string Notes { get; init; } = "";

    /// <summary>Processors that a machine made from it should have; <see langword="null"/> = as the snapshot has them.</summary>
    public int? VCpus { get; init; }

    /// <summary>Memory in bytes that a machine made from it should have; <see langword="null"/> = as the snapshot has it.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>What the guests of new machines run once, after they got an identity of their own; <see langword="null"/> = nothing.</summary>
    public string? Script { get; init; }

    public required DateTimeOffset PublishedAt { get; init; }
}

/// <summary>Somebody who may use a template: a person or a class, never both.</summary>
public sealed class TemplateGrant
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public required Guid TemplateId { get; init; }

    public Guid? UserId { get; init; }

    public Guid? ClassId { get; init; }
}

/// <summary>The pictures a template can have.</summary>
public static class TemplateIcons
{
    public const string Default = "machine";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<string> All { get; } = [Default, "terminal", "web", "database", "network", "science", "security", "desktop"];
}
