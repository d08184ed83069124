using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Schedules of classes as pages and API see them, in memory.</summary>
internal sealed class FakeClassSchedules : IClassSchedules
{
    public Dictionary<Guid, ClassScheduleView> All { get; } = [];

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    public static ClassScheduleView Of(Guid classId, SetScheduleRequest request)
        => new(classId, request.Rule, request.Enabled, request.Enabled ? [Sample.Start.AddHours(1)] : [], 12, 1, [new FailingScheduleView(Guid.CreateVersion7(), "lab-sam", Sample.Start.AddHours(-1), "The pool is full.")]);

    public Task<Outcome<ClassScheduleView>> GetAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<ClassScheduleView>>(All.GetValueOrDefault(classId) is { } found ? found : new Failure(FailureKind.NotFound, FailureCodes.ScheduleMissing, "This class has no schedule. Set one first."));

    public Task<Outcome<ClassScheduleView>> SetAsync(Actor actor, Guid classId, SetScheduleRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<ClassScheduleView>>(All[classId] = Of(classId, request));
    }

    public Task<Outcome<ClassScheduleView>> RemoveAsync(Actor actor, Guid classId, CancellationToken cancellationToken)
    {
        Requests.Add(("Remove", classId));
        return All.Remove(classId, out var was) ? Task.FromResult<Outcome<ClassScheduleView>>(was) : GetAsync(actor, classId, cancellationToken);
    }

    public Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, Guid classId, ScheduleRule rule, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<SchedulePreviewView>>(new SchedulePreviewView([Sample.Start.AddHours(1)], []));
}
