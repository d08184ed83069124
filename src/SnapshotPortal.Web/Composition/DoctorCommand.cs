using SnapshotPortal.Operations.Doctoring;

namespace SnapshotPortal.Web.Composition;

/// <summary>Prints the doctor's report.</summary>
internal static class DoctorCommand
{
    /// <summary>The exit code where the database cannot be read.</summary>
    public const int CouldNotLook = 2;

    private const int SomethingIsWrong = 1;

    /// <summary>The exit code: 0 = well, 1 = something is wrong.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, TextWriter output, CancellationToken cancellationToken)
    {
        var report = await services.GetRequiredService<IDoctor>().ExamineAsync(cancellationToken);
        foreach (var section in report.Sections)
        {
            await output.WriteLineAsync(section.Title);
            foreach (var finding in section.Findings)
            {
                await output.WriteLineAsync($"  {Mark(finding.Severity)} {finding.Text}");
            }
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(report.Wrong switch
        {
            0 => "All is well.",
            1 => "1 thing is wrong: see the line that begins with [!!].",
            _ => $"{report.Wrong} things are wrong: see the lines that begin with [!!].",
        });
        return report.Wrong == 0 ? 0 : SomethingIsWrong;
    }

    private static string Mark(Severity severity) => severity switch
    {
        Severity.Well => "[ok]",
        Severity.Note => "[ -]",
        _ => "[!!]",
    };
}
