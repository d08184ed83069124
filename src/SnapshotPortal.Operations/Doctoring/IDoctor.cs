namespace SnapshotPortal.Operations.Doctoring;

/// <summary>Looks at everything and changes nothing. For whoever may run the portal's program on its database.</summary>
public interface IDoctor
{
    /// <summary>The report of this moment.</summary>
    Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken);
}

/// <summary>How much something matters.</summary>
public enum Severity
{
    /// <summary>As it should be.</summary>
    Well,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Somebody has to do something.</summary>
    Wrong,
}

/// <summary>One thing that was found, in a sentence, with what to do about it.</summary>
public sealed record Finding(Severity Severity, string Text);

/// <summary>What was found about one thing.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Findings">At least one.</param>
public sealed record DoctorSection(string Title, IReadOnlyList<Finding> Findings);

/// <summary>The report.</summary>
public sealed record DoctorReport(IReadOnlyList<DoctorSection> Sections)
{
    /// <summary>How many things are wrong.</summary>
    public int Wrong => Sections.Sum(static s => s.Findings.Count(static f => f.Severity == Severity.Wrong));
}
