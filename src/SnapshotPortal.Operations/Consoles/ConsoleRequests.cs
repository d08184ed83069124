using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Consoles;

/// <inheritdoc cref="IConsoles"/>
internal sealed class ConsoleRequests(
    IConsoleEngine engine,
    HostRegistry hosts,
    IPortalDbFactory factory,
    Changes changes,
    Tickets tickets,
    SerialLines lines,
    ConsoleVisits visits,
    Pace pace,
    TimeProvider time,
    ILogger<ConsoleRequests> logger) : IConsoles
{
    /// <summary>How many consoles a person may have open at once: a class's worth, and an end to somebody's script.</summary>
    public const int MaxPerPerson = 40;

    public async Task<Outcome<ConsolesView>> GetAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        var found = await FindAsync(actor, vmId, cancellationToken);
        if (!found.IsSuccess)
        {
            return found.Failure;
        }

        var (vm, host) = found.Value;
        try
        {
            var seen = await engine.ListConsolesAsync(host, vmId, cancellationToken);
            return new ConsolesView(seen.Display, seen.Serial, vm.OwnerId == actor.UserId);
        }
        catch (EngineException e)
        {
            return e.ToFailure();
        }
    }

    public async Task<Outcome<IReadOnlyList<ConsoleVisitView>>> VisitsAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
        => await MayStayAsync(actor, vmId, cancellationToken)
            ? Outcome.Success(visits.Of(vmId))
            : Enqueuing.NotFound("virtual machine");

    public async Task<Outcome<string>> AdmitAsync(Actor actor, Guid vmId, ConsoleRequest request, CancellationToken cancellationToken)
    {
        var act = AuditDraft.By(actor, AuditActs.ConsoleOpened, AuditSubject.Vm, vmId);
        if (pace.Check(act) is { } tooFast)
        {
            return tooFast;
        }

        var found = await FindAsync(actor, vmId, cancellationToken);
        if (!found.IsSuccess)
        {
            await changes.AuditAsync(act.With(found.Failure), cancellationToken);
            return found.Failure;
        }

        return tickets.Waiting(actor.UserId) < MaxPerPerson ? tickets.Make(actor.UserId, vmId, request) : TooMany();
    }

    public async Task<Outcome<IConsoleSession>> OpenAsync(Actor actor, string ticket, CancellationToken cancellationToken)
    {
        var act = AuditDraft.By(actor, AuditActs.ConsoleOpened);
        if (pace.Check(act) is { } tooFast)
        {
            return tooFast;
        }

        if (tickets.Use(actor.UserId, ticket) is not { } admitted)
        {
            // Used twice, too old, or another's: the last is what the log is for.
            var spent = new Failure(FailureKind.NotFound, FailureCodes.TicketUnknown, "This ticket holds no longer. Connect again from the machine's page.");
            await changes.AuditAsync(act.With(spent), cancellationToken);
            return spent;
        }

        // What held when the ticket was made need not hold now.
        var found = await FindAsync(actor, admitted.VmId, cancellationToken);
        if (!found.IsSuccess)
        {
            return found.Failure;
        }

        var (vm, host) = found.Value;
        var visit = new ConsoleVisit(Guid.CreateVersion7(), vm.Id, actor.UserId, actor.Name, admitted.Request.Kind, admitted.Request.WatchOnly, time.GetUtcNow());
        if (!visits.TryEnter(visit, MaxPerPerson))
        {
            return TooMany();
        }

        try
        {
            var session = await ConnectAsync(host, visit, admitted.Request.TakeOver, gone => LeaveAsync(gone, actor), cancellationToken);
            ConsoleLog.Opened(logger, actor.Name, actor.UserId, visit.Kind, vm.Id, visit.WatchOnly);
            await TellAsync(vm, visit, "Opened", AuditDraft.By(actor, AuditActs.ConsoleOpened, AuditSubject.Vm, vm.Id));
            return Outcome.Success(session);
        }
        catch (EngineException e)
        {
            visits.Leave(visit);
            return e.ToFailure();
        }
        catch
        {
            visits.Leave(visit);
            throw;
        }
    }

    public async Task<bool> MayStayAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        return await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not null;
    }

    private async Task<IConsoleSession> ConnectAsync(HostRef host, ConsoleVisit visit, bool takeOver, Func<ConsoleVisit, Task> leave, CancellationToken cancellationToken) => visit.Kind switch
    {
        ConsoleKind.Serial => new SerialSession(visit, await lines.AttachAsync(host, visit.VmId, takeOver, cancellationToken), leave),
        _ => new DisplaySession(visit, await engine.OpenDisplayAsync(host, visit.VmId, cancellationToken), leave),
    };

    private async Task LeaveAsync(ConsoleVisit visit, Actor actor)
    {
        visits.Leave(visit);
        ConsoleLog.Left(logger, visit.Name, visit.UserId, visit.Kind, visit.VmId);
        await using var db = factory.Create();
        if (await db.Vms.FindAsync([visit.VmId], CancellationToken.None) is { } vm)
        {
            await TellAsync(vm, visit, "Closed", AuditDraft.By(actor, AuditActs.ConsoleLeft, AuditSubject.Vm, vm.Id));
        }
    }

    /// <summary>The owner sees who looks, and the record of events keeps it.</summary>
    private Task TellAsync(VirtualMachine vm, ConsoleVisit visit, string state, AuditDraft line)
        => changes.CommitAsync(
            (db, drafts) =>
            {
                db.Audit(line with { Detail = $"{visit.Kind}{(visit.WatchOnly ? ", watching" : "")}" });
                drafts.Add(EventDraft.OfConsole(vm, state, Words(visit)));
                return Task.CompletedTask;
            },
            CancellationToken.None);

    private static string Words(ConsoleVisit visit)
        => $"{visit.Name}: {(visit.Kind == ConsoleKind.Display ? "screen" : "serial console")}{(visit.WatchOnly ? ", watching" : "")}";

    private async Task<Outcome<(VirtualMachine Vm, HostRef Host)>> FindAsync(Actor actor, Guid vmId, CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        if (await Enqueuing.FindVmAsync(db, actor, vmId, cancellationToken) is not { } vm)
        {
            return Enqueuing.NotFound("virtual machine");
        }

        if (Enqueuing.Obstacle(vm, touchesDisks: false) is { } obstacle)
        {
            return obstacle;
        }

        if (vm.Power is not (PowerState.Running or PowerState.Paused))
        {
            return new Failure(FailureKind.Conflict, FailureCodes.VmNotRunning, $"“{vm.Name}” does not run, so it has no console. Start it first.");
        }

        return hosts.Find(vm.HostId) is { IsConnected: true } host
            ? (vm, host.Reference)
            : new Failure(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer, so its machines' consoles cannot be shown. They come back by themselves when the host does.");
    }

    private static Failure TooMany()
        => new(FailureKind.Conflict, FailureCodes.TooManyConsoles, $"You have {MaxPerPerson} consoles open. Close one first.");
}
