using SnapshotPortal.Domain.Mail;

namespace SnapshotPortal.Domain.Tests;

public sealed class OutgoingMailTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static OutgoingMail Mail(MailKind kind = MailKind.Invitation) => new() { Kind = kind, CreatedAt = _now };

    [Fact]
    public void Pause_AfterEachAttempt_GrowsToAnHour()
    {
        var pauses = Enumerable.Range(1, 100).Select(OutgoingMail.PauseAfter).ToList();

        Assert.Equal(TimeSpan.FromSeconds(30), pauses[0]);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.FromHours(1), pauses[^1]);
    }

    [Fact]
    public void Letter_WithALinkOfHours_IsUselessSoonerThanOthers()
        => Assert.True(Mail(MailKind.PasswordReset).UselessAt < Mail(MailKind.DeploymentOver).UselessAt);

    [Fact]
    public void Letter_ThatEnded_CannotEndAgain()
    {
        var mail = Mail();
        mail.End(MailState.Sent, _now);

        Assert.Throws<IllegalTransitionException>(() => mail.End(MailState.GivenUp, _now));
        Assert.Throws<IllegalTransitionException>(() => Mail().End(MailState.Waiting, _now));
        Assert.Equal((MailState.Sent, _now), (mail.State, mail.EndedAt));
    }
}
