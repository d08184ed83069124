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
    /// <param name="dialogs">Opens it.</param>
    /// <param name="title">What it is called.</param>
    /// <param name="parameters">What it is about.</param>
    /// <param name="wide">It holds a table that others would be too narrow for.</param>
    public static async Task<object?> AskAsync<TDialog>(this IDialogService dialogs, string title, DialogParameters<TDialog> parameters, bool wide = false)
        where TDialog : Microsoft.AspNetCore.Components.IComponent
    {
        var reference = wide
            ? await dialogs.ShowAsync<TDialog>(title, parameters, new DialogOptions { MaxWidth = MaxWidth.Medium })
            : await dialogs.ShowAsync<TDialog>(title, parameters);
        var result = await reference.Result;
        return result is { Canceled: false } ? result.Data : null;
    }
}
