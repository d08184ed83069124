using System.Text.RegularExpressions;

namespace SnapshotPortal.Engine.Libvirt.Power;

/// <summary>What QEMU says when it does not start, as libvirt passes it on.</summary>
internal static partial class QemuWords
{
    /// <summary>In one sentence: libvirt passes on the lines of QEMU's log, each with its time, behind words of its own that depend on how far it was.</summary>
    public static string Sentence(string message)
    {
        var log = LogTime().Match(message);
        var said = string.Join(' ', LogTime().Replace(log.Success ? message[log.Index..] : message, "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return said.EndsWith('.') ? said : said + ".";
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT[\d:.]+Z:? ", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex LogTime();
}
