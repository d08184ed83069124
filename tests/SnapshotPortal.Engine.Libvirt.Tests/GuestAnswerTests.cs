using System.Text;
using SnapshotPortal.Engine.Libvirt.Cloning;
using SnapshotPortal.Engine.Libvirt.Identities;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What guests answer, and what they are given to read.</summary>
public sealed class GuestAnswerTests
{
    [Theory]
    [InlineData("web-2\n", "web-2")]
    [InlineData("web.example.org", "web.example.org")]
    [InlineData("", null)]
    [InlineData("<script>alert(1)</script>", null)]
    [InlineData("two words", null)]
    [InlineData(null, null)]
    public void HostName_OnlyWhatCanBeOne_IsBelieved(string? answer, string? expected) => Assert.Equal(expected, GuestAnswers.HostName(answer));

    [Fact]
    public void HostName_WithoutEnd_IsNotBelieved() => Assert.Null(GuestAnswers.HostName(new string('a', 100_000)));

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef\n", "0123456789abcdef0123456789abcdef")]
    [InlineData("uninitialized\n", null)]
    [InlineData("0123456789ABCDEF0123456789ABCDEF", null)]
    [InlineData("0123", null)]
    public void MachineId_OnlyWhatCanBeOne_IsBelieved(string answer, string? expected) => Assert.Equal(expected, GuestAnswers.MachineId(answer));

    [Fact]
    public void Seed_HoldsWhatWasTyped_AsTextOnly()
    {
        var request = new CloudInitRequest("ada", "$6$salt$hash", ["ssh-ed25519 AAAA \"x\": y\\n- z"]);

        var disc = Encoding.ASCII.GetString(CloudInitSeed.Make("web-2", request));

        Assert.Contains("#cloud-config\n{\"hostname\":\"web-2\"", disc, StringComparison.Ordinal);
        Assert.Contains("\"local-hostname\":\"web-2\"", disc, StringComparison.Ordinal);
        Assert.Contains("\\u0022x\\u0022: y", disc, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seed_ReadByTheSystem_HasItsLabelAndItsFiles()
    {
        var folder = Directory.CreateTempSubdirectory("sp-seed");
        var path = Path.Combine(folder.FullName, "seed.iso");
        await File.WriteAllBytesAsync(path, IsoImage.Make("CIDATA", [("meta-data", "one"u8.ToArray()), ("user-data", Encoding.ASCII.GetBytes(new string('x', 5000)))]), TestContext.Current.CancellationToken);

        var seen = GuestHost.Run("/usr/sbin/blkid", "-p", path);

        Assert.Contains("LABEL=\"CIDATA\"", seen, StringComparison.Ordinal);
        Assert.Contains("TYPE=\"iso9660\"", seen, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }
}
