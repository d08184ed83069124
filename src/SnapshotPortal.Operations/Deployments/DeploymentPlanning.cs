using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;

namespace SnapshotPortal.Operations.Deployments;

/// <summary>Checks what a deployment would make, before anything is made.</summary>
internal sealed class DeploymentPlanning(IPortalDbFactory factory, IUserDirectory users, IHypervisorEngine engine, HostRegistry hosts, HostFit fit, IOptions<PortalOptions> options, TimeProvider time)
{
    private const int HistoryLength = 20;

    /// <summary>Years until the latest end that a deployment can have.</summary>
    private const int FarthestEnd = 100;

    /// <summary>Authorises and checks everything about a deployment that is not a collision.</summary>
    public async Task<Outcome<DeploymentPlan>> CheckAsync(IPortalDb db, Actor actor, Guid classId, DeployRequest request, IReadOnlyCollection<string> onHost, CancellationToken cancellationToken)
    {
        if (await ClassAccess.FindTaughtAsync(db, actor, classId, cancellationToken) is not { } group)
        {
            return Enqueuing.NotFound("class");
        }

        if (await TemplateAccess.FindAsync(db, actor, request.TemplateId, cancellationToken) is not { } template)
        {
            return Enqueuing.NotFound("template");
        }

        if (template.UnpublishedAt is not null)
        {
            return TemplateRequests.Unpublished(template);
        }

        if (await TemplateRequests.SourceAsync(db, template.Newest, cancellationToken) is not var (_, source))
        {
            return TemplateRequests.Gone(template);
        }

        if (CheckName(request.Name) is { } wrongName)
        {
            return wrongName;
        }

        if (CheckEnd(request.ExpiresAt, request.Grace ?? Deployment.DefaultGrace) is { } wrongEnd)
        {
            return wrongEnd;
        }

        if (CloneChecks.CheckSize(request.VCpus, request.MemoryBytes) is { } wrongSize)
        {
            return wrongSize;
        }

        var students = group.Members.Where(static m => m.Role == ClassRole.Student).Select(static m => m.UserId).ToList();
        var chosen = request.StudentIds is { } ids ? ids.Distinct().ToList() : students;
        if (chosen.Except(students).Any())
        {
            return new Failure(FailureKind.NotFound, FailureCodes.MemberUnknown, "One of the chosen people is no student of this class any more. Choose again.", "studentIds");
        }

        if (NamePattern.Check(request.NamePattern, several: true) is { } wrongPattern)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.PatternInvalid, wrongPattern, "namePattern");
        }

        var plan = new DeploymentPlan(template, source.Id, source.HostId, source.VCpus, source.MemoryBytes, []);
        return fit.Check(source.HostId, plan.VCpusOfOne(request), plan.MemoryOfOne(request), source.VCpus) is { } tooMuch
            ? tooMuch
            : plan with { Names = await DeploymentNames.ChooseAsync(db, users, request.NamePattern, template.Title, source.HostId, chosen, lastNumber: 0, onHost, cancellationToken) };
    }

    /// <summary>The class has a deployment of that name, which is not over.</summary>
    public static async Task<Failure?> NameTakenAsync(IPortalDb db, Guid classId, DeployRequest request, CancellationToken cancellationToken)
    {
        var name = request.Name.Trim();
        return await db.Deployments.AnyAsync(d => d.ClassId == classId && d.Name == name && d.EndedAt == null, cancellationToken)
            ? new Failure(FailureKind.Conflict, FailureCodes.NameTaken, $"The class has a deployment named “{name}” already. Choose another name.", "name")
            : null;
    }

    /// <summary>What is wrong with a deployment's name; <see langword="null"/> if nothing is.</summary>
    public static Failure? CheckName(string name) => !Names.IsTitle(name, Deployment.MaxNameLength)
        ? new Failure(FailureKind.Invalid, FailureCodes.NameInvalid, $"Enter a name of 1 to {Deployment.MaxNameLength} visible characters.", "name")
        : null;

    /// <summary>What is wrong with its end; <see langword="null"/> if nothing is.</summary>
    public Failure? CheckEnd(DateTimeOffset? expiresAt, TimeSpan grace)
    {
        if (expiresAt <= time.GetUtcNow())
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ExpiryInvalid, "The end lies in the past. Choose a later day.", "expiresAt");
        }

        // The grace is added to it, and the calendar has an end.
        if (expiresAt > time.GetUtcNow().AddYears(FarthestEnd))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ExpiryInvalid, "The end lies more than a hundred years ahead. Choose an earlier day, or none.", "expiresAt");
        }

        return grace < Deployment.ShortestGrace || grace > Deployment.LongestGrace
            ? new Failure(FailureKind.Invalid, FailureCodes.GraceInvalid, "Machines are kept for 1 to 365 days after the end, so that nobody loses anything overnight.", "grace")
            : null;
    }

    /// <summary>
    /// What the template's host has, also what the portal does not manage: a name that is taken there would be found out only by
    /// the one machine that wants it. Nothing where the host cannot be asked; then that is how it is found out.
    /// </summary>
    public async Task<IReadOnlyCollection<string>> NamesOnHostAsync(Guid templateId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var newest = await db.TemplateVersions.Where(v => v.TemplateId == templateId).OrderByDescending(static v => v.Number).Select(static v => v.Id).FirstOrDefaultAsync(cancellationToken);
        if (await DeploymentNames.HostOfAsync(db, newest, cancellationToken) is not { } hostId || hosts.Find(hostId) is not { IsConnected: true } host)
        {
            return [];
        }

        try
        {
            return [.. (await engine.ListDomainsAsync(host.Reference, cancellationToken)).Select(static d => d.Name)];
        }
        catch (EngineException)
        {
            return [];
        }
    }

    /// <summary>That the host has too little memory for all of them to run at once; <see langword="null"/> if it has enough, or does not say.</summary>
    public string? WarnOfAllTogether(DeploymentPlan plan, DeployRequest request) => fit.WarnOfAllTogether(plan.HostId, plan.Names.Count, plan.MemoryOfOne(request));

    /// <summary>The room in the pool that the machines' files would be made in; <see langword="null"/> where the host does not say.</summary>
    public async Task<PoolSpace?> SpaceAsync(DeploymentPlan plan, List<string> warnings, CancellationToken cancellationToken)
    {
        if (hosts.Find(plan.HostId) is not { IsConnected: true } host)
        {
            warnings.Add("The host does not answer at present. The machines are made as soon as it is back.");
            return null;
        }

        try
        {
            return (await engine.InspectAsync(host.Reference, plan.SourceVmId, cancellationToken)).Space;
        }
        catch (EngineException e)
        {
            warnings.Add($"How much room there is could not be found out: {e.Message}");
            return null;
        }
    }

    /// <summary>How long it will take, going by the clones before; <see langword="null"/> where there are none.</summary>
    public async Task<TimeSpan?> EstimateAsync(IPortalDb db, Guid hostId, int count, CancellationToken cancellationToken)
    {
        var history = await db.Operations.AsNoTracking()
            .Where(o => o.HostId == hostId && o.Kind == OperationKind.CloneVm && o.State == OperationState.Succeeded && o.StartedAt != null && o.CompletedAt != null)
            .OrderByDescending(static o => o.RequestedAt).Take(HistoryLength)
            .Select(static o => new { Started = o.StartedAt!.Value, Completed = o.CompletedAt!.Value }).ToListAsync(cancellationToken);
        var durations = history.ConvertAll(static h => h.Completed - h.Started);
        durations.Sort();
        return durations.Count == 0 ? null : durations[durations.Count / 2] * Math.Ceiling(count / (double)Math.Max(1, options.Value.OperationsPerHost - 1));
    }
}

/// <summary>What a deployment would make.</summary>
/// <param name="Template">From what.</param>
/// <param name="SourceVmId">The machine behind it.</param>
/// <param name="HostId">Where.</param>
/// <param name="VCpus">Processors of that machine.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="Names">The machines.</param>
internal sealed record DeploymentPlan(Template Template, Guid SourceVmId, Guid HostId, int VCpus, long MemoryBytes, IReadOnlyList<PlannedName> Names)
{
    /// <summary>The processors that each machine would have.</summary>
    public int VCpusOfOne(DeployRequest request) => request.VCpus ?? Template.Newest.VCpus ?? VCpus;

    /// <summary>The memory that each machine would have.</summary>
    public long MemoryOfOne(DeployRequest request) => request.MemoryBytes ?? Template.Newest.MemoryBytes ?? MemoryBytes;

    /// <summary>What it would count for.</summary>
    public QuotaUsage Wanted(DeployRequest request) => new()
    {
        Vms = Names.Count,
        RunningVms = request.Start ? Names.Count : 0,
        VCpus = Names.Count * VCpusOfOne(request),
        MemoryBytes = Names.Count * MemoryOfOne(request),
        UniqueBytes = Names.Count,
    };
}
