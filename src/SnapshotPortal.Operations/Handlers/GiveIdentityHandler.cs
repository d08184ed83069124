using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Execution;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Identities;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Handlers;

/// <summary>What is to be done with a guest's identity.</summary>
/// <param name="Change">Change it first; otherwise it is only compared.</param>
internal sealed record IdentityParameters(bool Change)
{
    public static string Write(bool change) => JsonSerializer.Serialize(new IdentityParameters(change), JsonSerializerOptions.Web);
}

/// <summary>
/// Makes a guest another guest than the one it is a copy of, reads back who it is, and compares that with those who could be
/// mixed up with it. That the guest cannot be reached is an answer, not a failure.
/// </summary>
internal sealed class GiveIdentityHandler(IHypervisorEngine engine, IPortalDbFactory factory, HostRegistry hosts) : IOperationHandler
{
    public IReadOnlyCollection<OperationKind> Kinds { get; } = [OperationKind.GiveIdentity];

    public async Task ExecuteAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var result = await engine.GiveIdentityAsync(order, run.Journal, cancellationToken);
        await RecordAsync(run, order, result, cancellationToken);
    }

    /// <summary>Asking again harms nobody, and neither do new keys for a guest that has only just got its first; a script is its owner's affair.</summary>
    public async Task RecoverAsync(OperationRun run, CancellationToken cancellationToken)
    {
        var order = await OrderAsync(run, cancellationToken);
        var (repeat, scriptLost) = await engine.RecoverIdentityAsync(order, run.Journal, cancellationToken);
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1), run.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var result = await engine.GiveIdentityAsync(repeat, run.Journal, either.Token);
            await RecordAsync(run, order, scriptLost ? result with { ScriptObstacle = "The portal stopped while it ran, so nobody knows how it ended." } : result, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EngineException(FailureCodes.Interrupted, "It was interrupted, and the guest did not answer afterwards. Nothing is lost: run it again when the guest is up.");
        }
    }

    public async Task<string?> OnFailedAsync(IPortalDb db, Operation operation, Failure failure, List<EventDraft> drafts, CancellationToken cancellationToken)
    {
        if (await db.GuestIdentities.FirstOrDefaultAsync(i => i.VmId == operation.VmId, cancellationToken) is { } identity)
        {
            identity.Become(IdentityState.Unverified, failure.Code switch
            {
                FailureCodes.DeadlineExceeded => "The guest agent did not answer in time. Is qemu-guest-agent installed and running in the guest? Then run it again.",
                FailureCodes.Cancelled => "It was cancelled before it was done. Run it again when it suits you.",
                _ => failure.Message,
            });
        }

        if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId, cancellationToken) is { } vm)
        {
            drafts.Add(EventDraft.Of(vm));
        }

        return null;
    }

    private async Task<IdentityOrder> OrderAsync(OperationRun run, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var vm = await db.Vms.AsNoTracking().FirstOrDefaultAsync(v => v.Id == run.Operation.VmId, cancellationToken)
            ?? throw new EngineException(FailureCodes.VmMissing, "The machine is gone.");
        var identity = await db.GuestIdentities.AsNoTracking().FirstOrDefaultAsync(i => i.VmId == vm.Id, cancellationToken);
        return run.Parameters<IdentityParameters>().Change
            ? new IdentityOrder(run.Host, vm.Id, vm.Name, await ScriptAsync(db, vm, identity, cancellationToken))
            : new IdentityOrder(run.Host, vm.Id, null, null);
    }

    /// <summary>
    /// What the publisher of the machine's template wants run, of the edition that it has now, and then what its owner does. In a
    /// shell of its own, the first cannot end the second, and what it sets does not reach it.
    /// </summary>
    private static async Task<string?> ScriptAsync(IPortalDb db, VirtualMachine vm, GuestIdentity? identity, CancellationToken cancellationToken)
    {
        var template = await db.TemplateVersions.Where(v => v.Id == vm.TemplateVersionId).Select(static v => v.Script).FirstOrDefaultAsync(cancellationToken);
        return (template, identity?.Script) switch
        {
            ({ } first, { } own) => $"(\n{first}\n) || exit $?\n{own}",
            (var first, var own) => first ?? own,
        };
    }

    private async Task RecordAsync(OperationRun run, IdentityOrder order, IdentityResult result, CancellationToken cancellationToken)
    {
        var source = await ReadSourceAsync(order.VmId, cancellationToken);
        await run.SucceedAsync(async (db, operation, drafts) =>
        {
            if (await db.Vms.FirstOrDefaultAsync(v => v.Id == operation.VmId) is not { } vm)
            {
                return null;
            }

            var identity = await IdentityNeighbours.RowAsync(db, vm.Id);
            if (source is var (sourceId, facts) && facts is not null)
            {
                (await IdentityNeighbours.RowAsync(db, sourceId)).Facts = facts;
            }

            // Only the first time it is still what the snapshot had.
            identity.Inherited ??= vm.OriginSnapshotId is null ? null : result.Before;
            identity.Facts = result.Now ?? identity.Facts;
            if (order.Script is not null)
            {
                identity.ScriptExitCode = result.Script?.ExitCode;
                identity.ScriptOutput = result.Script?.Output ?? result.ScriptObstacle;
            }

            await db.SaveChangesAsync(CancellationToken.None);
            await IdentityNeighbours.JudgeAsync(db, vm, identity, result, drafts);
            drafts.Add(EventDraft.Of(vm));
            return null;
        });
    }

    /// <summary>Who the machine is that this one was made from, where it runs and can be asked at once.</summary>
    private async Task<(Guid Id, GuestFacts? Facts)?> ReadSourceAsync(Guid vmId, CancellationToken cancellationToken)
    {
        VirtualMachine? source;
        await using (var db = factory.Create())
        {
            source = await IdentityNeighbours.SourceAsync(db, vmId, cancellationToken);
        }

        if (source is not { Presence: VmPresence.Present, Power: PowerState.Running, AgentConnected: true } || hosts.Find(source.HostId) is not { IsConnected: true } host)
        {
            return null;
        }

        try
        {
            return (source.Id, await engine.ReadIdentityAsync(host.Reference, source.Id, cancellationToken));
        }
        catch (EngineException)
        {
            // What was known of it before has to do.
            return null;
        }
    }
}
