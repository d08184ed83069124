using Microsoft.EntityFrameworkCore;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests.Classes;

public sealed class ClassTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Roster_WithAWrongLine_AddsNobodyAndSaysWhichLine()
    {
        await using var room = await Classroom.MakeAsync();
        var before = (await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Value!.Members.Count;

        var outcome = await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, "email;name\nnew@example.org;New\nnobody;Nobody\n", None);

        Assert.Equal((FailureKind.Invalid, FailureCodes.RosterInvalid), (outcome.Failure!.Kind, outcome.Failure.Code));
        Assert.Contains("Line 3", outcome.Failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Value!.Members.Count);
    }

    [Fact]
    public async Task Roster_Previewed_SaysOfEachLineWhatWouldHappen()
    {
        await using var room = await Classroom.MakeAsync();

        var roster = (await room.Portal.Classes.PreviewRosterAsync(
            Portal.Tess,
            room.Class,
            $"{Portal.Email(Portal.Ben)}\n{Portal.Email(Portal.Sam)}\nnew@example.org\nNEW@example.org\nwrong@@example.org",
            None)).Value!;

        Assert.Equal([RosterRowState.Known, RosterRowState.Member, RosterRowState.New, RosterRowState.Duplicate, RosterRowState.Invalid], roster.Rows.Select(static r => r.State));
        Assert.Equal((2, 1, 1), (roster.ToAdd, roster.ToInvite, roster.Invalid));
    }

    [Fact]
    public async Task Roster_WithAnAccountThatSomebodyMadeForAnAddressTheyNeverProved_SaysToCheck()
    {
        await using var room = await Classroom.MakeAsync();
        await room.Portal.Classes.AddRosterAsync(Portal.Otto, room.OttosClass, "invited@example.org", None);
        await using (var db = await room.Portal.ContextAsync())
        {
            await db.Users.Where(static u => u.Id == Portal.Ben.UserId).ExecuteUpdateAsync(static s => s.SetProperty(static u => u.EmailConfirmed, false), None);
        }

        var roster = (await room.Portal.Classes.PreviewRosterAsync(Portal.Tess, room.Class, $"{Portal.Email(Portal.Ben)}\n{Portal.Email(Portal.Anna)}\ninvited@example.org\nnew@example.org", None)).Value!;

        Assert.Equal([true, false, false, false], roster.Rows.Select(static r => r.Doubtful));
        Assert.Contains("nobody has proved that this address is theirs", roster.Rows[0].Message, StringComparison.Ordinal);
        Assert.All(roster.Rows.Skip(1), static r => Assert.Null(r.Message));
        Assert.Equal((4, 1, 0), (roster.ToAdd, roster.Doubtful, roster.Invalid));

        // It is a warning: whoever has asked the student goes on.
        Assert.True((await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, Portal.Email(Portal.Ben), None)).IsSuccess);
    }

    [Fact]
    public async Task Roster_WithAnAddressThatOnlyLooksLikeAStudents_AddsNobodyAndMakesNoAccount()
    {
        await using var room = await Classroom.MakeAsync();
        const string LooksAlike = "sаm@example.org";

        var refused = await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, $"{LooksAlike}\nnew@example.org", None);

        Assert.Equal(FailureCodes.RosterInvalid, refused.Failure?.Code);
        await using var db = await room.Portal.ContextAsync();
        Assert.False(await db.Users.AnyAsync(static u => u.Email == LooksAlike || u.Email == "new@example.org", None));
    }

    [Fact]
    public async Task Roster_SentTwiceAtOnce_MakesEveryAccountAndMemberOnce()
    {
        await using var room = await Classroom.MakeAsync();
        var roster = string.Join('\n', Enumerable.Range(1, 20).Select(static n => $"student{n}@example.org,Student {n}"));

        var outcomes = await Task.WhenAll(
            room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, roster, None),
            room.Portal.Classes.AddRosterAsync(Portal.Cora, room.Class, roster, None));

        Assert.All(outcomes, static o => Assert.True(o.IsSuccess, o.Failure?.Message));
        var members = (await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Value!.Members;
        Assert.Equal(24, members.Count);
        Assert.Equal(20, members.Count(static m => m.Invited));
        await using var db = await room.Portal.ContextAsync();
        Assert.Equal(20, await db.Users.CountAsync(static u => u.Email!.StartsWith("student")));
    }

    [Fact]
    public async Task Roster_OfFiveHundredAndOne_IsRefusedAndOfFiveHundredIsNot()
    {
        await using var room = await Classroom.MakeAsync();
        static string Roster(int count) => string.Join('\n', Enumerable.Range(1, count).Select(static n => $"student{n}@example.org"));

        var refused = await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, Roster(501), None);
        var added = await room.Portal.Classes.AddRosterAsync(Portal.Tess, room.Class, Roster(500), None);

        Assert.Equal(FailureCodes.RosterTooLong, refused.Failure!.Code);
        Assert.Equal(504, added.Value!.Members.Count);
    }

    [Fact]
    public async Task Join_WithTheClassesCode_MakesAStudentUntilItIsClosed()
    {
        await using var room = await Classroom.MakeAsync();
        var code = (await room.Portal.Classes.SetJoinableAsync(Portal.Tess, room.Class, true, None)).Value!.JoinCode!;

        var joined = await room.Portal.Classes.JoinAsync(Portal.Ben, $" {code.ToUpperInvariant().Replace("-", " ", StringComparison.Ordinal)} ", None);
        await room.Portal.Classes.SetJoinableAsync(Portal.Tess, room.Class, false, None);
        var late = await room.Portal.Classes.JoinAsync(Portal.Anna, code, None);

        Assert.Equal(("Databases", ClassRole.Student), (joined.Value!.Name, joined.Value.MyRole));
        Assert.Equal((FailureKind.NotFound, FailureCodes.JoinCodeUnknown), (late.Failure!.Kind, late.Failure.Code));
    }

    [Fact]
    public async Task Class_ItsLastTeacher_CannotLeaveIt()
    {
        await using var room = await Classroom.MakeAsync();
        Assert.True((await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Cora.UserId, None)).IsSuccess);

        Assert.Equal(FailureCodes.LastTeacher, (await room.Portal.Classes.RemoveAsync(Portal.Tess, room.Class, Portal.Tess.UserId, None)).Failure!.Code);
        Assert.Equal(FailureCodes.LastTeacher, (await room.Portal.Classes.SetRoleAsync(Portal.Tess, room.Class, Portal.Tess.UserId, ClassRole.Student, None)).Failure!.Code);
    }

    [Theory]
    [InlineData("", null, null, FailureCodes.NameInvalid)]
    [InlineData("x", "2026-09-02", "2026-09-01", FailureCodes.TermInvalid)]
    public async Task Class_WithWrongFields_IsRefused(string name, string? starts, string? ends, string code)
    {
        await using var room = await Classroom.MakeAsync();

        var outcome = await room.Portal.Classes.CreateAsync(Portal.Tess, new ClassFields(name, null, Day(starts), Day(ends)), None);

        Assert.Equal(code, outcome.Failure!.Code);

        static DateOnly? Day(string? text) => text is null ? null : DateOnly.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Class_WithoutMachines_IsDeletedWithItsDeployments()
    {
        await using var room = await Classroom.MakeDeployedAsync();
        await room.EndedAsync((await room.ActAsync(BatchKind.Delete)).Id);

        Assert.True((await room.Portal.Classes.DeleteAsync(Portal.Tess, room.Class, None)).IsSuccess);
        Assert.Equal(FailureKind.NotFound, (await room.Portal.Classes.GetAsync(Portal.Tess, room.Class, None)).Failure!.Kind);
        Assert.Empty(await room.Portal.Classes.ListAsync(Portal.Sam, None));
    }
}
