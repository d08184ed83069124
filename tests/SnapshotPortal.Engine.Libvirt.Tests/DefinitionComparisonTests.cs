using SnapshotPortal.Engine.Libvirt.Comparing;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>In what two definitions differ, in words.</summary>
public sealed class DefinitionComparisonTests
{
    private const string Machine = """
        <domain type='kvm'>
          <name>web</name><uuid>0190a8b4-7c1e-7d11-9c3c-3f6f1b0e8a55</uuid>
          <memory unit='KiB'>2097152</memory><currentMemory unit='KiB'>2097152</currentMemory>
          <vcpu placement='static'>2</vcpu>
          <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>
          <features><acpi/></features>
          <devices>
            <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/pool/web.img'/><target dev='vda' bus='virtio'/><address type='pci' slot='0x04'/></disk>
            <disk type='file' device='cdrom'><target dev='sda' bus='sata'/><readonly/></disk>
            <interface type='network'><mac address='52:54:00:11:22:33'/><source network='default'/><model type='virtio'/></interface>
            <graphics type='vnc' port='-1' autoport='yes' passwd='old-secret'/>
            <video><model type='vga' vram='16384'/></video>
          </devices>
        </domain>
        """;

    [Fact]
    public void Compare_TheSameDefinition_FindsNothing() => Assert.Empty(DefinitionComparison.Between(Machine, Machine));

    [Fact]
    public void Compare_OnlyTheFilesOfTheDisks_FindsNothing()
        => Assert.Empty(DefinitionComparison.Between(
            Machine,
            Machine.Replace("type='raw'/><source file='/pool/web.img'/>", "type='qcow2'/><source file='/pool/sp-1.qcow2'/><backingStore type='file'><source file='/pool/web.img'/></backingStore>", StringComparison.Ordinal)
                .Replace("slot='0x04'", "slot='0x07'", StringComparison.Ordinal)
                .Replace("<devices>", "<metadata><sp:record xmlns:sp='urn:snapshotportal:record:1'>x</sp:record></metadata><devices>", StringComparison.Ordinal)));

    [Theory]
    [InlineData("<memory unit='KiB'>2097152", "<memory unit='GiB'>4", "currentMemory unit='KiB'>2097152", "currentMemory unit='MiB'>4096", ConfigurationPart.Memory, null, "2 GiB", "4 GiB")]
    [InlineData("<currentMemory unit='KiB'>2097152", "<currentMemory unit='KiB'>1048576", "", "", ConfigurationPart.Memory, null, "2 GiB", "2 GiB, of which 1 GiB are given at the start")]
    [InlineData(">2</vcpu>", " current='1'>4</vcpu>", "", "", ConfigurationPart.Processors, null, "2 vCPU", "1 of 4 vCPU")]
    [InlineData("<target dev='sda'", "<source file='/isos/debian-13.iso'/><target dev='sda'", "", "", ConfigurationPart.Drive, "sda", "empty", "debian-13.iso")]
    [InlineData("source network='default'", "source network='lab'", "", "", ConfigurationPart.NetworkCard, "52:54:00:11:22:33", "network “default”, virtio", "network “lab”, virtio")]
    [InlineData("<boot dev='hd'/>", "<boot dev='cdrom'/><boot dev='hd'/>", "", "", ConfigurationPart.BootOrder, null, "disk", "CD, disk")]
    [InlineData("<os>", "<os firmware='efi'><loader secure='yes' type='pflash'>/usr/share/OVMF/x.fd</loader><nvram>/var/lib/web.fd</nvram>", "", "", ConfigurationPart.Firmware, null, "BIOS", "UEFI with Secure Boot")]
    [InlineData("bus='virtio'/><address", "bus='sata'/><address", "", "", ConfigurationPart.Disk, "vda", "virtio", "sata")]
    [InlineData("vram='16384'", "vram='65536'", "", "", ConfigurationPart.Other, "devices/video/model vram", "16384", "65536")]
    [InlineData("<acpi/>", "<acpi/><apic/>", "", "", ConfigurationPart.Other, "features/apic", null, "yes")]
    public void Compare_OneChange_SaysItInWords(string was, string becomes, string alsoWas, string alsoBecomes, ConfigurationPart part, string? subject, string? before, string? after)
    {
        var changed = Machine.Replace(was, becomes, StringComparison.Ordinal);
        changed = alsoWas.Length > 0 ? changed.Replace(alsoWas, alsoBecomes, StringComparison.Ordinal) : changed;
        Assert.NotEqual(Machine, changed);

        Assert.Equal(new ConfigurationDifference(part, subject, before, after), Assert.Single(DefinitionComparison.Between(Machine, changed)));
        Assert.Equal(new ConfigurationDifference(part, subject, after, before), Assert.Single(DefinitionComparison.Between(changed, Machine)));
    }

