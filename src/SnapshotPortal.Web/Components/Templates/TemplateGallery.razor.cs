using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Templates;

/// <summary>What the person may make machines from, and what they have published.</summary>
public sealed partial class TemplateGallery
{
    private IReadOnlyList<TemplateView>? _templates;

    /// <summary>What prerendering found: shown until the circuit has read the state itself.</summary>
    [PersistentState]
    public IReadOnlyList<TemplateView>? Prerendered { get; set; }

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    protected override void OnInitialized() => _templates = Prerendered;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _templates = Prerendered = await Templates.ListAsync(actor, cancellationToken);

    // Publishing tells nobody: the gallery is as it was when it was opened.
    protected override Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken) => Task.FromResult(false);
}
