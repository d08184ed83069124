using MudBlazor;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Opens the portal's dialogs.</summary>
internal static class PortalDialogs
{
    /// <summary>Says what is about to happen and asks for the one verb that makes it happen.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, string title, string text, string verb)
    {
        var parameters = new DialogParameters<ConfirmDialog>
        {
            { static d => d.Title, title },
            { static d => d.Text, text },
            { static d => d.Verb, verb },
        };
        return await dialogs.AskAsync(title, parameters) is true;
    }

    /// <summary>Shows a dialog until it is closed; its answer, or <see langword="null"/> where it was cancelled.</summary>
    public static async Task<object?> AskAsync<TDialog>(this IDialogService dialogs, string title, DialogParameters<TDialog> parameters)
        where TDialog : Microsoft.AspNetCore.Components.IComponent
    {
        var reference = await dialogs.ShowAsync<TDialog>(title, parameters);
        var result = await reference.Result;
        return result is { Canceled: false } ? result.Data : null;
    }
}
