using SnapshotPortal.Domain.Identities;

namespace SnapshotPortal.Domain.Tests;

public sealed class IdentityTests
{
    private const string Key = "ED25519 SHA256:aaa";

    [Fact]
    public void Judge_EverythingDiffers_IsUniqueAndSaysFromWhom()
    {
        var verdict = IdentityComparison.Judge(Facts("a", "1", "A"), [new KnownGuest("web", Facts("w", "2", "B")), new KnownGuest("b", Facts("b", "3", "C"))]);

        Assert.Equal(IdentityState.Unique, verdict.State);
        Assert.Contains("differ from those of web and b", verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w", "1", "A", "Its host name is also that of web.")]
    [InlineData("W", "1", "A", "Its host name is also that of web.")]
    [InlineData("a", "2", "A", "Its machine id is also that of web.")]
    [InlineData("a", "1", "B", "Its SSH host key is also that of web.")]
    public void Judge_OneThingShared_IsNotUniqueAndSaysWhich(string host, string machine, string key, string message)
        => Assert.Equal(new IdentityVerdict(IdentityState.NotUnique, message), IdentityComparison.Judge(Facts(host, machine, key), [new KnownGuest("web", Facts("w", "2", "B"))]));

    [Fact]
    public void Judge_NothingToCompareWith_IsNotTakenForUnique()
        => Assert.Equal(IdentityState.Unverified, IdentityComparison.Judge(Facts("a", "1", "A"), []).State);

    [Fact]
    public void Judge_GuestThatTellsNothing_IsNotTakenForUnique()
        => Assert.Equal(IdentityState.Unverified, IdentityComparison.Judge(new GuestFacts(null, null, [], default), [new KnownGuest("web", new GuestFacts(null, null, [], default))]).State);

    [Fact]
    public void Judge_MachineIdUnread_IsNotTakenForUnique()
        => Assert.Equal(IdentityState.Unverified, IdentityComparison.Judge(new GuestFacts("a", null, [Key], default), [new KnownGuest("web", Facts("w", "2", "B"))]).State);

    [Fact]
    public void Judge_ManyShare_NamesThreeAndCountsTheRest()
    {
        var others = Enumerable.Range(1, 8).Select(static n => new KnownGuest($"lab-{n}", Facts("w", $"m{n}", $"k{n}"))).ToList();

        Assert.Contains("lab-1, lab-2, lab-3 and 5 more", IdentityComparison.Judge(Facts("w", "1", "A"), others).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprint_OfAPublicKey_IsTheOneOfSshKeygen()
        => Assert.Equal(
            "ED25519 SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU",
            SshHostKey.Fingerprint("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github.com\n"));

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 not-base64!")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl")]
    [InlineData("<script> AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl")]
    public void Fingerprint_OfSomethingElse_IsNone(string line) => Assert.Null(SshHostKey.Fingerprint(line));

    [Fact]
    public void Fingerprint_OfALineWithoutEnd_IsNone() => Assert.Null(SshHostKey.Fingerprint("ssh-rsa " + new string('A', 1_000_000)));

    private static GuestFacts Facts(string host, string machine, string key) => new(host, machine, [key], default);
}
