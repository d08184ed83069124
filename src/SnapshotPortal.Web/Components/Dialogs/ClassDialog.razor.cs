using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Makes a class, or changes what it is called and when it is.</summary>
public partial class ClassDialog
{
    private string _name = "";
    private string _description = "";
    private DateOnly? _starts;
    private DateOnly? _ends;
    private bool _asking;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>The class to change; <see langword="null"/> for a new one.</summary>
    [Parameter]
    public ClassDetailView? Detail { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override void OnInitialized()
    {
        if (Detail is { } detail)
        {
            _name = detail.Class.Name;
            _description = detail.Description;
            _starts = detail.Class.StartsOn;
            _ends = detail.Class.EndsOn;
        }
    }

    private string? Invalid(string field) => _failure?.Field == field ? "true" : null;

    private async Task SaveAsync()
    {
        if (_asking || string.IsNullOrWhiteSpace(_name) || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var fields = new ClassFields(_name, _description, _starts, _ends);
            var answer = Detail is { } detail
                ? await Classes.ChangeAsync(actor, detail.Class.Id, fields, CancellationToken.None)
                : await Classes.CreateAsync(actor, fields, CancellationToken.None);
            _failure = answer.Failure;
            if (answer.IsSuccess)
            {
                Dialog.Close(answer.Value);
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
