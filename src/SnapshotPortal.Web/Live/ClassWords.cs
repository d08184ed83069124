using System.Globalization;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>How the portal speaks of templates, classes, deployments and quotas.</summary>
public static class ClassWords
{
    public static string Role(ClassRole role) => role == ClassRole.Teacher ? CommonTexts.Teacher : WordTexts.Student;

    public static string Day(DateOnly day) => day.ToString(WordTexts.DayPattern, Languages.Page);

    /// <summary>A term: "1 Sep 2026 – 20 Dec 2026"; <see langword="null"/> where nothing is said.</summary>
    public static string? Term(DateOnly? starts, DateOnly? ends) => (starts, ends) switch
    {
        ({ } first, { } last) => $"{Day(first)} – {Day(last)}",
        ({ } first, null) => WordTexts.FormatFromFirst(Day(first)),
        (null, { } last) => WordTexts.FormatUntilLast(Day(last)),
        _ => null,
    };

    /// <summary>What a deployment was made from: "Web server, version 2", and that there is a newer one.</summary>
    public static string Version(DeploymentSummaryView deployment) => deployment.NewestNumber > deployment.TemplateNumber
        ? CommonTexts.FormatTitleVersionAndNewer(deployment.TemplateTitle, deployment.TemplateNumber, deployment.NewestNumber)
        : CommonTexts.FormatTitleVersion(deployment.TemplateTitle, deployment.TemplateNumber);

    /// <summary>Who may use a template, in a few words.</summary>
    public static string Audience(TemplateAudience audience) => audience == TemplateAudience.Everybody ? CommonTexts.Everybody : CommonTexts.PeopleAndClassesByName;

    /// <summary>What happens with a line of a roster.</summary>
    public static string Row(RosterRowState state) => state switch
    {
        RosterRowState.Known => WordTexts.WillBeAdded,
        RosterRowState.New => WordTexts.WillBeInvited,
        RosterRowState.Member => WordTexts.AlreadyInTheClass,
        RosterRowState.Duplicate => WordTexts.TwiceInTheList,
        _ => WordTexts.Wrong,
    };

    /// <summary>An act on many machines, as a title.</summary>
    public static string Act(BatchKind kind) => kind switch
    {
        BatchKind.Deploy => WordTexts.MakeTheVMs,
        BatchKind.Start => CommonTexts.Start,
        BatchKind.ShutDown => CommonTexts.ShutDown,
        BatchKind.ForceOff => CommonTexts.ForceOff,
        BatchKind.Snapshot => CommonTexts.TakeSnapshots,
        BatchKind.Reset => WordTexts.ResetToTheTemplate,
        BatchKind.Update => WordTexts.MoveToTheNewestVersion,
        BatchKind.Collect => CommonTexts.Collect,
        BatchKind.Delete => CommonTexts.Delete,
        _ => kind.ToString(),
    };

    public static string State(BatchState state) => state switch
    {
        BatchState.Running => CommonTexts.Running,
        BatchState.Succeeded => CommonTexts.Done,
        BatchState.Failed => WordTexts.PartlyFailed,
        _ => WordTexts.Cancelled,
    };

    /// <summary>How far an act is: "12 of 30, 1 failed".</summary>
    public static string Progress(BatchView batch)
        => batch.Failed > 0 ? WordTexts.FormatProgressOfFailed(batch.Ended, batch.Items.Count, batch.Failed) : WordTexts.FormatProgressOf(batch.Ended, batch.Items.Count);

    /// <summary>Processors, memory and disks: "2 vCPU · 2 GiB · 10 GB disk".</summary>
    public static string Hardware(int vCpus, long memoryBytes, long diskBytes = 0)
        => diskBytes > 0 ? WordTexts.FormatHardwareWithDisk(vCpus, Words.Memory(memoryBytes), Words.Size(diskBytes)) : WordTexts.FormatHardware(vCpus, Words.Memory(memoryBytes));

    /// <summary>Whom a quota is for.</summary>
    public static string Subject(QuotaView quota) => quota.Subject switch
    {
        QuotaSubject.Everybody => CommonTexts.Everybody,
        QuotaSubject.Role => quota.SubjectName switch
        {
            PortalRoles.Teacher => WordTexts.EveryTeacher,
            PortalRoles.Administrator => WordTexts.EveryAdministrator,
            var role => WordTexts.FormatEveryRole(role.ToLowerInvariant()),
        },
        QuotaSubject.Class => WordTexts.FormatClassSubjectName(quota.SubjectName),
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
            nameof(QuotaLimits.RunningVms) => (CommonTexts.RunningVMs, Number),
            nameof(QuotaLimits.VCpus) => ("vCPUs", Number),
            nameof(QuotaLimits.MemoryBytes) => (CommonTexts.Memory, Words.Memory),
            nameof(QuotaLimits.Snapshots) => (CommonTexts.Snapshots, Number),
            _ => (WordTexts.DiskSpace, (Func<long, string>)Words.Size),
        };
        return new QuotaLine(name, fill, say(fill.Limit), WordTexts.FormatUsedOfLimit(say(fill.Used), say(fill.Limit)));
    }

    private static string Number(long value) => value.ToString(CultureInfo.CurrentCulture);
}

/// <summary>One limit and what is used of it.</summary>
/// <param name="Name">What is limited.</param>
/// <param name="Fill">The numbers.</param>
/// <param name="Limit">How much there may be, for people.</param>
/// <param name="Text">What is used of it, for people.</param>
public sealed record QuotaLine(string Name, QuotaFill Fill, string Limit, string Text)
{
    /// <inheritdoc cref="QuotaFill.Percent"/>
    public double Percent => Fill.Percent;

    /// <inheritdoc cref="QuotaFill.IsFull"/>
    public bool IsFull => Fill.IsFull;

    /// <inheritdoc cref="QuotaFill.IsNearlyFull"/>
    public bool IsNearlyFull => Fill.IsNearlyFull;
}
