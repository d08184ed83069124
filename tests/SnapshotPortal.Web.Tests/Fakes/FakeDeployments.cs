using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Deployments as the pages see them, in memory.</summary>
internal sealed class FakeDeployments : IDeployments
{
    public List<DeploymentView> All { get; } = [];

    /// <summary>What a plan would be; asked with the request.</summary>
    public Func<DeployRequest, Outcome<DeploymentPlanView>> Plan { get; set; } = static _ => new DeploymentPlanView([], [], [], null, null);

    /// <summary>Everything that was asked to be changed, in order; keys left out.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Everything that was to be planned.</summary>
    public List<DeployRequest> Planned { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    /// <summary>How often a deployment was read.</summary>
    public int Reads { get; private set; }

    public static DeploymentItemView Item(int number, string student, VmView? vm = null, DeploymentItemState state = DeploymentItemState.Ready, string? failure = null)
        => new(Guid.CreateVersion7(), Guid.CreateVersion7(), student, false, number, $"lab-{number:00}", state, vm, failure, vm is null ? null : Sample.Start);

    public static DeploymentView Deployment(string name = "Week 1", params DeploymentItemView[] items) => new(
        new DeploymentSummaryView(Guid.CreateVersion7(), name, "Lab", 1, 1, Sample.Start, null, null, null, null, false, items.Length, 0),
        Guid.CreateVersion7(),
        "Networks 1",
        "lab-{n:00}",
        false,
        TimeSpan.FromDays(14),
        true,
        items,
        []);

    public static BatchView Batch(BatchKind kind, BatchState state, params (DeploymentItemView Item, BatchItemState State, string? Error)[] items) => new(
        Guid.CreateVersion7(),
        kind,
        state,
        "Toni Teacher",
        Sample.Start,
        state == BatchState.Running ? null : Sample.Start,
        false,
        [.. items.Select(static i => new BatchItemView(i.Item.Id, null, i.State, i.Error is null ? null : "vm-busy", i.Error))]);

    public Task<Outcome<DeploymentPlanView>> PlanAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken)
    {
        Planned.Add(request);
        return Task.FromResult(Plan(request));
    }

    public Task<Outcome<DeploymentView>> DeployAsync(Actor actor, Guid classId, DeployRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<DeploymentView>>(Refusal is { } refusal ? refusal : Deployment(request.Name));
    }

    public Task<Outcome<DeploymentView>> GetAsync(Actor actor, Guid deploymentId, CancellationToken cancellationToken)
    {
        Reads++;
        return Task.FromResult<Outcome<DeploymentView>>(All.Find(d => d.Deployment.Id == deploymentId) is { } found ? found : FakePortal.NotFound);
    }

    public Task<Outcome<DeploymentView>> ChangeAsync(Actor actor, Guid deploymentId, DeploymentFields fields, CancellationToken cancellationToken)
    {
        Requests.Add(fields);
        if (Refusal is { } refusal)
        {
            return Task.FromResult<Outcome<DeploymentView>>(refusal);
        }

        var index = All.FindIndex(d => d.Deployment.Id == deploymentId);
        All[index] = All[index] with { Deployment = All[index].Deployment with { Name = fields.Name, Locked = fields.Locked, ExpiresAt = fields.ExpiresAt } };
        return Task.FromResult<Outcome<DeploymentView>>(All[index]);
    }

    public Task<Outcome<BatchView>> ActAsync(Actor actor, Guid deploymentId, BatchRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<BatchView>>(Refusal is { } refusal ? refusal : Batch(request.Kind, BatchState.Running));
    }

    public Task<Outcome<BatchView>> GetBatchAsync(Actor actor, Guid batchId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<BatchView>>(FakePortal.NotFound);

    public Task<Outcome<BatchView>> CancelAsync(Actor actor, Guid batchId, CancellationToken cancellationToken)
    {
        Requests.Add(("Cancel", batchId));
        return Task.FromResult<Outcome<BatchView>>(Refusal is { } refusal ? refusal : All.SelectMany(static d => d.Batches).Single(b => b.Id == batchId));
    }
}
