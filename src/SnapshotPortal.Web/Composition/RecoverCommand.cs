using SnapshotPortal.Operations.Recovering;

namespace SnapshotPortal.Web.Composition;

/// <summary>Rebuilds a lost database from the hosts, and prints what it did.</summary>
internal static class RecoverCommand
{
    /// <summary>Reads the command's options.</summary>
    public static bool TryParse(string[] options, out bool merge, out bool dryRun)
    {
        merge = options.Contains("--merge", StringComparer.Ordinal);
        dryRun = options.Contains("--dry-run", StringComparer.Ordinal);
        return options.All(static o => o is "--merge" or "--dry-run");
    }

    /// <summary>The exit code: 0 = everything was recovered, 1 = refused, or something could not be.</summary>
    public static async Task<int> RunAsync(IServiceProvider services, bool merge, bool dryRun, TextWriter output, CancellationToken cancellationToken)
    {
        var outcome = await services.GetRequiredService<IRecovery>().RunAsync(merge, dryRun, cancellationToken);
        if (!outcome.IsSuccess)
        {
            await Console.Error.WriteLineAsync(outcome.Failure.Message);
            return 1;
        }

        var report = outcome.Value;
        foreach (var machine in report.Machines)
        {
            await output.WriteLineAsync($"{machine.Name} on {machine.HostName}, of {machine.Owner}: {machine.Snapshots} snapshots, {machine.Layers} files");
            foreach (var note in machine.Notes)
            {
                await output.WriteLineAsync($"  {note}");
            }
        }

        foreach (var problem in report.Problems)
        {
            await output.WriteLineAsync($"[!!] {problem}");
        }

        await output.WriteLineAsync();
        await output.WriteLineAsync(dryRun
            ? $"{report.Machines.Count} machines would be recovered. Nothing was written."
            : $"{report.Machines.Count} machines are recovered. Start the portal, and look at doctor's report.");
        var strangers = report.Machines.Where(static m => m.OwnerIsNew).Select(static m => m.Owner).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (strangers.Count > 0)
        {
            await output.WriteLineAsync(
                $"{(dryRun ? "These owners have no account; one without a password would be made" : "These owners had no account; one without a password was made")}: {string.Join(", ", strangers)}. Give each a password with: SnapshotPortal.Web accounts password E-MAIL");
        }

        return report.Problems.Count == 0 ? 0 : 1;
    }
}
