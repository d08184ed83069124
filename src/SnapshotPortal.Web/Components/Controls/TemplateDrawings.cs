namespace SnapshotPortal.Web.Components.Controls;

/// <summary>The drawings behind the names in <see cref="Domain.Templates.TemplateIcons"/>.</summary>
public static class TemplateDrawings
{
    public static Drawing Of(string icon) => icon switch
    {
        "terminal" => Glyphs.Console,
        "web" => Glyphs.Globe,
        "database" => Glyphs.Disk,
        "network" => Glyphs.Network,
        "science" => Glyphs.Flask,
        "security" => Glyphs.Shield,
        "desktop" => Glyphs.System,
        _ => Glyphs.Server,
    };
}
