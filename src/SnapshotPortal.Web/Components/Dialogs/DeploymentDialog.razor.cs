using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Deployments;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Changes a deployment's name, end and rules.</summary>
public partial class DeploymentDialog
{
    private string _name = "";
    private DateOnly? _ends;
    private int _graceDays;
    private bool _mayDelete;
    private Failure? _failure;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Parameter]
    public DeploymentView View { get; set; } = default!;

    [Inject]
    private IDeployments Deployments { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    protected override void OnInitialized()
    {
        _name = View.Deployment.Name;
        _ends = View.Deployment.ExpiresAt is { } ends ? Time.DayOf(ends) : null;
        _graceDays = (int)View.Grace.TotalDays;
        _mayDelete = View.StudentsMayDelete;
    }

    private string? Invalid(string field) => _failure?.Field == field ? "true" : null;

    private async Task SaveAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        // The same day is the same end, also where it was set to another minute of it.
        var expiresAt = _ends is { } day ? (View.Deployment.ExpiresAt is { } before && Time.DayOf(before) == day ? before : Time.EndOf(day)) : (DateTimeOffset?)null;
        var grace = _graceDays == (int)View.Grace.TotalDays ? View.Grace : GraceDays.ToTime(_graceDays);
        var answer = await Deployments.ChangeAsync(actor, View.Deployment.Id, new DeploymentFields(_name, View.Deployment.Locked, _mayDelete, expiresAt, grace), CancellationToken.None);
        _failure = answer.Failure;
        if (answer.IsSuccess)
        {
            Dialog.Close(answer.Value);
        }
    }
}
