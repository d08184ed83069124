using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Invitations and roles, with the real accounts.</summary>
public sealed class InvitationTests(PortalHost host) : IClassFixture<PortalHost>
{
    private static readonly (string Name, string Value)[] _form = [("Input.Name", "Nia Newcomer"), ("Input.Password", "twelve letters"), ("Input.Repeat", "twelve letters")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IInvitations Invitations => host.Services.GetRequiredService<IInvitations>();

    private IPeople People => host.Services.GetRequiredService<IPeople>();

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    private async Task<Actor> ActorAsync(string email)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = await users.FindByEmailAsync(email);
        return new Actor(user!.Id, user.DisplayName, await users.IsInRoleAsync(user, PortalRoles.Administrator), await users.IsInRoleAsync(user, PortalRoles.Teacher));
    }

    /// <summary>A class of the demo's teacher with one invited student of a new address.</summary>
    private async Task<(Actor Teacher, Guid ClassId, Guid UserId, string Email)> InvitedAsync()
    {
        var classes = host.Services.GetRequiredService<IClasses>();
        var teacher = await ActorAsync("teacher@demo.test");
        var made = await classes.CreateAsync(teacher, new ClassFields("Networks"), Cancel);
        var email = $"{Guid.NewGuid():N}@school.example";
        var added = await classes.AddRosterAsync(teacher, made.Value!.Class.Id, $"Nia New;{email}", Cancel);
        return (teacher, made.Value.Class.Id, added.Value!.Members.Single(m => m.Email == email).UserId, email);
    }

    /// <summary>Who is invited under an address that an account cannot have could never set a password.</summary>
    [Theory]
    [InlineData("аda.{0}@school.example", false)]
    [InlineData("ada.{0}@schооl.example", false)]
    [InlineData("ａda.{0}@school.example", false)]
    [InlineData("ada/{0}@school.example", false)]
    [InlineData("Ada_L-{0}+x@School.example", true)]
    public async Task Address_OfARosterAnAdministratorOrARegistration_IsJudgedAlike(string pattern, bool usable)
    {
        var teacher = await ActorAsync("teacher@demo.test");
        var classes = host.Services.GetRequiredService<IClasses>();
        var group = (await classes.CreateAsync(teacher, new ClassFields("Addresses"), Cancel)).Value!.Class.Id;
        string Address() => string.Format(CultureInfo.InvariantCulture, pattern, Guid.NewGuid().ToString("N"));

        var roster = (await classes.PreviewRosterAsync(teacher, group, Address(), Cancel)).Value!;
        var added = await People.AddAsync(await ActorAsync("admin@demo.test"), Address(), "Ada", Cancel);
        await using var scope = host.Services.CreateAsyncScope();
        var email = Address();
        var registered = await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().CreateAsync(new PortalUser { UserName = email, Email = email }, "twelve letters");

        Assert.Equal((usable, usable, usable), (roster.Invalid == 0, added.IsSuccess, registered.Succeeded));
    }

