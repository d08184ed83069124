using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Classes;

/// <summary>
/// Tess teaches a class with Cora; Sam and Sue are its students, and each has a machine made from Tess's template. Otto teaches
/// another class; Ben has nothing to do with any.
/// </summary>
internal sealed class Classroom(Portal portal) : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The clock of these tests runs some sixty times as fast as a machine that is busy: nothing shall miss a deadline by that.</summary>
    public static KeyValuePair<string, string?> Patience { get; } = new("SnapshotPortal:FailureDeadline", "1.00:00:00");

    public Portal Portal => portal;

    /// <summary>Tess's own machine, which the template was made from.</summary>
    public Guid LabVm { get; private set; }

    public Guid LabSnapshot { get; private set; }

    public Guid Template { get; private set; }

    public Guid Class { get; private set; }

    public Guid OttosClass { get; private set; }

    public Guid Deployment { get; private set; }

    /// <summary>A class with a template and students, and no machines yet.</summary>
    public static async Task<Classroom> MakeAsync(Action<Portal.Setup>? configure = null)
    {
        var room = new Classroom(await Portal.StartAsync(s =>
        {
            s.Settings.Add(Patience.Key, Patience.Value);
            configure?.Invoke(s);
        }));
        await room.FurnishAsync();
        return room;
    }

    /// <summary>The same with a machine for each student.</summary>
    public static async Task<Classroom> MakeDeployedAsync(Action<Portal.Setup>? configure = null)
    {
        var room = await MakeAsync(configure);
        await room.DeployedAsync(await room.DeployAsync());
        return room;
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    /// <summary>Publishes another edition of the template.</summary>
    public async Task PublishAsync(string? script)
    {
        var snapshot = await portal.TakeAsync(LabVm, $"ready {Guid.NewGuid():N}", Portal.Tess);
        var outcome = await portal.Templates.PublishVersionAsync(Portal.Tess, Template, snapshot, new TemplateVersionRequest(Script: script), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
    }

    public DeployRequest Request(string name = "Lab 1") => new(Template, name, "lab-{user}");

    public async Task<DeploymentView> DeployAsync(DeployRequest? request = null)
    {
        var outcome = await portal.Deployments.DeployAsync(Portal.Tess, Class, request ?? Request(), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        Deployment = outcome.Value.Deployment.Id;
        return outcome.Value;
    }

    /// <summary>The deployment once its first batch is over.</summary>
    public async Task<DeploymentView> DeployedAsync(DeploymentView deployment)
    {
        await EndedAsync(deployment.Batches[0].Id);
        return await ViewAsync();
    }

    public async Task<DeploymentView> ViewAsync() => (await portal.Deployments.GetAsync(Portal.Tess, Deployment, None)).Value!;

    public async Task<BatchView> ActAsync(BatchKind kind, params Guid[] items)
    {
        var outcome = await portal.Deployments.ActAsync(Portal.Tess, Deployment, new BatchRequest(kind, items.Length == 0 ? null : items), None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
        return outcome.Value;
    }

    /// <summary>The batch once it is over; the clock runs, for the driver looks again and again.</summary>
    public async Task<BatchView> EndedAsync(Guid batchId)
    {
        BatchView? last = null;
        await portal.UntilWhileTimePassesAsync(
            async () => (last = (await portal.Deployments.GetBatchAsync(Portal.Admin, batchId, None)).Value!).State != BatchState.Running,
            "the batch is over");
        return last!;
    }

    public async Task<Guid> VmOfAsync(Actor student)
        => (await ViewAsync()).Items.Single(i => i.StudentId == student.UserId).Vm!.Id;

    public async Task<Guid> ItemOfAsync(Actor student)
        => await portal.ReadAsync(db => db.DeploymentItems.Where(i => i.DeploymentId == Deployment && i.StudentId == student.UserId).Select(static i => i.Id).SingleAsync());

    private async Task FurnishAsync()
    {
        LabVm = await portal.AddVmAsync("lab", Portal.Tess);
        LabSnapshot = await portal.TakeAsync(LabVm, "ready", Portal.Tess);
        Template = (await portal.Templates.PublishAsync(Portal.Tess, LabSnapshot, new PublishTemplateRequest(new TemplateFields("Lab machine"), new TemplateVersionRequest()), None)).Value!.Template.Id;
        Class = (await portal.Classes.CreateAsync(Portal.Tess, new ClassFields("Databases"), None)).Value!.Class.Id;
        OttosClass = (await portal.Classes.CreateAsync(Portal.Otto, new ClassFields("Networks"), None)).Value!.Class.Id;
        var added = await portal.Classes.AddRosterAsync(Portal.Tess, Class, string.Join('\n', Portal.Email(Portal.Cora), Portal.Email(Portal.Sam), Portal.Email(Portal.Sue)), None);
        Assert.True(added.IsSuccess, added.Failure?.Message);
        Assert.True((await portal.Classes.SetRoleAsync(Portal.Tess, Class, Portal.Cora.UserId, ClassRole.Teacher, None)).IsSuccess);
    }
}
