using System.Globalization;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Measuring;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What is believed of the addresses that a guest tells, and where a definition says that its cards are.</summary>
public sealed class GuestAddressTests
{
    private static readonly NetworkCard Card = new("52:54:00:aa:bb:01", "the network “lab”", null, []);

    [Theory]
    [InlineData("192.168.100.7", "192.168.100.7")]
    [InlineData("10.0.2.15", "10.0.2.15")]
    [InlineData("2001:DB8::0:7", "2001:db8::7")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::7%3", "2001:db8::7")]
    public void Address_ThatOthersReach_IsWrittenInOneWay(string told, string shown)
        => Assert.Equal(shown, GuestAddresses.Address(told)?.ToString());

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.1.1")]
    [InlineData("fe80::5054:ff:feaa:bb01")]
    [InlineData("fe80::1%eth0")]
    [InlineData("169.254.10.20")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("1")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    [InlineData("")]
    [InlineData("not an address")]
    [InlineData("10.0.0.1; rm -rf /")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("10.0.0.1\n10.0.0.2")]
    public void Address_ThatOnlyTheGuestReachesOrThatIsNone_IsLeftOut(string told)
        => Assert.Null(GuestAddresses.Address(told));

    [Fact]
    public void Address_OfEndlessLength_IsNotEvenRead()
        => Assert.Null(GuestAddresses.Address(new string('0', 1_000_000) + "10.0.0.1"));

    [Theory]
    [InlineData("enp1s0", "enp1s0")]
    [InlineData(" Ethernet 2 ", "Ethernet 2")]
    [InlineData("LAN-Verbindung é", "LAN-Verbindung é")]
    [InlineData("<b>eth0</b>", "<b>eth0</b>")]
    [InlineData("", null)]
    [InlineData("eth0\u001b[31m", null)]
    [InlineData("eth0\u202egnp", null)]
    [InlineData("eth\n0", null)]
    public void Name_OfAnInterface_IsShownOnlyWhereItIsText(string told, string? shown)
        => Assert.Equal(shown, GuestAddresses.Name(told));

    [Fact]
    public void Name_OfEndlessLengthOrWithHalfACharacter_IsNotShown()
    {
        Assert.Null(GuestAddresses.Name(new string('e', 65)));
        Assert.Null(GuestAddresses.Name("eth" + (char)0xd800));
    }

    [Fact]
    public void Cards_GetTheAddressesOfTheirMac_AndWhatIsOnNoneOfThemIsLeftOut()
    {
        var second = Card with { Mac = "52:54:00:aa:bb:02" };

        var cards = GuestAddresses.On(
            [Card, second],
            [
                Told("lo", "00:00:00:00:00:00", "127.0.0.1"),
                Told("enp1s0", "52:54:00:AA:BB:01", "fe80::1", "2001:db8::7", "192.168.100.7", "192.168.100.7"),
                Told("enp1s0.20", "52:54:00:aa:bb:01", "10.20.0.7"),
                Told("docker0", "02:42:ac:11:00:02", "172.17.0.1"),
                Told("tun0", null, "10.8.0.2"),
            ]);

        Assert.Equal(("enp1s0", "192.168.100.7 10.20.0.7 2001:db8::7"), (cards[0].GuestName, string.Join(' ', cards[0].Addresses)));
        Assert.Equal((null, 0), (cards[1].GuestName, cards[1].Addresses.Count));
    }

    [Fact]
    public void Cards_OfAGuestThatTellsWithoutEnd_StayShort()
    {
        var told = Enumerable.Range(0, 5_000).Select(n => Told($"eth{n}", Card.Mac, [.. Enumerable.Range(0, 300).Select(a => string.Create(CultureInfo.InvariantCulture, $"10.{n % 200}.{a % 250}.{(a * 7 % 250) + 1}"))])).ToList();

        var card = Assert.Single(GuestAddresses.On([Card], told));

        Assert.Equal(GuestAddresses.MostAddresses, card.Addresses.Count);
    }

    [Fact]
    public void Definition_Cards_SayMacAndWhereTheyArePluggedIn()
    {
        var definition = DomainDefinition.Parse("""
            <domain><name>web</name><devices>
              <interface type='network'><mac address='52:54:00:aa:bb:01'/><source network='lab'/></interface>
              <interface type='bridge'><mac address='52:54:00:aa:bb:02'/><source bridge='br0'/></interface>
              <interface type='user'><mac address='52:54:00:aa:bb:03'/></interface>
              <interface type='user'/>
            </devices></domain>
            """);

        Assert.Equal(
            ["52:54:00:aa:bb:01 the network “lab”", "52:54:00:aa:bb:02 the bridge br0", "52:54:00:aa:bb:03 a private network behind the host's address"],
            definition.NetworkCards.Select(static c => $"{c.Mac} {c.Network}"));
        Assert.True(definition.HasLibvirtNetwork);
    }

    private static DomainInterface Told(string name, string? mac, params string[] addresses)
        => new(name, mac, [.. addresses.Select(static a => new DomainInterfaceAddress(a.Contains(':', StringComparison.Ordinal) ? IPAddressType.Ipv6 : IPAddressType.Ipv4, a, 24))]);
}