    [Fact]
    public async Task Invitation_Accepted_SetsNameAndPasswordAndSignsIn()
    {
        var (teacher, classId, userId, email) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        using var browser = host.Browser();
        Assert.Contains(email, await browser.GetStringAsync(new Uri(link, UriKind.Relative), Cancel), StringComparison.Ordinal);

        var answer = await PortalHost.PostFormAsync(browser, link, "invitation", _form);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri("/", UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal("Nia Newcomer", (await People.GetOwnAsync(new Actor(userId, "", false), Cancel))!.DisplayName);
        using var later = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(later, email, "twelve letters")).StatusCode);
    }

    [Theory]
    [InlineData("Nia\nNewcomer")]
    [InlineData("\u202eaiN")]
    public async Task Invitation_AcceptedUnderANameThatShowsAsSomethingElse_IsNot(string name)
    {
        var (teacher, classId, userId, _) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        using var browser = host.Browser();

        var answer = await PortalHost.PostFormAsync(browser, link, "invitation", [("Input.Name", name), ("Input.Password", "twelve letters"), ("Input.Repeat", "twelve letters")]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("visible characters", await TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_UsedTwice_HoldsNoLongerAndSaysWhatToDo()
    {
        var (teacher, classId, userId, email) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        using var browser = host.Browser();
        await PortalHost.PostFormAsync(browser, link, "invitation", _form);
        using var another = host.Browser();

        var page = await another.GetAsync(new Uri(link, UriKind.Relative), Cancel);
        var form = await PortalHost.PostFormAsync(another, "/account/sign-in", link, "invitation", [("Input.Name", "Thief"), ("Input.Password", "another password"), ("Input.Repeat", "another password")]);

        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
        Assert.Contains("ask your teacher for a new link", await TextAsync(page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, form.StatusCode);
        Assert.Contains("is wrong", await TextAsync(await PortalHost.SignInAsync(host.Browser(), email, "another password")), StringComparison.Ordinal);
        Assert.False((await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).IsSuccess);
    }

    [Theory]
    [InlineData("/account/invitation")]
    [InlineData("/account/invitation?user=not-a-guid&token=x")]
    [InlineData("/account/invitation?user=00000000-0000-0000-0000-000000000001&token=x")]
    public async Task Invitation_MadeUp_HoldsNoLonger(string address)
    {
        using var browser = host.Browser();

        var page = await browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
    }

    [Fact]
    public async Task Invitation_OfAnother_CannotBeUsedForSomebodyElse()
    {
        var (teacher, classId, nia, _) = await InvitedAsync();
        var (_, _, other, _) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, nia, Cancel)).Value!;
        using var browser = host.Browser();

        var page = await browser.GetAsync(new Uri(link.Replace(nia.ToString(), other.ToString(), StringComparison.Ordinal), UriKind.Relative), Cancel);

        Assert.Equal(HttpStatusCode.Gone, page.StatusCode);
    }

    [Fact]
    public async Task Invitation_TokenOfAPasswordReset_IsNone()
    {
        var (_, _, userId, _) = await InvitedAsync();
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var reset = await users.GeneratePasswordResetTokenAsync((await users.FindByIdAsync(userId.ToString()))!);

        Assert.Null(await Invitations.FindAsync(userId, reset));
    }

    [Theory]
    [InlineData("dev@demo.test")]
    [InlineData("student1@demo.test")]
    public async Task Invitation_ByAStranger_IsRefused(string email)
    {
        var (_, classId, userId, _) = await InvitedAsync();

        var link = await Invitations.MakeLinkAsync(await ActorAsync(email), classId, userId, Cancel);

        Assert.Equal(FailureKind.NotFound, link.Failure!.Kind);
    }

    [Fact]
    public async Task Invitation_OfSomebodyWhoCameByAnotherSystem_HoldsNoLonger()
    {
        var (teacher, classId, userId, _) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            Assert.True((await users.AddLoginAsync((await users.FindByIdAsync(userId.ToString()))!, new UserLoginInfo("oidc", $"{userId}", "School account"))).Succeeded);
        }

        using var browser = host.Browser();

        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(new Uri(link, UriKind.Relative), Cancel)).StatusCode);
        Assert.False((await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).IsSuccess);
        Assert.False((await Invitations.MakeLinkAsync(await ActorAsync("admin@demo.test"), classId: null, userId, Cancel)).IsSuccess);
        var members = (await host.Services.GetRequiredService<IClasses>().GetAsync(teacher, classId, Cancel)).Value!.Members;
        Assert.False(members.Single(m => m.UserId == userId).Invited);
    }

    [Fact]
    public async Task Invitation_OfSomebodyWithAPassword_IsRefusedToTheirTeacher()
    {
        var (teacher, classId, _, _) = await InvitedAsync();
        var classes = host.Services.GetRequiredService<IClasses>();
        var student = await ActorAsync("student1@demo.test");
        await classes.AddRosterAsync(teacher, classId, "student1@demo.test", Cancel);

        Assert.False((await Invitations.MakeLinkAsync(teacher, classId, student.UserId, Cancel)).IsSuccess);
    }

    [Fact]
    public async Task Invitation_OfSomebodyWithARole_IsNotHandedToATeacher()
    {
        var admin = await ActorAsync("admin@demo.test");
        var boss = (await People.AddAsync(admin, $"{Guid.NewGuid():N}@school.example", "Future Boss", Cancel)).Value!;
        Assert.True((await People.SetRoleAsync(admin, boss.Id, PortalRoles.Administrator, has: true, Cancel)).IsSuccess);
        var teacher = await ActorAsync("teacher@demo.test");
        var classes = host.Services.GetRequiredService<IClasses>();
        var classId = (await classes.CreateAsync(teacher, new ClassFields("Trap"), Cancel)).Value!.Class.Id;
        Assert.True((await classes.AddRosterAsync(teacher, classId, boss.Email, Cancel)).IsSuccess);

        var link = await Invitations.MakeLinkAsync(teacher, classId, boss.Id, Cancel);

        Assert.Equal(FailureKind.Forbidden, link.Failure?.Kind);
        Assert.Contains(boss.Email, link.Failure!.Message, StringComparison.Ordinal);
        Assert.True((await Invitations.MakeLinkAsync(admin, classId, boss.Id, Cancel)).IsSuccess);
        Assert.True((await People.SetRoleAsync(admin, boss.Id, PortalRoles.Administrator, has: false, Cancel)).IsSuccess);
    }

    [Fact]
    public async Task Invitation_FromBeforeARoleWasGiven_HoldsNoLonger()
    {
        var (teacher, classId, userId, _) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        var admin = await ActorAsync("admin@demo.test");

        Assert.True((await People.SetRoleAsync(admin, userId, PortalRoles.Teacher, has: true, Cancel)).IsSuccess);
        using var browser = host.Browser();

        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(new Uri(link, UriKind.Relative), Cancel)).StatusCode);
        Assert.True((await Invitations.MakeLinkAsync(admin, classId: null, userId, Cancel)).IsSuccess);
    }

    /// <summary>It would open the other class's machines to whoever kept it.</summary>
    [Fact]
    public async Task Invitation_ThatATeacherHoldsOfSomebodyWhoBecameAnotherTeachersToo_HoldsNoLonger()
    {
        var (teacher, classId, userId, email) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        using var browser = host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(link, UriKind.Relative), Cancel)).StatusCode);
        var admin = await ActorAsync("admin@demo.test");
        var fromAdministrators = (await Invitations.MakeLinkAsync(admin, classId: null, userId, Cancel)).Value!;
        var classes = host.Services.GetRequiredService<IClasses>();
        var otto = new Actor((await People.AddAsync(admin, $"{Guid.NewGuid():N}@school.example", "Otto", Cancel)).Value!.Id, "Otto", IsAdministrator: false, IsTeacher: true);
        var other = (await classes.CreateAsync(otto, new ClassFields("Databases"), Cancel)).Value!.Class.Id;

        Assert.True((await classes.AddRosterAsync(otto, other, email, Cancel)).IsSuccess);

        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(new Uri(link, UriKind.Relative), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(new Uri(fromAdministrators, UriKind.Relative), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Invitation_ThatATeacherHoldsWhoTeachesTheClassNoLonger_HoldsNoLonger()
    {
        var (teacher, classId, userId, _) = await InvitedAsync();
        var classes = host.Services.GetRequiredService<IClasses>();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        var admin = await ActorAsync("admin@demo.test");
        var student = await ActorAsync("student1@demo.test");
        Assert.True((await classes.AddRosterAsync(teacher, classId, "student1@demo.test", Cancel)).IsSuccess);
        Assert.True((await classes.SetRoleAsync(admin, classId, student.UserId, ClassRole.Teacher, Cancel)).IsSuccess);

        Assert.True((await classes.RemoveAsync(admin, classId, teacher.UserId, Cancel)).IsSuccess);
        using var browser = host.Browser();

        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(new Uri(link, UriKind.Relative), Cancel)).StatusCode);
    }

    /// <summary>The holder stands in the link, and the token is for this one.</summary>
    [Fact]
    public async Task Invitation_WithAnotherHolderOrNone_IsMadeUp()
    {
        var (teacher, classId, userId, _) = await InvitedAsync();
        var link = (await Invitations.MakeLinkAsync(teacher, classId, userId, Cancel)).Value!;
        var (holder, token) = InvitationHolder.Read(Uri.UnescapeDataString(link[(link.IndexOf("token=", StringComparison.Ordinal) + "token=".Length)..]));

        Assert.NotNull(await Invitations.FindAsync(userId, InvitationHolder.Write(holder, token)));
        Assert.Null(await Invitations.FindAsync(userId, token));
        Assert.Null(await Invitations.FindAsync(userId, InvitationHolder.Write(holder! with { UserId = userId }, token)));
        Assert.Null(await Invitations.FindAsync(userId, InvitationHolder.Write(holder with { ClassId = Guid.NewGuid() }, token)));
    }

    [Fact]
    public async Task Roles_SetByAdministrators_AreSeenAtTheNextSignIn()
    {
        var admin = await ActorAsync("admin@demo.test");
        var student = await ActorAsync("student2@demo.test");

        var made = await People.SetRoleAsync(admin, student.UserId, PortalRoles.Teacher, has: true, Cancel);
        var again = await People.SetRoleAsync(admin, student.UserId, PortalRoles.Teacher, has: true, Cancel);

        Assert.Equal([PortalRoles.Teacher], made.Value!.Roles);
        Assert.Equal([PortalRoles.Teacher], again.Value!.Roles);
        Assert.True((await ActorAsync("student2@demo.test")).IsTeacher);
        Assert.Empty((await People.SetRoleAsync(admin, student.UserId, PortalRoles.Teacher, has: false, Cancel)).Value!.Roles);
    }

    [Theory]
    [InlineData("dev@demo.test")]
    [InlineData("teacher@demo.test")]
    public async Task Roles_SetByAnybodyElse_AreRefused(string email)
    {
        var actor = await ActorAsync(email);

        var answer = await People.SetRoleAsync(actor, actor.UserId, PortalRoles.Administrator, has: true, Cancel);

        Assert.Equal(FailureCodes.AdministratorsOnly, answer.Failure!.Code);
    }

    [Fact]
    public async Task Roles_OwnAdministration_CannotBeTakenAway()
    {
        var admin = await ActorAsync("admin@demo.test");

        var answer = await People.SetRoleAsync(admin, admin.UserId, PortalRoles.Administrator, has: false, Cancel);

        Assert.Equal(FailureCodes.LastAdministrator, answer.Failure!.Code);
        Assert.True((await ActorAsync("admin@demo.test")).IsAdministrator);
    }

    [Fact]
    public async Task Roles_UnknownRoleOrAccount_SaysSo()
    {
        var admin = await ActorAsync("admin@demo.test");

        Assert.Equal(FailureCodes.RoleUnknown, (await People.SetRoleAsync(admin, admin.UserId, "Wizard", has: true, Cancel)).Failure!.Code);
        Assert.Equal(FailureCodes.UserUnknown, (await People.SetRoleAsync(admin, Guid.NewGuid(), PortalRoles.Teacher, has: true, Cancel)).Failure!.Code);
    }
}
