using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Doctoring;

/// <summary>What there is to say of the queue.</summary>
internal static class OperationFindings
{
    public static async Task<List<Finding>> OfAsync(IPortalDb db, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var active = await db.Operations.AsNoTracking().Where(static o => o.State == OperationState.Queued || o.State == OperationState.Running)
            .OrderBy(static o => o.RequestedAt).ToListAsync(cancellationToken);
        var findings = active.Select(o => Of(o, now)).ToList();
        var collecting = active.Exists(static o => o.Kind == OperationKind.CollectLayers);
        if (!collecting)
        {
            findings.AddRange((await db.Layers.AsNoTracking().Where(static l => l.State == LayerState.Merging || l.State == LayerState.Deleting).ToListAsync(cancellationToken))
                .Select(static l => new Finding(Severity.Wrong, $"The layer {l.Id} in {l.Path} is {l.State}, and no operation is at work on it.")));
        }

        return findings.Count > 0 ? findings : [new Finding(Severity.Well, "Nothing is waiting.")];
    }

    private static Finding Of(Operation operation, DateTimeOffset now)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{operation.Kind} {operation.Id}, requested {operation.RequestedAt:u}");
        return operation switch
        {
            { State: OperationState.Running, LeaseUntil: { } until } when until < now => new Finding(Severity.Wrong, string.Create(CultureInfo.InvariantCulture, $"{what}: nobody is at work on it since {until:u}. Start the portal: it takes it up again.")),
            { State: OperationState.Running } => new Finding(Severity.Note, $"{what}: at step {operation.CurrentStep}. {operation.WaitingFor}".TrimEnd()),
            _ when operation.Deadline < now => new Finding(Severity.Wrong, $"{what}: it waits past its deadline. Does the portal run?"),
            _ => new Finding(Severity.Note, $"{what}: it waits. {operation.WaitingFor}".TrimEnd()),
        };
    }
}
