using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Mail;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Tests.Classes;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Mailing;

/// <summary>Letters: none is lost, none blocks a request, none is sent twice without need.</summary>
public sealed class MailTests
{
    private readonly MailServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Letter_Added_IsSentSoonAndOnce()
    {
        await using var portal = await Portal.StartAsync(_server.Serve);

        Assert.True(await AddAsync(portal, "a@example.org"));
        await Wait.UntilAsync(() => !_server.Taken.IsEmpty, "the letter is taken");
        await SettledAsync(portal, MailState.Sent);

        portal.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.True(await AddAsync(portal, "b@example.org"));
        await Wait.UntilAsync(() => _server.Taken.Count == 2, "the second letter is taken");
        Assert.Equal(["a@example.org", "b@example.org"], _server.Taken.Select(static t => t.Text.ToAddress));
    }

    [Fact]
    public async Task Server_ThatIsAway_LosesNothingAndIsTriedWithGrowingPauses()
    {
        _server.Refusal = new MailException("Connection refused.", MailTrouble.Server);
        await using var portal = await Portal.StartAsync(_server.Serve);
        var began = portal.Time.GetUtcNow();
        await AddAsync(portal, "a@example.org");

        var pauses = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await PassAsync(portal, TimeSpan.FromSeconds(5), async () => (await MailAsync(portal)).Attempts == attempt, $"attempt {attempt} failed");
            pauses.Add((await MailAsync(portal)).NextAttemptAt - portal.Time.GetUtcNow());
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.True(pauses[3] > TimeSpan.FromMinutes(3), $"{pauses[3]}");
        Assert.Equal(MailState.Waiting, (await MailAsync(portal)).State);
        _server.Refusal = null;
        await PassAsync(portal, TimeSpan.FromMinutes(1), () => Task.FromResult(!_server.Taken.IsEmpty), "the letter is taken");
        Assert.True(portal.Time.GetUtcNow() > began);
        Assert.Single(_server.Taken);
        Assert.Single(_server.Tried.Distinct());
    }

    [Fact]
    public async Task Server_ThatIsAway_IsNotTriedForEveryLetterAtOnce()
    {
        _server.Refusal = new MailException("Connection refused.", MailTrouble.Server);
        await using var portal = await Portal.StartAsync(_server.Serve);
        await portal.WriteAsync(db =>
        {
            for (var i = 0; i < 20; i++)
            {
                db.OutgoingMails.Add(Mail(portal, $"{i}@example.org"));
            }

            return Task.CompletedTask;
        });
        await AddAsync(portal, "last@example.org");

        await Wait.UntilAsync(() => !_server.Tried.IsEmpty, "one is tried");

        Assert.True(_server.Tried.Count <= 2, $"{_server.Tried.Count} attempts");
    }

    [Fact]
    public async Task Letter_RefusedForGood_IsGivenUpAndHoldsUpNoOther()
    {
        _server.Refusal = new MailException("550 no such person", MailTrouble.Refused);
        await using var portal = await Portal.StartAsync(_server.Serve);
        await AddAsync(portal, "nobody@example.org");
        await SettledAsync(portal, MailState.GivenUp);
        _server.Refusal = null;

        await AddAsync(portal, "somebody@example.org");

        await Wait.UntilAsync(() => !_server.Taken.IsEmpty, "the other is taken");
        Assert.Equal("somebody@example.org", _server.Taken.Single().Text.ToAddress);
    }

    [Fact]
    public async Task Letter_ThatIsOfNoUseAnyMore_IsGivenUp()
    {
        _server.Refusal = new MailException("Connection refused.", MailTrouble.Server);
        await using var portal = await Portal.StartAsync(_server.Serve);
        await AddAsync(portal, "a@example.org");
        await Wait.UntilAsync(async () => (await MailAsync(portal)).FailureMessage is not null, "it failed once");

        portal.Time.Advance(TimeSpan.FromDays(1));

        await PassAsync(portal, TimeSpan.FromMinutes(1), async () => (await MailAsync(portal)).State == MailState.GivenUp, "it is given up");
        Assert.Empty(_server.Taken);
    }

    [Fact]
    public async Task Letter_WithNothingToSay_IsDropped()
    {
        _server.Silent = MailKind.PasswordReset;
        await using var portal = await Portal.StartAsync(_server.Serve);

        await AddAsync(portal, "stranger@example.org");

        await SettledAsync(portal, MailState.Dropped);
        Assert.Empty(_server.Tried);
    }

