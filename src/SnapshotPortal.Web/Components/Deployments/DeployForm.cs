using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>A deployment while somebody plans it.</summary>
public sealed class DeployForm
{
    private const double Gib = 1L << 30;

    /// <summary>One intention, however often the button is pressed.</summary>
    private readonly string _idempotencyKey = Guid.NewGuid().ToString("N");

    public Guid? TemplateId { get; set; }

    public string Name { get; set; } = "";

    public string NamePattern { get; set; } = "{user}-{template}";

    /// <summary>Only for the <see cref="Chosen"/>; otherwise for all students.</summary>
    public bool OnlySome { get; set; }

    public HashSet<Guid> Chosen { get; } = [];

    public int? VCpus { get; set; }

    public double? MemoryGib { get; set; }

    public bool Start { get; set; }

    public bool ForLatecomers { get; set; } = true;

    public bool StudentsMayDelete { get; set; }

    public DateOnly? EndsOn { get; set; }

    public int GraceDays { get; set; } = (int)Deployment.DefaultGrace.TotalDays;

    /// <summary>Enough is said to be planned.</summary>
    public bool CanBePlanned => TemplateId is not null && !string.IsNullOrWhiteSpace(Name);

    public DeployRequest ToRequest(BrowserTime time) => new(
        TemplateId!.Value,
        Name,
        NamePattern,
        OnlySome ? [.. Chosen] : null,
        VCpus,
        MemoryGib is { } gib ? (long)(gib * Gib) : null,
        Start,
        ForLatecomers,
        StudentsMayDelete,
        EndsOn is { } day ? time.EndOf(day) : null,
        Deployments.GraceDays.ToTime(GraceDays),
        _idempotencyKey);
}
