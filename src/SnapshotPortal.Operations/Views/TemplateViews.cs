using SnapshotPortal.Domain.Templates;

namespace SnapshotPortal.Operations.Views;

/// <summary>A template as those who may use it see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Markdown, to be shown sanitised.</param>
/// <param name="Icon">One of <see cref="TemplateIcons.All"/>.</param>
/// <param name="OwnerName">Who published it.</param>
/// <param name="Newest">What new machines are made from.</param>
/// <param name="DiskBytes">Size of all its disks as a guest sees them.</param>
/// <param name="Audience">Who may use it.</param>
/// <param name="IsMine">The asker may change it.</param>
/// <param name="UnpublishedAt">Nobody new may use it since then.</param>
public sealed record TemplateView(
    Guid Id,
    string Title,
    string Description,
    string Icon,
    string OwnerName,
    TemplateVersionView Newest,
    long DiskBytes,
    TemplateAudience Audience,
    bool IsMine,
    DateTimeOffset? UnpublishedAt);

/// <summary>An edition of a template.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">From 1.</param>
/// <param name="Notes">What is new in it.</param>
/// <param name="VCpus">Recommended processors.</param>
/// <param name="MemoryBytes">Recommended memory.</param>
/// <param name="PublishedAt">When.</param>
/// <param name="Machines">How many machines have this edition; counted for those who may change the template, otherwise 0.</param>
/// <param name="Script">What new machines' guests run once; shown to those who may change the template.</param>
public sealed record TemplateVersionView(Guid Id, int Number, string Notes, int VCpus, long MemoryBytes, DateTimeOffset PublishedAt, int Machines, string? Script = null);

/// <summary>A template with all that its publisher may know.</summary>
/// <param name="Template">The template.</param>
/// <param name="Versions">All editions, newest first.</param>
/// <param name="People">Who may use it by name; empty for those who may not change it.</param>
/// <param name="Classes">The classes that may use it; empty for those who may not change it.</param>
public sealed record TemplateDetailView(TemplateView Template, IReadOnlyList<TemplateVersionView> Versions, IReadOnlyList<PersonRef> People, IReadOnlyList<ClassRef> Classes);

/// <summary>Somebody, as others see them.</summary>
public sealed record PersonRef(Guid Id, string Name, string Email);

/// <summary>A class by name.</summary>
public sealed record ClassRef(Guid Id, string Name);

/// <summary>The template that a machine was made from.</summary>
/// <param name="TemplateId">The template.</param>
/// <param name="Title">Its title.</param>
/// <param name="Number">The machine's edition.</param>
/// <param name="NewestNumber">The newest edition there is.</param>
public sealed record VmTemplateView(Guid TemplateId, string Title, int Number, int NewestNumber)
{
    /// <summary>There is a newer edition.</summary>
    public bool HasNewer => NewestNumber > Number;
}
