using System.Text.RegularExpressions;
using LibVirt;

namespace SnapshotPortal.Engine.Libvirt.Power;

/// <summary>Why a machine could not be started and what to do, where libvirt's words tell.</summary>
internal static partial class StartTrouble
{
    // What says why comes early; no message is long enough to be worth more.
    private const int MostRead = 8 * 1024;

    /// <summary>In sentences, libvirt's own at the end; libvirt's alone where nobody knows more.</summary>
    public static string Explain(LibvirtException e) => Find(e) is { } cause ? $"{cause} The hypervisor said: {QemuWords.Sentence(e.Message)}" : e.Message;

    /// <summary>The cause and what to do, in sentences; <see langword="null"/> where it is not known.</summary>
    public static string? Find(LibvirtException e)
    {
        var said = e.Message[..Math.Min(e.Message.Length, MostRead)];
        if (Says("cannot set up guest memory") || Says("Cannot allocate memory"))
        {
            return "The host has too little free memory for this machine. Shut down other machines on it, or ask an administrator, then start it again.";
        }

        if (MissingFile().Match(said) is { Success: true } file)
        {
            return $"A file that the machine needs is not on the host: {file.Groups["path"].Value}. Ask an administrator to put it back, then start the machine again.";
        }

        if (ForbiddenFile().Match(said) is { Success: true } closed)
        {
            return $"The hypervisor may not use a file of this machine: {closed.Groups["path"].Value}. Ask an administrator to look at its owner and rights, then start the machine again.";
        }

        if (Lock().IsMatch(said))
        {
            return "Something else on the host uses a disk of this machine: another machine, a backup, or a program. End that first, then start it again.";
        }

        if (Says("Address already in use") || Says("Unable to find an unused port"))
        {
            return "A port that the machine wants, for its display for example, is in use on the host. Ask an administrator to let the machine choose one by itself, then start it again.";
        }

        if (StoppedNetwork().Match(said) is { Success: true } stopped)
        {
            return $"The network “{stopped.Groups["name"].Value}” of this machine does not run on the host. Ask an administrator to start it (virsh net-start {stopped.Groups["name"].Value}), then start the machine again.";
        }

        if (MissingNetwork().Match(said) is { Success: true } gone)
        {
            return $"The network “{gone.Groups["name"].Value}” of this machine is not on the host. Ask an administrator to make it, then start the machine again.";
        }

        return Says("KVM is not available") || Says("requires KVM") || Says("Could not access KVM kernel module") || Says("failed to initialize kvm") || Says("support virt type 'kvm'")
            ? "The machine needs KVM, and the host cannot give it. Ask an administrator: the page “Is everything ready?” tells what is missing."
            : null;

        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"(Cannot access (storage|backing) file|Could not open) '(?<path>[^'\n]{1,4096})'[^\n]*: No such file or directory", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex MissingFile();

    [GeneratedRegex(@"(Cannot access (storage|backing) file|Could not open) '(?<path>[^'\n]{1,4096})'[^\n]*: Permission denied", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ForbiddenFile();

    [GeneratedRegex(@"Failed to (get (shared )?""[a-z ]+"" lock|lock byte)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Lock();

    [GeneratedRegex(@"network '(?<name>[^'\n]{1,255})' is not active", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex StoppedNetwork();

    [GeneratedRegex(@"no network with matching name '(?<name>[^'\n]{1,255})'", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex MissingNetwork();
}
