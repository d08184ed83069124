using MudBlazor;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What a machine's menu and its page do alike.</summary>
internal static class VmActs
{
    /// <summary>Asks whether to put the machine back to its template.</summary>
    public static Task ResetVmAsync(this IDialogService dialogs, VmView vm, bool toNewest)
        => dialogs.AskAsync(CommonTexts.Reset, new DialogParameters<ResetDialog> { { static d => d.Vm, vm }, { static d => d.ToNewest, toNewest } });
}
