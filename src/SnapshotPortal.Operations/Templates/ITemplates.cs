using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Templates;

/// <summary>What a person may ask about and of templates. Every call authorises by itself.</summary>
public interface ITemplates
{
    /// <summary>Those that the actor may use or change, by title.</summary>
    Task<IReadOnlyList<TemplateView>> ListAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>One that the actor may use or change.</summary>
    Task<Outcome<TemplateDetailView>> GetAsync(Actor actor, Guid templateId, CancellationToken cancellationToken);

    /// <summary>
    /// The actor's template that a snapshot of their machine goes on with: one published from the same machine, or that the
    /// machine comes from; <see langword="null"/> if there is none.
    /// </summary>
    Task<Guid?> FindContinuedAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken);

    /// <summary>Publishes a snapshot.</summary>
    Task<Outcome<TemplateDetailView>> PublishAsync(Actor actor, Guid snapshotId, PublishTemplateRequest request, CancellationToken cancellationToken);

    /// <summary>Publishes a snapshot as a new edition of a template.</summary>
    Task<Outcome<TemplateDetailView>> PublishVersionAsync(Actor actor, Guid templateId, Guid snapshotId, TemplateVersionRequest request, CancellationToken cancellationToken);

    /// <summary>Changes how a template is shown and who may use it.</summary>
    Task<Outcome<TemplateDetailView>> ChangeAsync(Actor actor, Guid templateId, TemplateFields fields, CancellationToken cancellationToken);

    /// <summary>Ends or renews the publication. Machines that were made from it stay as they are.</summary>
    Task<Outcome<TemplateDetailView>> SetPublishedAsync(Actor actor, Guid templateId, bool published, CancellationToken cancellationToken);

    /// <summary>Makes a machine of the actor's from a template's newest edition. The operation's <see cref="OperationView.VmId"/> is the new machine's id.</summary>
    Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid templateId, CloneVmRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// People to share with: for teachers and administrators those whose name or address contains a text of at least two
    /// characters, at most ten; for others the one with exactly that address.
    /// </summary>
    Task<IReadOnlyList<PersonRef>> FindPeopleAsync(Actor actor, string text, CancellationToken cancellationToken);
}

/// <summary>How a template is shown and who may use it.</summary>
/// <param name="Title">1 to 100 visible characters.</param>
/// <param name="Description">Markdown, at most 10,000 characters.</param>
/// <param name="Icon">One of <see cref="TemplateIcons.All"/>; <see langword="null"/> = the default.</param>
/// <param name="Audience">Who may use it; everybody only where a teacher or an administrator publishes.</param>
/// <param name="UserIds">People who may use it, by id.</param>
/// <param name="ClassIds">Classes that may use it, of those that the actor teaches.</param>
public sealed record TemplateFields(
    string Title,
    string? Description = null,
    string? Icon = null,
    TemplateAudience Audience = TemplateAudience.Named,
    IReadOnlyList<Guid>? UserIds = null,
    IReadOnlyList<Guid>? ClassIds = null);

/// <summary>Publishes a snapshot.</summary>
/// <param name="Fields">How it is shown and who may use it.</param>
/// <param name="Version">The first edition.</param>
public sealed record PublishTemplateRequest(TemplateFields Fields, TemplateVersionRequest Version);

/// <summary>An edition.</summary>
/// <param name="Notes">What is new in it, at most 2,000 characters.</param>
/// <param name="VCpus">Recommended processors, 1 to 512; <see langword="null"/> = as the snapshot's machine has.</param>
/// <param name="MemoryBytes">Recommended memory in bytes, 64 MiB to 16 TiB; <see langword="null"/> = as the snapshot's machine has.</param>
/// <param name="Script">Run once in each new machine's guest by its agent, as root, after it got an identity of its own; at most 64 KiB.</param>
public sealed record TemplateVersionRequest(string? Notes = null, int? VCpus = null, long? MemoryBytes = null, string? Script = null);
