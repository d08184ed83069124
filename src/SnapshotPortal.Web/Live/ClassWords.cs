using System.Globalization;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal speaks of templates, classes, deployments and quotas.</summary>
public static class ClassWords
{
    public static string Role(ClassRole role) => role == ClassRole.Teacher ? "Teacher" : "Student";

    public static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>A term: "1 Sep 2026 – 20 Dec 2026"; <see langword="null"/> where nothing is said.</summary>
    public static string? Term(DateOnly? starts, DateOnly? ends) => (starts, ends) switch
    {
        ({ } first, { } last) => $"{Day(first)} – {Day(last)}",
        ({ } first, null) => $"from {Day(first)}",
        (null, { } last) => $"until {Day(last)}",
        _ => null,
    };

    /// <summary>Who may use a template, in a few words.</summary>
    public static string Audience(TemplateAudience audience) => audience == TemplateAudience.Everybody ? "Everybody" : "People and classes by name";

    /// <summary>What happens with a line of a roster.</summary>
    public static string Row(RosterRowState state) => state switch
    {
        RosterRowState.Known => "Will be added",
        RosterRowState.New => "Will be invited",
        RosterRowState.Member => "Already in the class",
        RosterRowState.Duplicate => "Twice in the list",
        _ => "Wrong",
    };

    /// <summary>An act on many machines, as a title.</summary>
    public static string Act(BatchKind kind) => kind switch
    {
        BatchKind.Deploy => "Make the VMs",
        BatchKind.Start => "Start",
        BatchKind.ShutDown => "Shut down",
        BatchKind.ForceOff => "Force off",
        BatchKind.Snapshot => "Take snapshots",
        BatchKind.Reset => "Reset to the template",
        BatchKind.Update => "Move to the newest version",
        BatchKind.Collect => "Collect",
        BatchKind.Delete => "Delete",
        _ => kind.ToString(),
    };

    public static string State(BatchState state) => state switch
    {
        BatchState.Running => "Running",
        BatchState.Succeeded => "Done",
        BatchState.Failed => "Partly failed",
        _ => "Cancelled",
    };

    /// <summary>How far an act is: "12 of 30, 1 failed".</summary>
    public static string Progress(BatchView batch)
        => string.Create(CultureInfo.InvariantCulture, $"{batch.Ended} of {batch.Items.Count}{(batch.Failed > 0 ? $", {batch.Failed} failed" : "")}");

    /// <summary>Processors, memory and disks: "2 vCPU · 2 GiB · 10 GB disk".</summary>
    public static string Hardware(int vCpus, long memoryBytes, long diskBytes = 0)
        => string.Create(CultureInfo.InvariantCulture, $"{vCpus} vCPU · {Words.Memory(memoryBytes)}{(diskBytes > 0 ? $" · {Words.Size(diskBytes)} disk" : "")}");

    /// <summary>Whom a quota is for.</summary>
    public static string Subject(QuotaView quota) => quota.Subject switch
    {
        QuotaSubject.Everybody => "Everybody",
        QuotaSubject.Role => $"Every {quota.SubjectName.ToLowerInvariant()}",
        QuotaSubject.Class => $"Class {quota.SubjectName}",
        _ => quota.SubjectName,
    };

    /// <summary>The limits that are set and what is used of each.</summary>
    public static IReadOnlyList<QuotaLine> Lines(QuotaLimits limits, QuotaUsage usage) => [.. QuotaFill.Of(limits, usage).Select(Line)];

    /// <summary>A limit and what is used of it, in words.</summary>
    public static QuotaLine Line(QuotaFill fill)
    {
        var (name, say) = fill.What switch
        {
            nameof(QuotaLimits.Vms) => ("VMs", Number),
            nameof(QuotaLimits.RunningVms) => ("Running VMs", Number),
            nameof(QuotaLimits.VCpus) => ("vCPUs", Number),
            nameof(QuotaLimits.MemoryBytes) => ("Memory", Words.Memory),
            nameof(QuotaLimits.Snapshots) => ("Snapshots", Number),
            _ => ("Disk space", (Func<long, string>)Words.Size),
        };
        return new QuotaLine(name, fill, $"{say(fill.Used)} of {say(fill.Limit)}");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One limit and what is used of it.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Fill">The numbers.</param>
/// <param name="Text">Both, for people.</param>
public sealed record QuotaLine(string Name, QuotaFill Fill, string Text)
{
    /// <inheritdoc cref="QuotaFill.Percent"/>
    public double Percent => Fill.Percent;

    /// <inheritdoc cref="QuotaFill.IsFull"/>
    public bool IsFull => Fill.IsFull;

    /// <inheritdoc cref="QuotaFill.IsNearlyFull"/>
    public bool IsNearlyFull => Fill.IsNearlyFull;
}
