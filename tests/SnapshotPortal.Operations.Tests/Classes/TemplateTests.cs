using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Classes;

public sealed class TemplateTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Gallery_ShowsWhatIsSharedWithOneByNameByClassOrWithEverybody()
    {
        await using var room = await Classroom.MakeAsync();
        Assert.Empty(await room.Portal.Templates.ListAsync(Portal.Sam, None));

        await ShareAsync(room, new TemplateFields("Lab", UserIds: [Portal.Ben.UserId]));
        Assert.Single(await room.Portal.Templates.ListAsync(Portal.Ben, None));
        Assert.Empty(await room.Portal.Templates.ListAsync(Portal.Sam, None));

        await ShareAsync(room, new TemplateFields("Lab", ClassIds: [room.Class]));
        Assert.Empty(await room.Portal.Templates.ListAsync(Portal.Ben, None));
        Assert.Single(await room.Portal.Templates.ListAsync(Portal.Sam, None));

        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));
        Assert.Single(await room.Portal.Templates.ListAsync(Portal.Ben, None));
    }

    [Fact]
    public async Task Use_ASharedTemplate_GivesAMachineAndNoAccessToItsSource()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));

        var clone = await room.Portal.EndedAsync((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("mine"), None)).Value!);

        Assert.Equal(("mine", 1), ((await room.Portal.Vms.GetAsync(Portal.Ben, clone.VmId, None)).Value!.Name, (await room.Portal.Vms.GetAsync(Portal.Ben, clone.VmId, None)).Value!.Template!.Number));
        Assert.Equal(FailureKind.NotFound, (await room.Portal.Vms.GetAsync(Portal.Ben, room.LabVm, None)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await room.Portal.Snapshots.GetAsync(Portal.Ben, room.LabSnapshot, None)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await room.Portal.Snapshots.CloneAsync(Portal.Ben, room.LabSnapshot, new CloneVmRequest("other"), None)).Failure!.Kind);
    }

    [Fact]
    public async Task Use_ATemplateWithAScript_RunsItBeforeOnesOwnAndShowsItToItsPublisherOnly()
    {
        await using var room = await Classroom.MakeAsync();
        await room.PublishAsync("echo of the publisher\r\nexit 0");
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));

        await room.Portal.EndedAsync((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("plain"), None)).Value!);
        await room.Portal.EndedAsync((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("own") { Identity = new IdentityRequest(Script: "echo mine") }, None)).Value!);
        await room.Portal.EndedAsync((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("none") { Identity = new IdentityRequest(ByAgent: false) }, None)).Value!);
        await room.Portal.UntilWhileTimePassesAsync(() => Task.FromResult(room.Portal.Engine.Identities.Count == 3), "the guests were asked");

        Assert.Equal(
            [null, "(\necho of the publisher\nexit 0\n) || exit $?\necho mine", "echo of the publisher\nexit 0"],
            room.Portal.Engine.Identities.Select(static o => o.Script).Order(StringComparer.Ordinal));
        Assert.Equal("echo of the publisher\nexit 0", (await room.Portal.Templates.GetAsync(Portal.Tess, room.Template, None)).Value!.Versions[0].Script);
        Assert.Null((await room.Portal.Templates.GetAsync(Portal.Ben, room.Template, None)).Value!.Versions[0].Script);
    }

    [Theory]
    [InlineData("nul", "echo \0")]
    [InlineData("long", null)]
    public async Task Publish_WithAScriptThatNoGuestRuns_IsRefused(string _, string? script)
    {
        await using var room = await Classroom.MakeAsync();

        var outcome = await room.Portal.Templates.PublishAsync(Portal.Tess, room.LabSnapshot, new PublishTemplateRequest(new TemplateFields("x"), new TemplateVersionRequest(Script: script ?? new string('ä', 33_000))), None);

        Assert.Equal((FailureCodes.IdentityInvalid, "script"), (outcome.Failure!.Code, outcome.Failure.Field));
    }

    [Fact]
    public async Task Unpublish_ATemplate_LeavesItsMachinesAndStopsNewOnes()
    {
        await using var room = await Classroom.MakeAsync();
        await ShareAsync(room, new TemplateFields("Lab", Audience: TemplateAudience.Everybody));
        var clone = await room.Portal.EndedAsync((await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("mine"), None)).Value!);

        await room.Portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, false, None);

        Assert.Empty(await room.Portal.Templates.ListAsync(Portal.Ben, None));
        Assert.Equal(FailureKind.NotFound, (await room.Portal.Templates.CloneAsync(Portal.Ben, room.Template, new CloneVmRequest("two"), None)).Failure!.Kind);
        Assert.Equal(FailureCodes.TemplateUnpublished, (await room.Portal.Templates.CloneAsync(Portal.Tess, room.Template, new CloneVmRequest("two"), None)).Failure!.Code);
        Assert.True((await room.Portal.Vms.ResetAsync(Portal.Ben, clone.VmId, new ResetVmRequest(), None)).IsSuccess);
    }

    [Fact]
    public async Task Delete_APublishedSnapshotOrItsMachine_AsksToUnpublishFirst()
    {
        await using var room = await Classroom.MakeAsync();

        Assert.Equal(FailureCodes.TemplatePublished, (await room.Portal.Snapshots.DeleteAsync(Portal.Tess, room.LabSnapshot, null, None)).Failure!.Code);
        Assert.Equal(FailureCodes.TemplatePublished, (await room.Portal.Vms.DeleteAsync(Portal.Tess, room.LabVm, null, None)).Failure!.Code);
        await room.Portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, false, None);
        Assert.True((await room.Portal.Snapshots.DeleteAsync(Portal.Tess, room.LabSnapshot, null, None)).IsSuccess);
    }

    [Fact]
    public async Task Publish_ToEverybodyWithoutARole_IsForbiddenAndToAClassOfOthersIsNotFound()
    {
        await using var room = await Classroom.MakeAsync();
        var snapshot = await room.Portal.TakeAsync(await room.Portal.AddVmAsync("own", Portal.Ben), "s", Portal.Ben);

        Assert.Equal(FailureCodes.TeachersOnly, (await PublishAsync(new TemplateFields("x", Audience: TemplateAudience.Everybody))).Failure!.Code);
        Assert.Equal(FailureKind.NotFound, (await PublishAsync(new TemplateFields("x", ClassIds: [room.Class]))).Failure!.Kind);
        Assert.True((await PublishAsync(new TemplateFields("x", UserIds: [Portal.Anna.UserId]))).IsSuccess);

        Task<Outcome<Views.TemplateDetailView>> PublishAsync(TemplateFields fields)
            => room.Portal.Templates.PublishAsync(Portal.Ben, snapshot, new PublishTemplateRequest(fields, new TemplateVersionRequest()), None);
    }

    [Theory]
    [InlineData("", "machine", null, null, FailureCodes.TitleInvalid)]
    [InlineData("x", "dragon", null, null, FailureCodes.IconUnknown)]
    [InlineData("x", "machine", 0, null, FailureCodes.HardwareInvalid)]
    [InlineData("x", "machine", null, 1L, FailureCodes.HardwareInvalid)]
    public async Task Publish_WithWrongFields_IsRefused(string title, string icon, int? vcpus, long? memory, string code)
    {
        await using var room = await Classroom.MakeAsync();

        var outcome = await room.Portal.Templates.PublishAsync(Portal.Tess, room.LabSnapshot, new PublishTemplateRequest(new TemplateFields(title, Icon: icon), new TemplateVersionRequest(VCpus: vcpus, MemoryBytes: memory)), None);

        Assert.Equal(code, outcome.Failure!.Code);
    }

    [Fact]
    public async Task FindPeople_WithoutARole_FindsOnlyWhoseAddressOneKnows()
    {
        await using var portal = await Portal.StartAsync();

        Assert.Equal(["Sam"], (await portal.Templates.FindPeopleAsync(Portal.Tess, "Sa", None)).Select(static p => p.Name));
        Assert.Empty(await portal.Templates.FindPeopleAsync(Portal.Ben, "Sa", None));
        Assert.Equal(["Sam"], (await portal.Templates.FindPeopleAsync(Portal.Ben, Portal.Email(Portal.Sam), None)).Select(static p => p.Name));
    }

    [Fact]
    public async Task FindContinued_OfTheSameMachineOrOneThatComesFromTheTemplate_IsThatTemplate()
    {
        await using var room = await Classroom.MakeAsync();
        var portal = room.Portal;
        var used = await MadeAsync(await portal.Templates.CloneAsync(Portal.Tess, room.Template, new CloneVmRequest("used"), None));
        var copied = await MadeAsync(await portal.Snapshots.CloneAsync(Portal.Tess, room.LabSnapshot, new CloneVmRequest("copied"), None));
        var copiedAgain = await MadeAsync(await portal.Snapshots.CloneAsync(Portal.Tess, await TakeAsync(used), new CloneVmRequest("again"), None));
        var unrelated = await portal.AddVmAsync("unrelated", Portal.Tess);

        foreach (var machine in new[] { room.LabVm, used, copied, copiedAgain })
        {
            Assert.Equal(room.Template, await portal.Templates.FindContinuedAsync(Portal.Tess, await TakeAsync(machine), None));
        }

        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Tess, await TakeAsync(unrelated), None));

        Task<Guid> TakeAsync(Guid vm) => portal.TakeAsync(vm, $"s {Guid.NewGuid():N}", Portal.Tess);

        async Task<Guid> MadeAsync(Outcome<Views.OperationView> asked) => (await portal.EndedAsync(asked.Value!)).VmId;
    }

    [Fact]
    public async Task FindContinued_OfAMachineThatWasPublishedItself_IsItsOwnTemplateAndNotTheOneItComesFrom()
    {
        await using var room = await Classroom.MakeAsync();
        var portal = room.Portal;
        var used = (await portal.EndedAsync((await portal.Templates.CloneAsync(Portal.Tess, room.Template, new CloneVmRequest("used"), None)).Value!)).VmId;
        var own = (await portal.Templates.PublishAsync(Portal.Tess, await portal.TakeAsync(used, "first", Portal.Tess), new PublishTemplateRequest(new TemplateFields("Own"), new TemplateVersionRequest()), None)).Value!.Template.Id;

        Assert.Equal(own, await portal.Templates.FindContinuedAsync(Portal.Tess, await portal.TakeAsync(used, "second", Portal.Tess), None));
    }

    [Fact]
    public async Task FindContinued_WhereTheSnapshotCannotBeItsNextEdition_IsNone()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var portal = room.Portal;
        var newer = await portal.TakeAsync(room.LabVm, "newer", Portal.Tess);

        // It is an edition already; it is another's, and so does not exist; a student's machine; an administrator's look at it.
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Tess, room.LabSnapshot, None));
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Ben, newer, None));
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Tess, await portal.TakeAsync(await room.VmOfAsync(Portal.Sam), "mine", Portal.Sam), None));
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Admin, newer, None));
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Tess, Guid.NewGuid(), None));

        await portal.Templates.SetPublishedAsync(Portal.Tess, room.Template, false, None);
        Assert.Null(await portal.Templates.FindContinuedAsync(Portal.Tess, newer, None));
    }

    private static async Task ShareAsync(Classroom room, TemplateFields fields)
    {
        var outcome = await room.Portal.Templates.ChangeAsync(Portal.Tess, room.Template, fields, None);
        Assert.True(outcome.IsSuccess, outcome.Failure?.Message);
    }
}
