using Microsoft.Extensions.Options;
using SnapshotPortal.Operations.Auditing;

namespace SnapshotPortal.Web.Composition;

/// <summary>Looks through the audit log for what was changed, removed or moved.</summary>
internal static class AuditCommand
{
    public const string Usage = "audit verify [--at NUMBER:HASH] [--anchors FILE]";

    private const int SomethingIsWrong = 1;

    /// <summary>Reads the command's options.</summary>
    public static bool TryParse(string[] options, out IReadOnlyList<(string Option, string Value)> known)
    {
        known = [.. options.Chunk(2).Where(static pair => pair.Length == 2).Select(static pair => (pair[0], pair[1]))];
        return options.Length % 2 == 0 && known.All(static o => o.Option is "--at" or "--anchors");
    }

    /// <summary>The exit code: 0 = the log is whole, 1 = it is not, 2 = it could not be looked at.</summary>
    public static async Task<int> VerifyAsync(IServiceProvider services, IReadOnlyList<(string Option, string Value)> known, TextWriter output, CancellationToken cancellationToken)
    {
        var anchors = new List<AuditAnchor>();
        try
        {
            anchors.AddRange(known.SelectMany(static k => AuditAnchor.Parse(k.Option == "--at" ? k.Value : File.ReadAllText(k.Value))));
            if (services.GetRequiredService<IOptions<AuditOptions>>().Value.AnchorFile is { Length: > 0 } file && File.Exists(file))
            {
                anchors.AddRange(AuditAnchor.Parse(await File.ReadAllTextAsync(file, cancellationToken)));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            await Console.Error.WriteLineAsync($"What is known of the log cannot be read: {e.Message}");
            return DoctorCommand.CouldNotLook;
        }

        var report = await services.GetRequiredService<IAudit>().VerifyAsync(anchors, cancellationToken);
        foreach (var problem in report.Problems)
        {
            await output.WriteLineAsync($"[!!] {problem}");
        }

        if (report.Problems.Count > 0)
        {
            return SomethingIsWrong;
        }

        await output.WriteLineAsync(report.Last is { } last
            ? $"{report.Lines} lines, each follows the one before. The last is {last.Number}:{last.Hash}{(anchors.Count > 0 ? $"; {anchors.Count} lines known from elsewhere are as they were." : ". Keep this somewhere else, and give it to the next audit verify with --at: then a log that was cut off is found, too.")}"
            : "The audit log is empty.");
        return 0;
    }
}
