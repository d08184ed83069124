using Microsoft.AspNetCore.Components;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>
/// A line drawing on a 20 × 20 grid, drawn with round strokes. Markup that all pages share, and no component: each component
/// holds some 5 KiB for as long as its page is open, and drawings are most of what a page has.
/// </summary>
/// <param name="path">Path data.</param>
public sealed class Drawing(string path)
{
    /// <summary>The picture.</summary>
    public MarkupString Svg { get; } = Draw("glyph", path);

    /// <summary>The picture with a style of its own.</summary>
    /// <param name="style">The name of its class.</param>
    public MarkupString SvgOf(string style) => Draw($"glyph {style}", path);

    private static MarkupString Draw(string styles, string path)
        => new($"<svg class=\"{styles}\" viewBox=\"0 0 20 20\" aria-hidden=\"true\" focusable=\"false\"><path d=\"{path}\" /></svg>");
}

/// <summary>The portal's own line drawings.</summary>
public static class Glyphs
{
    public static readonly Drawing Home = new("M3 9.2 10 3.4l7 5.8M5 8v8.4h10V8M8.2 16.4v-5h3.6v5");
    public static readonly Drawing Activity = new("M2.5 10.5h3.2l2.4-6 3.8 11 2.4-5h3.2");
    public static readonly Drawing Shield = new("M10 2.8 4 5v4.6c0 3.7 2.5 6.4 6 7.6 3.5-1.2 6-3.9 6-7.6V5zM7.6 10l1.7 1.7L12.6 8.3");
    public static readonly Drawing Search = new("M8.8 14.2a5.4 5.4 0 1 0 0-10.8 5.4 5.4 0 0 0 0 10.8zM12.8 12.8l4 4");
    public static readonly Drawing Camera = new("M3 6.6h3l1.2-2h5.6l1.2 2h3v9.2H3zM10 13.6a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4z");
    public static readonly Drawing Check = new("M4.5 10.6 8.2 14.3 15.6 6");
    public static readonly Drawing Cross = new("M5.5 5.5l9 9M14.5 5.5l-9 9");
    public static readonly Drawing More = new("M10 5.2v.1M10 10v.1M10 14.8v.1");
    public static readonly Drawing Back = new("M12 4.5 6.5 10l5.5 5.5");
    public static readonly Drawing Forward = new("M8 4.5 13.5 10 8 15.5");
    public static readonly Drawing Up = new("M10 15.6V5M5.6 9.2 10 4.8l4.4 4.4");
    public static readonly Drawing Down = new("M10 4.4V15M5.6 10.8 10 15.2l4.4-4.4");
    public static readonly Drawing Restore = new("M4 4.2v4h4M4.4 8.2A6.4 6.4 0 1 1 3.7 11.4M10 7v3.4l2.4 1.6");
    public static readonly Drawing Copy = new("M7.5 7.5h8.7v8.7H7.5zM12.4 7.3V3.8H3.8v8.6h3.5");
    public static readonly Drawing Trash = new("M3.8 5.6h12.4M8 5.4V3.6h4v1.8M5.4 5.8l.7 10.6h7.8l.7-10.6M8.4 8.6v5M11.6 8.6v5");
    public static readonly Drawing Play = new("M6.5 4.3v11.4l9-5.7z");
    public static readonly Drawing Power = new("M10 3v6.4M6.3 5.2a6.2 6.2 0 1 0 7.4 0");
    public static readonly Drawing Bolt = new("M11 2.8 4.8 11.4h4.4l-.8 5.8 6.4-8.8h-4.6z");
    public static readonly Drawing Restart = new("M15.8 4.4v4h-4M15.6 8.2a6.2 6.2 0 1 0 .6 3.4");
    public static readonly Drawing Open = new("M8 4H4v12h12v-4M11 4h5v5M15.6 4.4 9.2 10.8");
    public static readonly Drawing Warning = new("M10 3.4 2.6 16.2h14.8zM10 8.2v3.8M10 14v.1");
    public static readonly Drawing Info = new("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.2v4.4M10 6.5v.1");
    public static readonly Drawing Person = new("M10 9.6a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.6c.6-3 3-4.6 6-4.6s5.4 1.6 6 4.6");
    public static readonly Drawing Sun = new("M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10 2.4v1.8M10 15.8v1.8M2.4 10h1.8M15.8 10h1.8M4.6 4.6l1.3 1.3M14.1 14.1l1.3 1.3M4.6 15.4l1.3-1.3M14.1 5.9l1.3-1.3");
    public static readonly Drawing Moon = new("M15.8 12.2A6.6 6.6 0 0 1 7.8 4.2a6.6 6.6 0 1 0 8 8z");
    public static readonly Drawing System = new("M3 4.4h14v9H3zM7 16.4h6M10 13.6v2.6");
    public static readonly Drawing Console = new("M3 4.2h14v11.6H3zM5.8 7.6 8.4 10l-2.6 2.4M10 12.6h3.8");
    public static readonly Drawing Plus = new("M10 4.5v11M4.5 10h11");
    public static readonly Drawing SignOut = new("M8.4 3.6H4v12.8h4.4M12.4 6.4 16 10l-3.6 3.6M15.6 10H8");
    public static readonly Drawing Link = new("M8.4 11.6a3 3 0 0 0 4.2 0l3-3a3 3 0 0 0-4.2-4.2l-1 1M11.6 8.4a3 3 0 0 0-4.2 0l-3 3a3 3 0 0 0 4.2 4.2l1-1");
    public static readonly Drawing Snow = new("M10 2.8v14.4M3.8 6.4l12.4 7.2M16.2 6.4 3.8 13.6M10 5.6 8 3.8M10 5.6l2-1.8M10 14.4l-2 1.8M10 14.4l2 1.8");
    public static readonly Drawing Disk = new("M10 8c3.6 0 6.4-1 6.4-2.4S13.6 3.2 10 3.2 3.6 4.2 3.6 5.6 6.4 8 10 8zM3.6 5.6v8.8c0 1.4 2.8 2.4 6.4 2.4s6.4-1 6.4-2.4V5.6M3.6 10c0 1.4 2.8 2.4 6.4 2.4s6.4-1 6.4-2.4");
    public static readonly Drawing Key = new("M12.6 10.6a3.6 3.6 0 1 0-3-3l-6 6v2.8h3.2v-2H9v-2zM13.4 6.6v.1");
    public static readonly Drawing Export = new("M10 3.4v9M6.4 8.8 10 12.4l3.6-3.6M3.8 13v3.4h12.4V13");
    public static readonly Drawing Flatten = new("M4 3.8h12M4 7.2h12M10 7.4v5.4M7.4 10.4 10 13l2.6-2.6M3.6 16.4h12.8");
    public static readonly Drawing Lock = new("M5 9.2h10v7.2H5zM7 9V6.4a3 3 0 0 1 6 0V9M10 12v1.8");
    public static readonly Drawing Unlock = new("M5 9.2h10v7.2H5zM7 9V6.4a3 3 0 0 1 5.8-1M10 12v1.8");
    public static readonly Drawing Clock = new("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6.2V10l2.6 1.8");
    public static readonly Drawing Gallery = new("M4 4h5v5H4zM11 4h5v5h-5zM4 11h5v5H4zM11 11h5v5h-5z");
    public static readonly Drawing Cap = new("M2.6 8 10 4.4 17.4 8 10 11.6zM5.4 9.6v4c1.2 1.2 2.8 1.8 4.6 1.8s3.4-.6 4.6-1.8v-4M17.4 8v4.6");
    public static readonly Drawing People = new("M7.6 9.4a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM2.6 16c.4-2.6 2.4-4 5-4s4.6 1.4 5 4M13 4.6a2.4 2.4 0 0 1 0 4.6M14.4 12.2c1.7.5 2.8 1.8 3 3.8");
    public static readonly Drawing Server = new("M3.6 4.2h12.8v4.6H3.6zM3.6 11.2h12.8v4.6H3.6zM6.4 6.5v.1M6.4 13.5v.1");
    public static readonly Drawing Globe = new("M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM3.4 10h13.2M10 3c2 2 2.8 4.4 2.8 7s-.8 5-2.8 7c-2-2-2.8-4.4-2.8-7s.8-5 2.8-7z");
    public static readonly Drawing Network = new("M7.6 3.4h4.8v3.8H7.6zM3 12.8h4.8v3.8H3zM12.2 12.8H17v3.8h-4.8zM10 7.4v2.8M5.4 12.6v-2.4h9.2v2.4");
    public static readonly Drawing Flask = new("M8 3.4h4M8.6 3.6v4.8L4.2 15c-.5.9 0 1.6 1 1.6h9.6c1 0 1.5-.7 1-1.6L11.4 8.4V3.6M6.4 12.4h7.2");
    public static readonly Drawing Edit = new("M4 16l.8-3.4 8-8a1.6 1.6 0 0 1 2.4 0l.2.2a1.6 1.6 0 0 1 0 2.4l-8 8zM11.6 5.8l2.6 2.6");
    public static readonly Drawing Collect = new("M3.4 11.4v4.8h13.2v-4.8M3.4 11.4h4l1 2h3.2l1-2h4M10 3.2v6M7.4 6.8 10 9.4l2.6-2.6");
    public static readonly Drawing Forwards = new("M10 16V5M5.6 9.2 10 4.8l4.4 4.4");
    public static readonly Drawing Calendar = new("M3.6 5h12.8v11.4H3.6zM3.6 8.4h12.8M7 3.2v3M13 3.2v3");
    public static readonly Drawing Compare = new("M3.6 4.4h5v11.2h-5zM11.4 4.4h5v11.2h-5zM5.2 8h1.8M13 8h1.8M5.2 12h1.8");
    public static readonly Drawing Live = new("M10 11.4a1.4 1.4 0 1 0 0-2.8 1.4 1.4 0 0 0 0 2.8zM6.7 13.3a4.7 4.7 0 0 1 0-6.6M13.3 6.7a4.7 4.7 0 0 1 0 6.6M4.2 15.8a8.2 8.2 0 0 1 0-11.6M15.8 4.2a8.2 8.2 0 0 1 0 11.6");
    public static readonly Drawing Pause = new("M7 4.8v10.4M13 4.8v10.4");
    public static readonly Drawing Keyboard = new("M2.8 5.6h14.4v8.8H2.8zM5.4 8.4v.1M8.4 8.4v.1M11.4 8.4v.1M14.4 8.4v.1M6.6 11.6h6.8");
    public static readonly Drawing FullScreen = new("M4 7.6V4h3.6M12.4 4H16v3.6M16 12.4V16h-3.6M7.6 16H4v-3.6");
    public static readonly Drawing Eye = new("M2.4 10c1.8-3.4 4.4-5 7.6-5s5.8 1.6 7.6 5c-1.8 3.4-4.4 5-7.6 5s-5.8-1.6-7.6-5zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z");
}
