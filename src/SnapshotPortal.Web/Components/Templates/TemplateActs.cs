using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Templates;

/// <summary>What the gallery and a template's page do alike.</summary>
internal static class TemplateActs
{
    /// <summary>Asks for a new machine from the template, and goes to it.</summary>
    public static async Task UseTemplateAsync(this IDialogService dialogs, NavigationManager navigation, TemplateView template)
    {
        if (await dialogs.AskAsync(CommonTexts.NewVM, new DialogParameters<UseTemplateDialog> { { static d => d.Template, template } }) is OperationView operation)
        {
            navigation.NavigateTo($"/vms/{operation.VmId}");
        }
    }
}
