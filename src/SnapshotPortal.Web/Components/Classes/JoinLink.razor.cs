using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>The code by which students join a class.</summary>
public partial class JoinLink
{
    [Parameter, EditorRequired]
    public ClassDetailView Detail { get; set; } = default!;

    /// <summary>The class is different now.</summary>
    [Parameter]
    public EventCallback<ClassDetailView> OnChanged { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool HasLatecomers => Detail.Deployments.Any(static d => d.EndedAt is null);

    private async Task RenewAsync()
    {
        if (await Dialogs.ConfirmAsync(ClassTexts.NewCode, ClassTexts.ThePresentCodeAndLinkStop, ClassTexts.MakeANewCode))
        {
            await SetAsync(true);
        }
    }

    private async Task SetAsync(bool joinable)
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        var answer = await Classes.SetJoinableAsync(actor, Detail.Class.Id, joinable, CancellationToken.None);
        if (answer.IsSuccess)
        {
            await OnChanged.InvokeAsync(answer.Value);
        }
        else
        {
            Snackbar.Add(Sentences.Say(answer.Failure.Message), Severity.Error);
        }
    }
}
