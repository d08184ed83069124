using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Readiness;

/// <summary>What a check of a host means, line by line.</summary>
internal static class HostLines
{
    // A list of every machine of a large host would hide what matters.
    private const int NamesShown = 5;

    public static List<ReadinessLine> Of(HostRef host, HostCheck check) =>
    [
        new(ReadinessState.Ready, $"It answers at {host.Uri}: {check.Version}."),
        Kvm(check),
        .. Pools(host, check),
        .. Agents(host, check),
    ];

    public static ReadinessLine Unreachable(HostRef host, string message)
    {
        var why = message.EndsWith('.') ? message : $"{message}.";
        return new(ReadinessState.NotReady, $"It does not answer at {host.Uri}: {why} Try it as the portal's user; the command says what is wrong.", $"virsh -c {Quote(host.Uri)} list --all");
    }

    private static ReadinessLine Kvm(HostCheck check)
    {
        if (!check.HasKvm)
        {
            return new(ReadinessState.Weak, "libvirt finds no KVM there, so guests are emulated, many times slower. Processors with virtualisation switched on in the firmware need the module; inside a VM, nesting must be on.", "modprobe kvm_intel || modprobe kvm_amd; ls -l /dev/kvm");
        }

        if (check.KvmTrouble is { } trouble)
        {
            return new(ReadinessState.NotReady, $"libvirt offers KVM, but QEMU does not start on it: {trouble} Machines of type kvm may fail to start, and imported ones are emulated, many times slower. Where this host is a VM itself, nesting must be on outside of it.", "virt-host-validate qemu; systemd-detect-virt; dmesg | grep -i kvm");
        }

        var emulated = check.Machines.Where(static m => m.Emulated).Select(static m => m.Name).ToList();
        return emulated.Count == 0
            ? new(ReadinessState.Ready, "libvirt offers KVM.")
            : new(ReadinessState.Weak, $"libvirt offers KVM, but {Names(emulated)} {(emulated.Count == 1 ? "is" : "are")} defined without it (type qemu), which is many times slower.", $"virsh edit {Quote(emulated[0])}   # <domain type='kvm'>");
    }

    private static IEnumerable<ReadinessLine> Pools(HostRef host, HostCheck check)
    {
        var usable = check.Pools.Where(static p => p.WhyNoSnapshots is null).ToList();
        if (!usable.Exists(static p => p.IsActive))
        {
            yield return usable is [var stopped, ..]
                ? new(ReadinessState.NotReady, $"No storage pool that could hold snapshots runs. “{stopped.Name}” is stopped.", $"virsh -c {Quote(host.Uri)} pool-start {Quote(stopped.Name)}; virsh -c {Quote(host.Uri)} pool-autostart {Quote(stopped.Name)}")
                : new(ReadinessState.NotReady, "There is no storage pool of type dir, fs or netfs. Snapshots are files in one.", $"virsh -c {Quote(host.Uri)} pool-define-as default dir --target /var/lib/libvirt/images; virsh -c {Quote(host.Uri)} pool-build default; virsh -c {Quote(host.Uri)} pool-start default; virsh -c {Quote(host.Uri)} pool-autostart default");
        }

        foreach (var pool in check.Pools.OrderBy(static p => p.Name, StringComparer.Ordinal))
        {
            yield return pool switch
            {
                { WhyNoSnapshots: { } why } => new(ReadinessState.Weak, $"The pool “{pool.Name}” holds no snapshots: {why}"),
                { IsActive: false } => new(ReadinessState.Weak, $"The pool “{pool.Name}” is stopped. Machines with disks in it cannot be snapshotted.", $"virsh -c {Quote(host.Uri)} pool-start {Quote(pool.Name)}; virsh -c {Quote(host.Uri)} pool-autostart {Quote(pool.Name)}"),
                { HasRoom: false } => new(ReadinessState.NotReady, $"The pool “{pool.Name}” has only {ByteWords.Decimal(pool.Free)} of {ByteWords.Decimal(pool.Capacity)} free: snapshots are refused there. Make room, or give it more.", $"virsh -c {Quote(host.Uri)} vol-list {Quote(pool.Name)} --details"),
                _ => new(ReadinessState.Ready, $"The pool “{pool.Name}” has {ByteWords.Decimal(pool.Free)} of {ByteWords.Decimal(pool.Capacity)} free."),
            };
        }
    }

    private static IEnumerable<ReadinessLine> Agents(HostRef host, HostCheck check)
    {
        var without = check.Machines.Where(static m => !m.HasChannel).Select(static m => m.Name).ToList();
        if (without.Count > 0)
        {
            yield return new(
                ReadinessState.Weak,
                $"{Names(without)} {(without.Count == 1 ? "has" : "have")} no channel for a guest agent: snapshots are as after a power cut. Add one and restart the machine.",
                $"virsh -c {Quote(host.Uri)} attach-device {Quote(without[0])} --persistent /dev/stdin <<< \"<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>\"");
        }

        var silent = check.Machines.Where(static m => m is { HasChannel: true, Connected: false }).Select(static m => m.Name).ToList();
        if (silent.Count > 0)
        {
            yield return new(ReadinessState.Weak, $"In {Names(silent)} no guest agent runs: snapshots are as after a power cut. Inside the guest:", "apt-get install qemu-guest-agent && systemctl enable --now qemu-guest-agent");
        }

        var ready = check.Machines.Count(static m => m.Connected is true);
        if (ready > 0)
        {
            yield return new(ReadinessState.Ready, $"{ready} running {(ready == 1 ? "guest has its" : "guests have their")} agent connected.");
        }
    }

    private static string Names(List<string> names)
    {
        var shown = string.Join(", ", names.Order(StringComparer.Ordinal).Take(NamesShown).Select(static n => $"“{n}”"));
        return names.Count <= NamesShown ? shown : $"{shown} (+{names.Count - NamesShown})";
    }

    // Names are whatever somebody gave a domain or a pool; the command is to be copied into a root shell.
    private static string Quote(string name)
        => name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':' or '+' or '@') && name.Length > 0 && name[0] != '-'
            ? name
            : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
