using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Consoles;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>A page can be made to ask as often as its sender likes; what that costs the others is bounded.</summary>
public sealed class PaceTests
{
    private const int Asked = Pace.Burst * 2;

    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Acts => new("an operation", "a change", "a console", "a ticket");

    [Theory]
    [MemberData(nameof(Acts))]
    public async Task Person_WhoAsksWithoutAPause_IsHeldBackAndFillsNoLog(string what)
    {
        await using var portal = await Portal.StartAsync();
        var vm = await portal.AddVmAsync("web");

        // All at once, as whoever means it would: the answers are waited for afterwards.
        var refused = await Task.WhenAll(Enumerable.Range(0, Asked).Select(_ => AskAsync(portal, Portal.Ben, vm, what)));

        // What was let through is refused as ever and written down; the rest is neither looked at nor written.
        var through = refused.Count(static r => r!.Code != FailureCodes.TooManyRequests);
        Assert.InRange(through, Pace.Burst, Asked - 1);
        Assert.Equal(through, await portal.ReadAsync(static db => db.AuditEntries.CountAsync(static e => e.ActorId == Portal.Ben.UserId && e.Outcome == AuditOutcome.Refused)));

        // Nobody else notices, and it is the person who is counted, not a token of theirs, which has a limit of its own.
        await portal.TakeAsync(vm, "s");
        Assert.NotEqual(FailureCodes.TooManyRequests, (await AskAsync(portal, Portal.Ben with { Channel = AuditChannel.Api }, vm, what))!.Code);
    }

    private static async Task<Failure?> AskAsync(Portal portal, Actor actor, Guid vm, string what) => what switch
    {
        "an operation" => (await portal.Vms.DeleteAsync(actor, vm, null, None)).Failure,
        "a change" => (await portal.Schedules.RemoveAsync(actor, vm, None)).Failure,
        "a console" => (await portal.Consoles.AdmitAsync(actor, vm, new ConsoleRequest(ConsoleKind.Serial), None)).Failure,
        _ => (await portal.Consoles.OpenAsync(actor, "guessed", None)).Failure,
    };
}
