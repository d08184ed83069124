using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LibVirt;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Measuring;

/// <summary>
/// What is believed of the addresses that a guest tells: those that can be one, of the cards that the machine has, and not more
/// than anybody reads.
/// </summary>
internal static class GuestAddresses
{
    /// <summary>A guest has no more interfaces than this on all its cards, or the rest is not read.</summary>
    public const int MostInterfaces = 256;

    /// <summary>Of one card.</summary>
    public const int MostAddresses = 16;

    private const int LongestAddress = 64;
    private const int LongestName = 64;

    /// <summary>The cards with the addresses that were told of them. What belongs to none of them, such as a bridge inside the guest, is left out.</summary>
    /// <param name="cards">The cards, as the definition has them.</param>
    /// <param name="told">What was told.</param>
    public static IReadOnlyList<NetworkCard> On(IReadOnlyList<NetworkCard> cards, IReadOnlyList<DomainInterface> told)
    {
        var byMac = told.Take(MostInterfaces)
            .Where(static i => i.HardwareAddress is not null)
            .ToLookup(static i => i.HardwareAddress!, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. cards.Select(card => card with
            {
                GuestName = byMac[card.Mac].Select(static i => Name(i.Name)).FirstOrDefault(static n => n is not null),
                Addresses =
                [
                    .. byMac[card.Mac].SelectMany(static i => i.Addresses.Take(MostAddresses)).Select(static a => Address(a.Address)).OfType<IPAddress>()
                        .Distinct().Take(MostAddresses)
                        .OrderBy(static a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).Select(static a => a.ToString()),
                ],
            }),
        ];
    }

    /// <summary>An address that somebody else can reach; <see langword="null"/> for everything else.</summary>
    public static IPAddress? Address(string text)
    {
        if (text.Length > LongestAddress || !IPAddress.TryParse(text, out var parsed))
        {
            return null;
        }

        // Without the scope, which names an interface inside the guest.
        var address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : new IPAddress(parsed.GetAddressBytes());
        return IsOfTheGuestAlone(address) ? null : address;
    }

    /// <summary>What the guest calls an interface; <see langword="null"/> where that is no name to show.</summary>
    public static string? Name(string text)
        => text.Trim() is { Length: > 0 and <= LongestName } name && name.All(IsVisible) ? name : null;

    private static bool IsOfTheGuestAlone(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return IPAddress.IsLoopback(address) || (address.AddressFamily == AddressFamily.InterNetwork
            ? bytes[0] is 0 or >= 224 || bytes is [169, 254, ..]
            : address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(IPAddress.IPv6Any));
    }

    // No controls, no halves of characters, nothing that turns the direction of writing.
    private static bool IsVisible(char c) => CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