    [Fact]
    public async Task Letter_AskedForTwiceInAMoment_IsOne()
    {
        await using var portal = await Portal.StartAsync(_server.Serve);

        Assert.True(await AddAsync(portal, "a@example.org"));
        Assert.False(await AddAsync(portal, "a@example.org"));
        portal.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.True(await AddAsync(portal, "a@example.org"));
    }

    [Fact]
    public async Task Letter_WrittenBeforeAKill_IsSentAfterTheRestart()
    {
        _server.Refusal = new MailException("Connection refused.", MailTrouble.Server);
        string file;
        await using (var dying = await Portal.StartAsync(_server.Serve))
        {
            await AddAsync(dying, "a@example.org");
            file = await dying.CrashAsync();
        }

        _server.Refusal = null;
        await using var portal = await Portal.StartAsync(setup =>
        {
            setup.File = file;
            _server.Serve(setup);
        });

        await PassAsync(portal, TimeSpan.FromMinutes(1), () => Task.FromResult(!_server.Taken.IsEmpty), "the letter is taken");
    }

    [Fact]
    public async Task Letters_WithoutAServer_AreNotKept()
    {
        await using var portal = await Portal.StartAsync();

        Assert.False(await AddAsync(portal, "a@example.org"));
        Assert.Equal(0, await portal.ReadAsync(static db => db.OutgoingMails.CountAsync(Cancel)));
    }

    [Fact]
    public async Task Expiry_OfADeployment_IsWrittenToItsStudentsAndTeachers()
    {
        await using var room = await Classroom.MakeAsync(_server.Serve);
        await room.DeployedAsync(await room.DeployAsync(room.Request() with { ExpiresAt = room.Portal.Time.GetUtcNow().AddDays(10), Grace = TimeSpan.FromDays(3) }));
        string[] people = [.. new[] { Portal.Sam, Portal.Sue, Portal.Tess, Portal.Cora }.Select(static a => a.UserId.ToString()).Order(StringComparer.Ordinal)];

        foreach (var (days, kind) in new[] { (4, MailKind.DeploymentEndsSoon), (6, MailKind.DeploymentOver), (3, MailKind.DeploymentDeleted) })
        {
            room.Portal.Time.Advance(TimeSpan.FromDays(days));
            await room.Portal.UntilWhileTimePassesAsync(
                () =>
                {
                    room.Portal.Time.Advance(TimeSpan.FromMinutes(1));
                    return Task.FromResult(Addressees(kind).Length >= people.Length);
                },
                $"{kind} is sent");
            Assert.Equal(people, Addressees(kind));
        }

        string[] Addressees(MailKind kind) => [.. _server.Taken.Where(t => t.Text.Subject == kind.ToString()).Select(static t => t.Text.ToAddress).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("Mail:From", "", "Mail:From")]
    [InlineData("Mail:PortalAddress", "", "Mail:PortalAddress")]
    [InlineData("Mail:PortalAddress", "portal", "Mail:PortalAddress")]
    [InlineData("Mail:PortalAddress", "ftp://portal.example.org", "https://")]
    [InlineData("Mail:Port", "0", "Mail:Port")]
    [InlineData("Mail:UserName", "portal", "Mail:PasswordFile")]
    [InlineData("Mail:PasswordFile", "/nonexistent", "Mail:UserName")]
    public async Task Settings_ThatCannotWork_StopTheStart(string key, string value, string expected)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Portal.StartAsync(setup =>
        {
            _server.Serve(setup);
            setup.Settings[key] = value;
        }));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    private static OutgoingMail Mail(Portal portal, string address) => new() { Kind = MailKind.PasswordReset, Address = address, CreatedAt = portal.Time.GetUtcNow() };

    private static Task<bool> AddAsync(Portal portal, string address)
        => portal.Services.GetRequiredService<IMailOutbox>().AddAsync(Mail(portal, address), TimeSpan.FromMinutes(2), Cancel);

    private static Task<OutgoingMail> MailAsync(Portal portal) => portal.ReadAsync(static db => db.OutgoingMails.AsNoTracking().SingleAsync(Cancel));

    private static Task PassAsync(Portal portal, TimeSpan step, Func<Task<bool>> until, string what) => Wait.UntilAsync(
        async () =>
        {
            portal.Time.Advance(step);
            return await until();
        },
        what);

    private static Task SettledAsync(Portal portal, MailState state)
        => Wait.UntilAsync(async () => (await MailAsync(portal)).State == state, $"the letter is {state}");
}
