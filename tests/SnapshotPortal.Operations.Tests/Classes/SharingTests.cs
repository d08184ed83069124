using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Classes;

/// <summary>Nobody gets by a copy what they could not get of its origin.</summary>
public sealed class SharingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Copy_OfAClassMachine_IsPublishedNoMoreThanTheMachineEvenWhenItsOriginIsGone(int copies)
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var machine = await room.VmOfAsync(Portal.Sam);
        for (var i = 0; i < copies; i++)
        {
            var origin = await room.Portal.TakeAsync(machine, "origin", Portal.Sam);
            machine = await CloneAsync(room, origin, $"copy-{i}", Portal.Sam);
            await room.Portal.EndedAsync((await room.Portal.Snapshots.DeleteAsync(Portal.Sam, origin, null, None)).Value!);
        }

        var refused = await PublishAsync(room, machine, Portal.Sam, new TemplateFields("x"));

        Assert.Equal((FailureKind.Forbidden, FailureCodes.ClassForbids), (refused.Failure?.Kind, refused.Failure?.Code));
        Assert.Contains("Ask your teacher", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(await room.Portal.Templates.ListAsync(Portal.Sam, None));
    }

    [Fact]
    public async Task Copy_OfAClassMachine_IsPublishedByWhoeverTeachesTheClass()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var copy = await CloneAsync(room, await room.Portal.TakeAsync(await room.VmOfAsync(Portal.Sam), "s", Portal.Sam), "copy", Portal.Tess);

        Assert.Null((await PublishAsync(room, copy, Portal.Tess, new TemplateFields("x", UserIds: [Portal.Anna.UserId]))).Failure);
    }

    [Fact]
    public async Task Copy_OfAClassMachineByACoTeacher_IsSharedNoWiderThanTheTemplateThatItStandsOn()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var copy = await CloneAsync(room, await room.Portal.TakeAsync(await room.VmOfAsync(Portal.Sam), "s", Portal.Sam), "copy", Portal.Cora);

        Assert.Null((await PublishAsync(room, copy, Portal.Cora, new TemplateFields("x"))).Failure);
        Assert.Equal(FailureCodes.SharedTooWidely, (await PublishAsync(room, copy, Portal.Cora, new TemplateFields("y", UserIds: [Portal.Anna.UserId]))).Failure?.Code);
    }

    [Fact]
    public async Task MachineFromATemplate_ForSomePeople_IsSharedAmongThemOnlyUntilTheTemplateIsForEverybody()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", UserIds: [Portal.Otto.UserId, Portal.Ben.UserId], ClassIds: [room.Class]));
        var mine = await UseAsync(room, room.Template, "mine", Portal.Otto);

        foreach (var (wider, field) in new[]
        {
            (new TemplateFields("x", UserIds: [Portal.Anna.UserId]), "userIds"),
            (new TemplateFields("x", ClassIds: [room.OttosClass]), "classIds"),
            (new TemplateFields("x", Audience: TemplateAudience.Everybody), "audience"),
        })
        {
            var refused = (await PublishAsync(room, mine, Portal.Otto, wider)).Failure;
            Assert.Equal((FailureKind.Forbidden, FailureCodes.SharedTooWidely, field), (refused?.Kind, refused?.Code, refused?.Field));
            Assert.Contains("Lab", refused!.Message, StringComparison.Ordinal);
        }

        // Ben by name, Sam by his class, Tess by whose it is.
        Assert.Null((await PublishAsync(room, mine, Portal.Otto, new TemplateFields("x", UserIds: [Portal.Ben.UserId, Portal.Sam.UserId, Portal.Tess.UserId]))).Failure);
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));
        Assert.Null((await PublishAsync(room, mine, Portal.Otto, new TemplateFields("y", Audience: TemplateAudience.Everybody))).Failure);
    }

    [Fact]
    public async Task Template_ThatWasSharedNarrowly_IsNotWidenedAfterwardsNorByAnEdition()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", UserIds: [Portal.Otto.UserId, Portal.Ben.UserId]));
        var mine = await UseAsync(room, room.Template, "mine", Portal.Otto);
        var made = (await PublishAsync(room, mine, Portal.Otto, new TemplateFields("x", UserIds: [Portal.Ben.UserId]))).Value!.Template.Id;
        var own = (await PublishAsync(room, await room.Portal.AddVmAsync("own", Portal.Otto), Portal.Otto, new TemplateFields("own", UserIds: [Portal.Anna.UserId]))).Value!.Template.Id;
        var edition = await room.Portal.TakeAsync(mine, "edition", Portal.Otto);

        Assert.Equal(FailureCodes.SharedTooWidely, (await room.Portal.Templates.ChangeAsync(Portal.Otto, made, new TemplateFields("x", UserIds: [Portal.Ben.UserId, Portal.Anna.UserId]), None)).Failure?.Code);
        Assert.Equal(FailureCodes.SharedTooWidely, (await room.Portal.Templates.PublishVersionAsync(Portal.Otto, own, edition, new TemplateVersionRequest(), None)).Failure?.Code);
        Assert.Single((await room.Portal.Templates.GetAsync(Portal.Otto, own, None)).Value!.Versions);

        // Whoever had it keeps it, whatever becomes of the origin, and a new title is no sharing.
        await ShareAsync(room, new TemplateFields("Lab"));
        Assert.Null((await room.Portal.Templates.ChangeAsync(Portal.Otto, made, new TemplateFields("new title", UserIds: [Portal.Ben.UserId]), None)).Failure);
    }

    [Fact]
    public async Task Copy_OfOnesOwnTemplateInBetween_IsNoWayAroundTheFirst()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", UserIds: [Portal.Ben.UserId]));
        var first = await UseAsync(room, room.Template, "first", Portal.Ben);
        var between = (await PublishAsync(room, first, Portal.Ben, new TemplateFields("between"))).Value!.Template.Id;
        var second = await UseAsync(room, between, "second", Portal.Ben);
        var copy = await CloneAsync(room, await room.Portal.TakeAsync(second, "s", Portal.Ben), "copy", Portal.Ben);

        foreach (var machine in (Guid[])[second, copy])
        {
            Assert.Equal(FailureCodes.SharedTooWidely, (await PublishAsync(room, machine, Portal.Ben, new TemplateFields("x", UserIds: [Portal.Anna.UserId]))).Failure?.Code);
        }
    }

    [Fact]
    public async Task MachineFromATemplate_ThatIsPublishedNoLonger_IsSharedByAdministratorsOnly()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));
        var mine = await UseAsync(room, room.Template, "mine", Portal.Ben);
        Assert.True((await room.Portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, published: false, None)).IsSuccess);

        Assert.Equal(FailureCodes.SharedTooWidely, (await PublishAsync(room, mine, Portal.Ben, new TemplateFields("x", UserIds: [Portal.Anna.UserId]))).Failure?.Code);
        Assert.Null((await PublishAsync(room, mine, Portal.Admin, new TemplateFields("x", UserIds: [Portal.Anna.UserId]))).Failure);
    }

    [Fact]
    public async Task Copies_FromBeforeThisWasKept_GetTheOriginThatTheirSnapshotsTell()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var first = await CloneAsync(room, await room.Portal.TakeAsync(await room.VmOfAsync(Portal.Sam), "s", Portal.Sam), "first", Portal.Sam);
        var second = await CloneAsync(room, await room.Portal.TakeAsync(first, "s", Portal.Sam), "second", Portal.Sam);
        Assert.Null((await PublishAsync(room, second, Portal.Tess with { IsAdministrator = true }, new TemplateFields("x"))).Failure);
        await room.Portal.StopAsync();

        await using var db = await room.Portal.ContextAsync();
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("20261128231433_Passkeys", None);
        await migrator.MigrateAsync(cancellationToken: None);

        var edition = await db.TemplateVersions.Where(v => v.TemplateId == room.Template).Select(static v => v.Id).SingleAsync(None);
        foreach (var vm in await db.Vms.AsNoTracking().Where(v => v.Id == first || v.Id == second).ToListAsync(None))
        {
            Assert.Equal((room.Class, edition), (vm.OriginClassId, vm.OriginVersionId));
        }

        Assert.All(await db.Vms.AsNoTracking().Where(v => v.ClassId == room.Class).ToListAsync(None), static v => Assert.Null(v.OriginClassId));
        Assert.Equal(edition, await db.TemplateVersions.Where(v => v.TemplateId != room.Template).Select(static v => v.OriginVersionId).SingleAsync(None));
    }

    [Fact]
    public async Task Network_OfAMachineFromATemplate_IsOneThatIsOffered()
    {
        await using var room = await Classroom.MakeAsync();
        room.Portal.Engine.Offer = room.Portal.Engine.Offer with { Networks = [new NetworkSeen("default", true), new NetworkSeen("management", true)] };
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));

        var refused = await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("mine") { Network = new CloneNetwork("management") }, None);

        Assert.Equal((FailureCodes.NetworkForbidden, "network"), (refused.Failure?.Code, refused.Failure?.Field));
        Assert.True((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("mine") { Network = new CloneNetwork("default") }, None)).IsSuccess);
    }

    private static async Task ShareAsync(Classroom room, TemplateFields fields)
    {
        var outcome = await room.Portal.Templates.ChangeAsync(Portal.Tess, room.Template, fields, None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
    }

    private static async Task<Guid> CloneAsync(Classroom room, Guid snapshot, string name, Actor actor)
        => await MadeAsync(room, await room.Portal.Snapshots.CloneAsync(actor, snapshot, new CloneVmRequest(name), None));

    private static async Task<Guid> UseAsync(Classroom room, Guid template, string name, Actor actor)
        => await MadeAsync(room, await room.Portal.Templates.CloneAsync(actor, template, new CloneVmRequest(name), None));

    private static async Task<Guid> MadeAsync(Classroom room, Outcome<OperationView> requested)
    {
        Assert.True(requested.IsSuccess, requested.Failure?.Message);
        Assert.Equal(OperationState.Succeeded, (await room.Portal.EndedAsync(requested.Value)).State);
        return requested.Value.VmId;
    }

    private static async Task<Outcome<TemplateDetailView>> PublishAsync(Classroom room, Guid machine, Actor actor, TemplateFields fields)
        => await room.Portal.Templates.PublishAsync(actor, await room.Portal.TakeAsync(machine, $"s {Guid.NewGuid():N}", actor), new PublishTemplateRequest(fields, new TemplateVersionRequest()), None);
}
