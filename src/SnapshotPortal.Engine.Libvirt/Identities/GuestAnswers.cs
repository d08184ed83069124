using System.Text.RegularExpressions;

namespace SnapshotPortal.Engine.Libvirt.Identities;

/// <summary>What is believed of a guest's answers: only what has the shape that it must have.</summary>
internal static partial class GuestAnswers
{
    /// <summary>Where OpenSSH and its like keep the public halves of their host keys.</summary>
    public static IReadOnlyList<string> KeyFiles { get; } =
        ["/etc/ssh/ssh_host_ed25519_key.pub", "/etc/ssh/ssh_host_ecdsa_key.pub", "/etc/ssh/ssh_host_rsa_key.pub"];

    public static string? HostName(string? answer) => answer?.Trim() is { } name && Host().IsMatch(name) ? name : null;

    public static string? MachineId(string? answer) => answer?.Trim() is { } id && Id().IsMatch(id) ? id : null;

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,252})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Host();

    [GeneratedRegex(@"^[0-9a-f]{32}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
