using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Domain.Deployments;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Mailing;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Tests.Mailing;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>What the portal does with letters, with a mail server that takes them.</summary>
public sealed partial class LetterTests : IAsyncDisposable
{
    private const string NewPassword = "another long password";

    private readonly SmtpServer _server = new();
    private readonly PortalHost _host;

    public LetterTests() => _host = new PortalHost()
        .With("Mail:Host", "localhost")
        .With("Mail:Port", $"{_server.Port}")
        .With("Mail:Security", "None")
        .With("Mail:From", "portal@example.org")
        .With("Mail:PortalAddress", "https://portal.example.org/");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _host.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task<string> TextAsync(HttpResponseMessage response) => WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync(Cancel));

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string address) => browser.GetAsync(new Uri(address, UriKind.Relative), Cancel);

    private static Task<HttpResponseMessage> ForgetAsync(HttpClient browser, string email)
        => PortalHost.PostFormAsync(browser, "/account/forgot-password", "forgot", ("Input.Email", email));

    private static Task<HttpResponseMessage> ResetAsync(HttpClient browser, string link, string password = NewPassword)
        => PortalHost.PostFormAsync(browser, "/account/sign-in", link, "reset", [("Input.Password", password), ("Input.Repeat", password)]);

    private async Task<MimeMessage> LetterToAsync(string email, string subject)
        => await Eventually.GetAsync(() => Task.FromResult(_server.To(email).LastOrDefault(m => m.Subject!.Contains(subject, StringComparison.Ordinal))), $"a letter “{subject}” comes to {email}");

    /// <summary>The address in a letter, as one below the portal's own.</summary>
    private static string LinkIn(MimeMessage letter)
    {
        var link = Link().Match(letter.TextBody!).Value;
        Assert.StartsWith("https://portal.example.org/account/", link, StringComparison.Ordinal);
        return new Uri(link).PathAndQuery;
    }

    [Fact]
    public async Task Forgotten_Password_IsReplacedByALinkThatWorksOnce()
    {
        using var browser = _host.Browser();
        await ForgetAsync(browser, "Dev@demo.test");
        var link = LinkIn(await LetterToAsync("dev@demo.test", "new password"));
        using var elsewhere = _host.Browser();
        await PortalHost.SignInAsync(elsewhere, "dev@demo.test");

        var page = await GetAsync(browser, link);
        var done = await ResetAsync(browser, link);
        var again = await ResetAsync(browser, link, "a third long password");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("/account/sign-in?notice=password-set", PortalHost.TargetOf(done));
        Assert.Equal(HttpStatusCode.Gone, again.StatusCode);
        Assert.Contains("is wrong", await TextAsync(await PortalHost.SignInAsync(_host.Browser(), "dev@demo.test")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(browser, "dev@demo.test", NewPassword)).StatusCode);
        await Eventually.TrueAsync(async () => (await GetAsync(elsewhere, "/")).StatusCode == HttpStatusCode.Redirect, "the session elsewhere has ended", TimeSpan.FromSeconds(15));
        await LetterToAsync("dev@demo.test", "account changed");
        Assert.DoesNotContain(Uri.UnescapeDataString(link.Split("token=")[1]), _host.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(link.Split("token=")[1], _host.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgotten_PasswordOfNobody_IsAnsweredLikeAnybodys()
    {
        using var browser = _host.Browser();

        var known = await TextAsync(await ForgetAsync(browser, "dev@demo.test"));
        var unknown = await TextAsync(await ForgetAsync(browser, "nobody@demo.test"));
        await LetterToAsync("dev@demo.test", "new password");
        await ForgetAsync(browser, "student1@demo.test");
        await LetterToAsync("student1@demo.test", "new password");

        Assert.Contains("If there is an account with this address", known, StringComparison.Ordinal);
        Assert.Equal(Varying().Replace(known, ""), Varying().Replace(unknown, ""));
        Assert.Empty(_server.To("nobody@demo.test"));
    }

    [Fact]
    public async Task Forgotten_Password_KeepsNothingSecretInTheDatabase()
    {
        await _server.StopAsync();
        using var browser = _host.Browser();

        await ForgetAsync(browser, "dev@demo.test");

        await using var db = await DbAsync();
        var mail = await Eventually.GetAsync(() => Task.FromResult(db.OutgoingMails.SingleOrDefault()), "the letter waits");
        Assert.Equal(("DEV@DEMO.TEST", null, null, (Guid?)null), (mail!.Address, mail.Detail, mail.FailureMessage?.Length > 500 ? "long" : null, mail.UserId));
    }

    [Theory]
    [InlineData("/account/reset-password")]
    [InlineData("/account/reset-password?user=not-a-guid&token=x")]
    [InlineData("/account/reset-password?user=00000000-0000-0000-0000-000000000001&token=x")]
    [InlineData("/account/confirm?user=00000000-0000-0000-0000-000000000001&token=x")]
    public async Task Link_MadeUp_HoldsNoLonger(string address)
    {
        using var browser = _host.Browser();

        Assert.Equal(HttpStatusCode.Gone, (await GetAsync(browser, address)).StatusCode);
    }

    [Fact]
    public async Task Link_OfAnother_CannotBeUsedForSomebodyElse()
    {
        using var browser = _host.Browser();
        await ForgetAsync(browser, "dev@demo.test");
        var link = LinkIn(await LetterToAsync("dev@demo.test", "new password"));
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var (dev, admin) = ((await users.FindByEmailAsync("dev@demo.test"))!, (await users.FindByEmailAsync("admin@demo.test"))!);

        var stolen = await ResetAsync(browser, link.Replace(dev.Id.ToString(), admin.Id.ToString(), StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.Gone, stolen.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(_host.Browser(), "admin@demo.test")).StatusCode);
    }

    [Fact]
    public async Task Server_ThatIsAway_HoldsUpNoRequest()
    {
        await _server.StopAsync();
        using var browser = _host.Browser();

        var answer = await ForgetAsync(browser, "dev@demo.test").WaitAsync(TimeSpan.FromSeconds(20), Cancel);

        Assert.Contains("on its way", await TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forgotten_PasswordOfOneAddressInManySpellings_IsOneLetter()
    {
        using var browser = _host.Browser();
        foreach (var email in new[] { "dev@demo.test", "DEV@demo.test", "Dev@Demo.Test", "student1@demo.test" })
        {
            await ForgetAsync(browser, email);
        }

        // They are sent in the order in which they were asked for.
        await LetterToAsync("student1@demo.test", "new password");

        Assert.Single(_server.To("dev@demo.test"));
    }

    [Fact]
    public async Task Asking_TooOften_IsRefused()
    {
        using var browser = _host.Browser();
        var refused = false;
        for (var i = 0; i < AccountPostLimit.Burst + 30 && !refused; i++)
        {
            refused = (await TextAsync(await ForgetAsync(browser, $"nobody{i}@demo.test"))).Contains(AccountPostLimit.Refusal, StringComparison.Ordinal);
        }

        Assert.True(refused);
    }

    [Fact]
    public async Task Registration_WithConfirmation_LetsNobodyInBeforeTheyFollowedTheLink()
    {
        _host.With("Registration:ConfirmAddress", "true");
        using var browser = _host.Browser();

        var registered = await TextAsync(await RegisterAsync(browser, "nia@example.org"));
        var early = await PortalHost.SignInAsync(browser, "nia@example.org", NewPassword);
        var guess = await PortalHost.SignInAsync(browser, "nia@example.org", "not the password");
        var link = LinkIn(await LetterToAsync("nia@example.org", "Confirm"));
        var looked = await GetAsync(_host.Browser(), link);
        var stillEarly = await PortalHost.SignInAsync(_host.Browser(), "nia@example.org", NewPassword);
        var confirmed = await PortalHost.PostFormAsync(browser, link, "confirm");

        Assert.Contains("Look into your mail", registered, StringComparison.Ordinal);
        Assert.Contains("Confirm your address first", await TextAsync(early), StringComparison.Ordinal);
        Assert.Contains("is wrong", await TextAsync(guess), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        Assert.Equal(HttpStatusCode.OK, stillEarly.StatusCode);
        Assert.Contains("Your address is confirmed", await TextAsync(confirmed), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(_host.Browser(), "nia@example.org", NewPassword)).StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await GetAsync(browser, link)).StatusCode);
    }

    [Fact]
    public async Task Registration_WithConfirmation_TellsOnlyItsOwnerThatAnAddressIsTaken()
    {
        _host.With("Registration:ConfirmAddress", "true");
        using var browser = _host.Browser();

        var taken = await TextAsync(await RegisterAsync(browser, "dev@demo.test"));

        Assert.Contains("Look into your mail", taken, StringComparison.Ordinal);
        Assert.Contains("You have one already", (await LetterToAsync("dev@demo.test", "You have an account")).TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invitation_Sent_ComesToTheStudentAndIsNotSentTwiceInAMoment()
    {
        var (teacher, classId, userId, email) = await InvitedAsync();
        var invitations = _host.Services.GetRequiredService<IInvitations>();

        var sent = await invitations.SendAsync(teacher, classId, userId, Cancel);
        var again = await invitations.SendAsync(teacher, classId, userId, Cancel);
        var letter = await LetterToAsync(email, "invitation to Networks");

        Assert.Equal(email, sent.Value);
        Assert.Equal(FailureCodes.InvitedRecently, again.Failure!.Code);
        Assert.Contains(teacher.Name, letter.TextBody, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(_host.Browser(), LinkIn(letter))).StatusCode);
    }

    [Theory]
    [InlineData("dev@demo.test")]
    [InlineData("student1@demo.test")]
    public async Task Invitation_SentByAStranger_IsRefused(string email)
    {
        var (_, classId, userId, _) = await InvitedAsync();
        var stranger = await ActorAsync(email);
        var invitations = _host.Services.GetRequiredService<IInvitations>();

        Assert.Equal(FailureKind.NotFound, (await invitations.SendAsync(stranger, classId, userId, Cancel)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await invitations.SendAsync(stranger, null, userId, Cancel)).Failure!.Kind);
        Assert.Equal(FailureKind.NotFound, (await invitations.MakeLinkAsync(stranger, null, userId, Cancel)).Failure!.Kind);
    }

    [Fact]
    public async Task Change_OfAnAccount_IsToldItsOwnerByMailInASentenceOfItsOwn()
    {
        // Whoever signs in as usual knows it, and whoever just signed out elsewhere, or has to wait, was told so on the page.
        AccountEventKind[] told = [.. Enum.GetValues<AccountEventKind>().Except([AccountEventKind.SignedIn, AccountEventKind.SignedInByPasskey, AccountEventKind.SignedOutElsewhere, AccountEventKind.LockedOut])];
        var owner = await ActorAsync("dev@demo.test");
        await using var scope = _host.Services.CreateAsyncScope();
        foreach (var kind in told)
        {
            await scope.ServiceProvider.GetRequiredService<AccountLetters>().ChangedAsync(owner.UserId, kind, Cancel);
        }

        await Eventually.TrueAsync(() => _server.To("dev@demo.test").Count == told.Length, "a letter of each change comes");
        var texts = _server.To("dev@demo.test").Select(static letter => letter.TextBody!.ReplaceLineEndings(" ")).ToList();
        Assert.All(told, kind => Assert.Single(texts, text => text.Contains(AccountWords.Sentence(kind), StringComparison.Ordinal)));
        Assert.DoesNotContain(texts, static text => text.Contains(WordTexts.SomethingAboutYourAccountChanged, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MailKind.DeploymentEndsSoon, "student1@demo.test", "end on", "your virtual machine net-1 of the class “Networks” will be shut down")]
    [InlineData(MailKind.DeploymentEndsSoon, "teacher@demo.test", "end on", "the virtual machines of “Lab 1” in the class “Networks” will be shut down")]
    [InlineData(MailKind.DeploymentOver, "student1@demo.test", "will be deleted on", "your virtual machine net-1 of the class “Networks” was shut down and locked")]
    [InlineData(MailKind.DeploymentDeleted, "teacher@demo.test", "are deleted", "are being deleted, with all snapshots")]
    public async Task End_OfAClassesMachines_ComesByMailToStudentsAndTeachers(MailKind kind, string email, string subject, string sentence)
    {
        var (teacher, classId, _, _) = await InvitedAsync();
        var (deployment, student) = (AddDeployment(classId, teacher, isOver: kind != MailKind.DeploymentEndsSoon), await ActorAsync("student1@demo.test"));
        await using (var db = await DbAsync())
        {
            var host = new VmHost { Name = "blade", Uri = "test:///default" };
            db.AddRange(host, deployment, new VirtualMachine { Id = Guid.NewGuid(), HostId = host.Id, Name = "net-1", OwnerId = student.UserId, Origin = VmOrigin.Cloned, ClassId = classId, DeploymentId = deployment.Id });
            await db.SaveChangesAsync(Cancel);
        }

        var addressee = await ActorAsync(email);
        await _host.Services.GetRequiredService<IMailOutbox>().AddAsync(new OutgoingMail { Kind = kind, UserId = addressee.UserId, AboutId = deployment.Id, CreatedAt = TimeProvider.System.GetUtcNow() }, TimeSpan.Zero, Cancel);

        var letter = await LetterToAsync(email, subject);
        Assert.StartsWith("Networks:", letter.Subject, StringComparison.Ordinal);
        Assert.Contains(sentence, letter.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task End_PutOffBeforeTheLetterIsSent_IsNotWrittenOf()
    {
        var (teacher, classId, _, _) = await InvitedAsync();
        var deployment = AddDeployment(classId, teacher, isOver: true);
        deployment.Extend(TimeProvider.System.GetUtcNow().AddDays(60), TimeSpan.FromDays(14));
        await using (var db = await DbAsync())
        {
            db.Add(deployment);
            await db.SaveChangesAsync(Cancel);
        }

        var outbox = _host.Services.GetRequiredService<IMailOutbox>();
        await outbox.AddAsync(new OutgoingMail { Kind = MailKind.DeploymentOver, UserId = teacher.UserId, AboutId = deployment.Id, CreatedAt = TimeProvider.System.GetUtcNow() }, TimeSpan.Zero, Cancel);

        await Eventually.TrueAsync(
            async () =>
            {
                await using var db = await DbAsync();
                return db.OutgoingMails.All(static m => m.State != MailState.Waiting);
            },
            "the letter was looked at");
        Assert.Empty(_server.To("teacher@demo.test"));
    }

    private static Deployment AddDeployment(Guid classId, Actor teacher, bool isOver)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new Deployment
        {
            ClassId = classId,
            TemplateId = Guid.CreateVersion7(),
            TemplateVersionId = Guid.CreateVersion7(),
            Name = "Lab 1",
            NamePattern = "net-{n}",
            CreatedById = teacher.UserId,
            CreatedAt = now.AddDays(-30),
            ExpiresAt = isOver ? now.AddHours(-1) : now.AddDays(6),
            WarnedAt = now.AddHours(-2),
            ExpiredAt = isOver ? now.AddMinutes(-30) : null,
        };
    }

    private static Task<HttpResponseMessage> RegisterAsync(HttpClient browser, string email)
        => PortalHost.PostFormAsync(browser, "/account/register", "register", ("Input.Name", "Nia"), ("Input.Email", email), ("Input.Password", NewPassword), ("Input.Repeat", NewPassword));

    private async Task<PortalDbContext> DbAsync() => await _host.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<PortalDbContext>>().CreateDbContextAsync(Cancel);

    private async Task<Actor> ActorAsync(string email)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var user = (await users.FindByEmailAsync(email))!;
        return new Actor(user.Id, user.DisplayName, await users.IsInRoleAsync(user, PortalRoles.Administrator), await users.IsInRoleAsync(user, PortalRoles.Teacher));
    }

    private async Task<(Actor Teacher, Guid ClassId, Guid UserId, string Email)> InvitedAsync()
    {
        var classes = _host.Services.GetRequiredService<IClasses>();
        var teacher = await ActorAsync("teacher@demo.test");
        var made = await classes.CreateAsync(teacher, new ClassFields("Networks"), Cancel);
        var email = $"{Guid.NewGuid():N}@school.example";
        var added = await classes.AddRosterAsync(teacher, made.Value!.Class.Id, $"Nia New;{email}", Cancel);
        return (teacher, made.Value.Class.Id, added.Value!.Members.Single(m => m.Email == email).UserId, email);
    }

    [GeneratedRegex(@"https?://\S+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Link();

    // What differs between two answers to the same question: tokens of forms, and what the framework writes for itself.
    [GeneratedRegex("value=\"CfDJ8[^\"]*\"|<!--.*?-->", RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Varying();
}
