using LibVirt;
using SnapshotPortal.Engine.Libvirt.Power;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>What becomes of the words of libvirt and QEMU where a machine does not start.</summary>
public sealed class StartTroubleTests
{
    [Theory]
    [InlineData("internal error: process exited while connecting to monitor: 2026-03-01T12:00:00.123456Z qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory", "too little free memory")]
    [InlineData("internal error: qemu unexpectedly closed the monitor: 2026-03-01T12:00:00.123456Z qemu-system-x86_64: mmap of 99 GiB failed: Cannot allocate memory", "too little free memory")]
    [InlineData("Cannot access storage file '/pool/web.qcow2': No such file or directory", "is not on the host: /pool/web.qcow2.")]
    [InlineData("Cannot access storage file '/pool/web.qcow2' (as uid:64055, gid:64055): No such file or directory", "is not on the host: /pool/web.qcow2.")]
    [InlineData("internal error: process exited while connecting to monitor: 2026-03-01T12:00:00.1Z qemu-system-x86_64: -blockdev {\"node-name\":\"libvirt-1\"}: Could not open '/iso/debian.iso': No such file or directory", "is not on the host: /iso/debian.iso.")]
    [InlineData("internal error: process exited while connecting to monitor: Could not open '/pool/web.qcow2': Permission denied", "may not use a file of this machine: /pool/web.qcow2.")]
    [InlineData("internal error: process exited while connecting to monitor: 2026-03-01T12:00:00.1Z qemu-system-x86_64: -device virtio-blk-pci: Failed to get \"write\" lock\nIs another process using the image [/pool/web.qcow2]?", "uses a disk of this machine")]
    [InlineData("internal error: process exited: Failed to get shared \"write\" lock", "uses a disk of this machine")]
    [InlineData("internal error: process exited while connecting to monitor: qemu-system-x86_64: -vnc 127.0.0.1:0: Failed to find an available port: Address already in use", "A port that the machine wants")]
    [InlineData("internal error: Unable to find an unused port in range 'vnc' (5900-65535)", "A port that the machine wants")]
    [InlineData("Requested operation is not valid: network 'lab' is not active", "(virsh net-start lab)")]
    [InlineData("Network not found: no network with matching name 'lab'", "The network “lab” of this machine is not on the host.")]
    [InlineData("unsupported configuration: Domain requires KVM, but it is not available. Check that virtualization is enabled in the host BIOS, and host configuration is setup to load the kvm modules.", "needs KVM")]
    [InlineData("invalid argument: could not get preferred machine for /usr/bin/qemu-system-x86_64 type=kvm: KVM is not available", "needs KVM")]
    [InlineData("internal error: process exited while connecting to monitor: Could not access KVM kernel module: No such file or directory\nqemu-system-x86_64: failed to initialize kvm: No such file or directory", "needs KVM")]
    public void Explain_ACauseThatIsKnown_SaysItPlainlyAndKeepsTheOriginal(string said, string plain)
    {
        var words = StartTrouble.Explain(new LibvirtException(LibvirtErrorCode.InternalError, said));

        var (sentence, original) = (words[..words.IndexOf(" The hypervisor said: ", StringComparison.Ordinal)], words[words.IndexOf(" The hypervisor said: ", StringComparison.Ordinal)..]);
        Assert.Contains(plain, sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("qemu-system", sentence, StringComparison.Ordinal);
        Assert.Contains(said.Split('\n')[0][^20..], original, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', words);
    }

    [Theory]
    [InlineData("internal error: process exited while connecting to monitor: something new")]
    [InlineData("Requested operation is not valid: domain is already running")]
    public void Explain_ACauseThatNobodyKnows_IsTheOriginal(string said)
    {
        var failure = new LibvirtException(LibvirtErrorCode.InternalError, said);

        Assert.Null(StartTrouble.Find(failure));
        Assert.Equal(said, StartTrouble.Explain(failure));
    }

    [Fact]
    public void Explain_WordsOfEndlessLength_EndsSoon()
        => Assert.Null(StartTrouble.Find(new LibvirtException(LibvirtErrorCode.InternalError, "Could not open '" + new string('\'', 200_000) + string.Concat(Enumerable.Repeat("Could not open '", 20_000)))));
}
