using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Accounts;

/// <summary>Accounts that are deleted, and what becomes of their machines.</summary>
public sealed class AccountClosingTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly CloseAccountRequest Leaving = new(MachineFate.Leave);

    private Portal _portal = null!;
    private Guid _vm;
    private Guid _snapshot;

    public async ValueTask InitializeAsync()
    {
        _portal = await Portal.StartAsync();
        _vm = await _portal.AddVmAsync("web");
        _snapshot = await _portal.TakeAsync(_vm, "before");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    [Fact]
    public async Task Preview_TellsWhatThereIs_ToItsOwnerAndToAdministratorsOnly()
    {
        foreach (var actor in new[] { Portal.Anna, Portal.Admin })
        {
            var has = (await Closing().PreviewAsync(actor, Portal.Anna.UserId, None)).Value!;
            Assert.Equal("web", Assert.Single(has.Machines));
            Assert.Equal(1, has.Snapshots);
        }

        Assert.Equal(FailureKind.NotFound, (await Closing().PreviewAsync(Portal.Ben, Portal.Anna.UserId, None)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await Closing().PreviewAsync(Portal.Admin, Guid.NewGuid(), None)).Failure!.Kind);
    }

    [Theory]
    [InlineData(MachineFate.Leave)]
    [InlineData(MachineFate.Give)]
    [InlineData(MachineFate.Delete)]
    public async Task Account_OfSomebodyElse_IsNotForStrangersToDelete(MachineFate fate)
    {
        foreach (var actor in new[] { Portal.Ben, Portal.Tess, Portal.Anna with { TokenId = Guid.NewGuid() } })
        {
            var refused = await Closing().CloseAsync(actor, Portal.Anna.UserId, new CloseAccountRequest(fate, Portal.Ben.UserId), None);
            Assert.Equal(FailureKind.NotFound, refused.Failure!.Kind);
        }

        Assert.True(await IsThereAsync(Portal.Anna));
        Assert.Equal(Portal.Anna.UserId, (await _portal.VmAsync(_vm)).OwnerId);
    }

    [Fact]
    public async Task Machines_ThatAreToGo_AreDeletedWithTheirSnapshotsAfterTheAccount()
    {
        var closed = await Closing().CloseAsync(Portal.Anna, Portal.Anna.UserId, new CloseAccountRequest(MachineFate.Delete), None);

        Assert.True(closed.IsSuccess, closed.Failure?.Message);
        Assert.False(await IsThereAsync(Portal.Anna));
        await Wait.UntilAsync(() => _portal.ReadAsync(async db => !await db.Vms.AnyAsync(v => v.Id == _vm) && !await db.Snapshots.AnyAsync(s => s.Id == _snapshot)), "the machine is gone");
        var operation = await _portal.ReadAsync(db => db.Operations.SingleAsync(o => o.VmId == _vm && o.Kind == OperationKind.DeleteVm));
        Assert.Equal((OperationState.Succeeded, "Anna"), (operation.State, operation.RequestedByName));
    }

    [Fact]
    public async Task Machines_ThatAreLeft_StayAndCanBeGivenByAnAdministrator()
    {
        Assert.True((await Closing().CloseAsync(Portal.Anna, Portal.Anna.UserId, Leaving, None)).IsSuccess);

        var left = (await _portal.Vms.GetAsync(Portal.Admin, _vm, None)).Value!;
        Assert.Equal("a deleted account", left.OwnerName);
        Assert.True((await _portal.Vms.GiveAsync(Portal.Admin, _vm, Portal.Ben.UserId, None)).IsSuccess);
        Assert.True((await _portal.Snapshots.GetAsync(Portal.Ben, _snapshot, None)).IsSuccess);
    }

    [Fact]
    public async Task Machines_ThatAreGiven_AreTheHeirsWithTheirSnapshots()
    {
        Assert.True((await Closing().CloseAsync(Portal.Admin, Portal.Anna.UserId, new CloseAccountRequest(MachineFate.Give, Portal.Ben.UserId), None)).IsSuccess);

        Assert.False(await IsThereAsync(Portal.Anna));
        Assert.Equal(Portal.Ben.UserId, (await _portal.VmAsync(_vm)).OwnerId);
        Assert.True((await _portal.Snapshots.GetAsync(Portal.Ben, _snapshot, None)).IsSuccess);
    }

    [Fact]
    public async Task Giving_IsForAdministrators_AndNeedsSomebodyElse()
    {
        await RefusedAsync(Portal.Anna, Portal.Anna, new CloseAccountRequest(MachineFate.Give, Portal.Ben.UserId), FailureCodes.AdministratorsOnly);
        await RefusedAsync(Portal.Admin, Portal.Anna, new CloseAccountRequest(MachineFate.Give), FailureCodes.UserUnknown);
        await RefusedAsync(Portal.Admin, Portal.Anna, new CloseAccountRequest(MachineFate.Give, Guid.NewGuid()), FailureCodes.UserUnknown);
        await RefusedAsync(Portal.Admin, Portal.Anna, new CloseAccountRequest(MachineFate.Give, Portal.Anna.UserId), FailureCodes.UserUnknown);
        await RefusedAsync(Portal.Admin, Portal.Anna, new CloseAccountRequest((MachineFate)7), FailureCodes.FateInvalid);
    }

    [Fact]
    public async Task Machine_ThatIsBusy_IsNotGivenAndNothingElseIsDone()
    {
        var gate = _portal.Engine.Block("Take:Capture");
        var operation = await _portal.RequestTakeAsync(_vm, "now");
        await RefusedAsync(Portal.Admin, Portal.Anna, new CloseAccountRequest(MachineFate.Give, Portal.Ben.UserId), FailureCodes.VmBusy);

        gate.Open();
        await _portal.EndedAsync(operation);
    }

    [Fact]
    public async Task LastAdministrator_IsNotDeleted()
    {
        await RefusedAsync(Portal.Admin, Portal.Admin, Leaving, FailureCodes.LastAdministrator);

        await AppointAsync(Portal.Ben);
        Assert.True((await Closing().CloseAsync(Portal.Admin, Portal.Admin.UserId, Leaving, None)).IsSuccess);
    }

    [Fact]
    public async Task Account_ThatIsDeleted_LeavesNoTokenAndOneLineInTheAuditLog()
    {
        var token = (await _portal.Services.GetRequiredService<IAccessTokens>().CreateAsync(Portal.Anna, new TokenRequest("script", TimeSpan.FromDays(7)), None)).Value!;

        Assert.True((await Closing().CloseAsync(Portal.Anna, Portal.Anna.UserId, Leaving, None)).IsSuccess);

        await using var db = await _portal.ContextAsync();
        Assert.False(await db.AccessTokens.AnyAsync(t => t.Id == token.Token.Id, None));
        var line = await db.AuditEntries.SingleAsync(static e => e.Act == AuditActs.AccountDeleted, None);
        Assert.Equal((Portal.Anna.UserId, "Anna", AuditOutcome.Done, "machines left"), (line.SubjectId, line.SubjectName, line.Outcome, line.Detail));
    }

    [Fact]
    public async Task Student_WhoGoes_LeavesTheClassItsMachine()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        var vm = await room.Portal.ReadAsync(static db => db.Vms.SingleAsync(static v => v.OwnerId == Portal.Sam.UserId));

        var closed = await Closing(room.Portal).CloseAsync(Portal.Sam, Portal.Sam.UserId, new CloseAccountRequest(MachineFate.Delete), None);

        Assert.Equal([vm.Name], closed.Value!.ClassMachines);
        var detail = (await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Value!;
        Assert.DoesNotContain(detail.Members, static m => m.UserId == Portal.Sam.UserId);
        Assert.True((await room.Portal.Vms.GetAsync(Portal.Tess, vm.Id, None)).IsSuccess);
    }

    [Fact]
    public async Task Teacher_WhoIsTheOnlyOne_IsDeletedOnlyWithAnHeir()
    {
        await using var room = await Classroom.MakeAsync();
        Assert.True((await room.Portal.Classes.SetRoleAsync(Portal.Tess, room.Class, Portal.Cora.UserId, ClassRole.Student, None)).IsSuccess);
        var has = (await Closing(room.Portal).PreviewAsync(Portal.Tess, Portal.Tess.UserId, None)).Value!;
        Assert.Single(has.TaughtAlone);
        Assert.Single(has.Templates);

        var refused = await Closing(room.Portal).CloseAsync(Portal.Tess, Portal.Tess.UserId, Leaving, None);
        Assert.Equal(FailureCodes.LastTeacher, refused.Failure!.Code);
        Assert.True(await IsThereAsync(Portal.Tess, room.Portal));

        Assert.True((await Closing(room.Portal).CloseAsync(Portal.Admin, Portal.Tess.UserId, new CloseAccountRequest(MachineFate.Give, Portal.Cora.UserId), None)).IsSuccess);
        var detail = (await room.Portal.Classes.GetAsync(Portal.Cora, room.Class, None)).Value!;
        Assert.Equal(ClassRole.Teacher, detail.Members.Single(static m => m.UserId == Portal.Cora.UserId).Role);
        Assert.Equal(Portal.Cora.UserId, (await room.Portal.VmAsync(room.LabVm)).OwnerId);
        Assert.Equal(Portal.Cora.UserId, (await room.Portal.ReadAsync(static db => db.Templates.SingleAsync())).OwnerId);
    }

    [Fact]
    public async Task Machine_WhoseSnapshotIsPublished_IsNotDeletedAndNeitherIsTheAccount()
    {
        await using var room = await Classroom.MakeAsync();

        var refused = await Closing(room.Portal).CloseAsync(Portal.Tess, Portal.Tess.UserId, new CloseAccountRequest(MachineFate.Delete), None);

        Assert.Equal(FailureCodes.TemplatePublished, refused.Failure!.Code);
        Assert.True(await IsThereAsync(Portal.Tess, room.Portal));
        Assert.Contains((await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Value!.Members, static m => m.UserId == Portal.Tess.UserId);
        Assert.False(await room.Portal.ReadAsync(static db => db.Operations.AnyAsync(static o => o.Kind == OperationKind.DeleteVm)));
    }

    private IAccountClosing Closing(Portal? portal = null) => (portal ?? _portal).Services.GetRequiredService<IAccountClosing>();

    private async Task<bool> IsThereAsync(Actor actor, Portal? portal = null)
    {
        await using var db = await (portal ?? _portal).ContextAsync();
        return await db.Users.AnyAsync(u => u.Id == actor.UserId, None);
    }

    private async Task RefusedAsync(Actor actor, Actor account, CloseAccountRequest request, string code)
    {
        var refused = await Closing().CloseAsync(actor, account.UserId, request, None);
        Assert.Equal(code, refused.Failure?.Code);
        Assert.True(await IsThereAsync(account));
    }

    private async Task AppointAsync(Actor actor)
    {
        await using var db = await _portal.ContextAsync();
        var role = await db.Roles.SingleAsync(static r => r.Name == PortalRoles.Administrator, None);
        db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = actor.UserId, RoleId = role.Id });
        await db.SaveChangesAsync(None);
    }
}
