using MudBlazor;

namespace SnapshotPortal.Web.Components.Layout;

/// <summary>
/// MudBlazor's side of the tokens in wwwroot/app.css. The style sheet decides what is painted (it knows the theme before
/// the first paint); this keeps the shades that MudBlazor derives in the same family.
/// </summary>
internal static class PortalTheme
{
    private static readonly string[] SystemFonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0d6270",
            PrimaryContrastText = "#ffffff",
            Background = "#f5f6f8",
            Surface = "#ffffff",
            TextPrimary = "#16191d",
            TextSecondary = "#4a525b",
            LinesDefault = "#dfe3e8",
            Divider = "#dfe3e8",
            Info = "#1d5fd1",
            Success = "#1a7340",
            Warning = "#855600",
            Error = "#b3261e",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#5cc4d4",
            PrimaryContrastText = "#04262c",
            Background = "#121518",
            Surface = "#1a1e23",
            TextPrimary = "#e8ebee",
            TextSecondary = "#b6bec7",
            LinesDefault = "#2c3239",
            Divider = "#2c3239",
            Info = "#85b3ff",
            Success = "#63cf92",
            Warning = "#efb84c",
            Error = "#ff9388",
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = SystemFonts, FontSize = "14px", LineHeight = "1.5", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = SystemFonts, FontSize = "14px", TextTransform = "none", LetterSpacing = "0" },
        },
    };
}