    [Fact]
    public void Compare_ADiskAndACardMore_NamesBoth()
    {
        var changed = Machine.Replace(
            "<graphics",
            "<disk type='file' device='disk'><source file='/pool/data.qcow2'/><target dev='vdb' bus='virtio'/></disk><interface type='user'><mac address='52:54:00:aa:bb:cc'/></interface><graphics",
            StringComparison.Ordinal);

        var differences = DefinitionComparison.Between(Machine, changed);

        Assert.Equal([(ConfigurationPart.Disk, "vdb", true), (ConfigurationPart.NetworkCard, "52:54:00:aa:bb:cc", true)], differences.Select(static d => (d.Part, d.Subject!, d.Before is null)));
    }

    [Fact]
    public void Compare_APassword_SaysThatItDiffersAndNeverWhatItIs()
    {
        var changed = Machine.Replace("old-secret", "new-secret", StringComparison.Ordinal)
            .Replace("</devices>", "</devices><qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><qemu:arg value='-fw_cfg name=opt/key,string=hidden'/></qemu:commandline>", StringComparison.Ordinal);

        var differences = DefinitionComparison.Between(Machine, changed);

        Assert.Equal(2, differences.Count);
        Assert.DoesNotContain(differences, static d => $"{d.Before}{d.After}".Contains("secret", StringComparison.Ordinal) || $"{d.Before}{d.After}".Contains("hidden", StringComparison.Ordinal));
    }

    [Fact]
    public void Compare_FilesOfTheHost_SaysTheirNamesWithoutTheirPlaces()
    {
        var kernel = Machine.Replace("<boot dev='hd'/>", "<boot dev='hd'/><kernel>/srv/secret-place/vmlinuz-1</kernel>", StringComparison.Ordinal);

        Assert.Equal("vmlinuz-1", Assert.Single(DefinitionComparison.Between(Machine, kernel)).After);
    }

    [Theory]
    [InlineData("<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain><name>&x;</name></domain>")]
    [InlineData("<!DOCTYPE domain [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><domain><name>&b;</name></domain>")]
    [InlineData("<domain><name>web</domain>")]
    [InlineData("")]
    public void Compare_WhatIsNoDefinition_IsRefusedAndNotExpanded(string hostile)
    {
        var refused = Assert.Throws<EngineException>(() => DefinitionComparison.Between(Machine, hostile));

        Assert.Equal(FailureCodes.HypervisorError, refused.Code);
        Assert.Throws<EngineException>(() => DefinitionComparison.Between(hostile, Machine));
    }

    [Fact]
    public void Compare_ADefinitionWithoutEndAndDepth_IsCutShort()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 3_000)) + string.Concat(Enumerable.Repeat("</a>", 3_000));
        var wide = string.Concat(Enumerable.Range(0, 9_000).Select(static n => $"<b{n} x='1'/>"));

        var differences = DefinitionComparison.Between("<domain/>", $"<domain><devices>{wide}</devices><metadata>{deep}</metadata></domain>");

        Assert.InRange(differences.Count, 2, 70);
        Assert.Contains("more", differences[^1].After, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<memory unit='KiB'>-5</memory>")]
    [InlineData("<memory unit='TiB'>9223372036854775807</memory>")]
    [InlineData("<memory>much</memory>")]
    public void Compare_MemoryThatCannotBe_IsShownAsItStands(string memory)
        => Assert.Equal(ConfigurationPart.Memory, Assert.Single(DefinitionComparison.Between("<domain/>", $"<domain>{memory}</domain>")).Part);

    [Fact]
    public void Compare_ManyDisksOfOneName_DoesNotStumble()
    {
        const string Twice = "<domain><devices><disk device='disk'><target bus='ide'/></disk><disk device='disk'><target bus='scsi'/></disk><interface/><interface/></devices></domain>";

        Assert.NotEmpty(DefinitionComparison.Between(Twice, Machine));
    }
}
