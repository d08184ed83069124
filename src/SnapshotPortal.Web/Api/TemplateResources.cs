using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Api;

/// <summary>A template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Markdown.</param>
/// <param name="Icon">The name of its picture.</param>
/// <param name="OwnerName">Who published it.</param>
/// <param name="Newest">The edition that new machines are made from.</param>
/// <param name="DiskBytes">Size of its disks as a guest sees them.</param>
/// <param name="Audience">Who may use it.</param>
/// <param name="IsMine">You may change it.</param>
/// <param name="UnpublishedAt">Nobody new may use it since then.</param>
public sealed record TemplateResource(
    Guid Id,
    string Title,
    string Description,
    string Icon,
    string OwnerName,
    TemplateVersionResource Newest,
    long DiskBytes,
    TemplateAudience Audience,
    bool IsMine,
    DateTimeOffset? UnpublishedAt)
{
    internal static TemplateResource From(TemplateView view) => new(
        view.Id,
        view.Title,
        view.Description,
        view.Icon,
        view.OwnerName,
        TemplateVersionResource.From(view.Newest),
        view.DiskBytes,
        view.Audience,
        view.IsMine,
        view.UnpublishedAt);
}

/// <summary>An edition of a template. Its script is told to those who may change the template.</summary>
public sealed record TemplateVersionResource(Guid Id, int Number, string Notes, int VCpus, long MemoryBytes, DateTimeOffset PublishedAt, int Machines, string? Script)
{
    internal static TemplateVersionResource From(TemplateVersionView view)
        => new(view.Id, view.Number, view.Notes, view.VCpus, view.MemoryBytes, view.PublishedAt, view.Machines, view.Script);
}

/// <summary>A template with its editions and, for those who may change it, whom it is shared with.</summary>
public sealed record TemplateDetailResource(TemplateResource Template, IReadOnlyList<TemplateVersionResource> Versions, IReadOnlyList<PersonRef> People, IReadOnlyList<ClassRef> Classes)
{
    internal static TemplateDetailResource From(TemplateDetailView view)
        => new(TemplateResource.From(view.Template), [.. view.Versions.Select(TemplateVersionResource.From)], view.People, view.Classes);
}

/// <summary>Templates.</summary>
public sealed record TemplateListResource(IReadOnlyList<TemplateResource> Items);

/// <summary>How a template is shown and who may use it.</summary>
public sealed record TemplateBody : TemplateFieldsBody;

/// <summary>What every request about a template's appearance has.</summary>
public abstract record TemplateFieldsBody
{
    /// <summary>1 to 100 visible characters.</summary>
    public required string Title { get; init; }

    /// <summary>Markdown, at most 10,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>One of machine, terminal, web, database, network, science, security, desktop.</summary>
    public string? Icon { get; init; }

    /// <summary>Who may use it; everybody only where a teacher or an administrator publishes.</summary>
    public TemplateAudience Audience { get; init; }

    /// <summary>People who may use it.</summary>
    public IReadOnlyList<Guid>? UserIds { get; init; }

    /// <summary>Classes that may use it.</summary>
    public IReadOnlyList<Guid>? ClassIds { get; init; }

    internal TemplateFields ToFields() => new(Title, Description, Icon, Audience, UserIds, ClassIds);
}

/// <summary>Publishes a snapshot as a template.</summary>
public sealed record PublishTemplateBody : TemplateFieldsBody
{
    /// <summary>What is new in this edition, at most 2,000 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>Recommended processors, 1 to 512.</summary>
    public int? VCpus { get; init; }

    /// <summary>Recommended memory in bytes, 64 MiB to 16 TiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Run once in each new machine's guest, as root, after it got an identity of its own; at most 64 KiB.</summary>
    public string? Script { get; init; }

    internal PublishTemplateRequest ToRequest() => new(ToFields(), new TemplateVersionRequest(Notes, VCpus, MemoryBytes, Script));
}

/// <summary>Publishes a snapshot as a new edition of a template.</summary>
public sealed record PublishVersionBody
{
    /// <summary>The snapshot.</summary>
    public required Guid SnapshotId { get; init; }

    /// <summary>What is new in this edition, at most 2,000 characters.</summary>
    public string? Notes { get; init; }

    /// <summary>Recommended processors, 1 to 512.</summary>
    public int? VCpus { get; init; }

    /// <summary>Recommended memory in bytes, 64 MiB to 16 TiB.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Run once in each new machine's guest, as root, after it got an identity of its own; at most 64 KiB.</summary>
    public string? Script { get; init; }

    internal TemplateVersionRequest ToRequest() => new(Notes, VCpus, MemoryBytes, Script);
}
