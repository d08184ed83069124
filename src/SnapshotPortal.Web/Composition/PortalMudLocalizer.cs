using System.Globalization;
using Microsoft.Extensions.Localization;
using MudBlazor;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Composition;

/// <summary>The words of MudBlazor's own controls that the portal shows, for the languages that MudBlazor does not bring itself.</summary>
internal sealed class PortalMudLocalizer : MudLocalizer
{
    public override LocalizedString this[string key] => MudTexts.ResourceManager.GetString(key, CultureInfo.CurrentUICulture) is { } text
        ? new LocalizedString(key, text)
        : new LocalizedString(key, key, resourceNotFound: true);
}
