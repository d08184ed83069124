using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Templates;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Publishes a snapshot: as a new template, or as a new version of one of the person's own.</summary>
public partial class PublishDialog
{
    private readonly TemplateForm _form = new();
    private List<TemplateView> _mine = [];
    private ElementReference _publishAs;
    private Guid? _continued;
    private string _templateId = "";
    private int? _vCpus;
    private double? _memoryGib;
    private string _notes = "";
    private string _script = "";
    private string? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public VmView Vm { get; set; } = default!;

    [Parameter]
    public SnapshotView Snapshot { get; set; } = default!;

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    /// <summary>What is proposed is chosen: the next version of the template that this machine goes with.</summary>
    private bool Continues => _continued is { } id && _templateId == id.ToString();

    protected override async Task OnInitializedAsync()
    {
        _vCpus = Vm.VCpus;
        _memoryGib = Vm.MemoryBytes / (double)(1L << 30);
        if (await CurrentActor.GetAsync() is { } actor)
        {
            _continued = await Templates.FindContinuedAsync(actor, Snapshot.Id, CancellationToken.None);
            _mine = [.. (await Templates.ListAsync(actor, CancellationToken.None)).Where(static t => t.IsMine)];
            _templateId = _mine.Find(t => t.Id == _continued)?.Id.ToString() ?? "";
        }
    }

    private async Task MakeNewAsync()
    {
        _templateId = "";

        // The button goes with the choice; who came by keyboard goes on at the choice.
        await _publishAs.FocusAsync();
    }

    private async Task PublishAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var memory = _memoryGib is { } gib ? (long?)(gib * (1L << 30)) : null;
        var version = new TemplateVersionRequest(_notes, _vCpus, memory, _script);
        var answer = Guid.TryParse(_templateId, out var templateId)
            ? await Templates.PublishVersionAsync(actor, templateId, Snapshot.Id, version, CancellationToken.None)
            : await Templates.PublishAsync(actor, Snapshot.Id, new PublishTemplateRequest(_form.ToFields(), version), CancellationToken.None);
        if (answer.IsSuccess)
        {
            Dialog.Close(answer.Value);
        }
        else if (_templateId.Length > 0 || answer.Failure.Field is "notes" or "vCpus" or "memoryBytes" or "script")
        {
            _failure = Sentences.Say(answer.Failure.Message);
        }
        else
        {
            _failure = null;
            _form.Failure = answer.Failure;
        }
    }
}
