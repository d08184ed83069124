using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Engine.Libvirt.Cloning;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Exporting;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Importing;

/// <summary>What an import is about to make, as the journal keeps it.</summary>
internal sealed record ImportIntention(LayerFile Head, Guid HelperId);

/// <summary>
/// Makes a machine around an image: a copy of the image becomes its disk, so that the image can be used again and the disk
/// refers to nothing; an ISO goes into its drive, beside an empty disk. The definition is the commit point.
/// </summary>
internal sealed class ImageImport(HostLinks links, SpaceCheck space, FrozenCopy copy, KvmTrial trial, ILogger<ImageImport> logger)
{
    public async Task<ImportResult> RunAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        var link = links[order.Host];
        journal.NoteStep("Check");
        var kvm = await trial.AskAsync(order.Host, again: false, cancellationToken);
        if (kvm.Trouble is { } trouble)
        {
            journal.NoteDetail($"KVM is offered by libvirt but does not run here: {trouble} This machine is emulated, which is slow.");
        }

        var (image, source, xml, head) = await link.WorkAsync(connection => Plan(connection, link, order, kvm));
        cancellationToken.ThrowIfCancellationRequested();
        var intention = new ImportIntention(head, Guid.NewGuid());
        await journal.BeginStepAsync(image.Kind == ImageKind.Iso ? "MakeDisks" : "Copy", intention, cancellationToken: cancellationToken);
        try
        {
            if (image.Kind == ImageKind.Iso)
            {
                await link.WorkAsync(connection => CreateEmpty(connection, head));
            }
            else
            {
                await copy.RunAsync(link, intention.HelperId, xml, [FrozenCopy.Disk(0, source, head)], journal, cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await journal.BeginStepAsync("Define", cancellationToken: cancellationToken);
            await link.WorkAsync(connection => Domains.DefineNew(connection, order.Name, xml));
        }
        catch (Exception e) when (e is EngineException or LibvirtException or OperationCanceledException)
        {
            var failure = e is LibvirtException failed ? LibvirtFailures.Translate(failed) : e;

            // Where the host is lost nobody knows whether the machine is defined: a recovery asks before anything is removed.
            if (failure is not EngineException { Code: FailureCodes.HostUnreachable })
            {
                EngineLog.Undoing(logger, order.VmId, "the disk of an import");
                await link.ControlAsync(connection => Remove(connection, intention));
            }

            throw failure;
        }

        return await CompleteAsync(link, order, head, journal);
    }

    public async Task<ImportResult?> RecoverAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        if (await journal.FindIntentionAsync<ImportIntention>(cancellationToken) is not { } intention)
        {
            return null;
        }

        var link = links[order.Host];
        if (await link.WorkAsync(connection => Domains.Exists(connection, order.VmId)))
        {
            return await CompleteAsync(link, order, intention.Head, journal);
        }

        await link.ControlAsync(connection => Remove(connection, intention));
        return null;
    }

    private (ImageSeen Image, LayerFile Source, string Xml, LayerFile Head) Plan(VirConnection connection, HostLink link, ImportOrder order, KvmAnswer kvm)
    {
        var folder = link.Pools.FolderOf(connection, order.Pool)
            ?? throw new EngineException(FailureCodes.PoolUnknown, $"The host has no active storage pool “{order.Pool}” that keeps its volumes as files.");
        CloneOffers.RequireMemory(connection, order.MemoryBytes);
        if (order.Network?.Name is { } network)
        {
            CloneOffers.RequireNetwork(connection, network);
        }

        var image = ImageCheck.Require(connection, order.Pool, order.Volume, order.Limits);
        var isIso = image.Kind == ImageKind.Iso;
        var size = isIso ? order.DiskBytes : image.VirtualSize;
        space.Require(connection, order.Pool, isIso ? 1 << 20 : Math.Min(image.FileBytes, size));
        var source = new LayerFile(Guid.Empty, "vda", order.Pool, order.Volume, $"{folder}/{order.Volume}", image.Kind == ImageKind.Qcow2 ? "qcow2" : "raw", size, image.FileBytes);
        var head = Volumes.PlanFile(source);
        return (image, source, Definition(connection, order, kvm, head.Path, isIso ? source.Path : null), head);
    }

    private static bool CreateEmpty(VirConnection connection, LayerFile head)
    {
        using var pool = connection.LookupStoragePoolByName(head.Pool);
        using var volume = pool.CreateVolume(new XElement(
            "volume",
            new XElement("name", head.Volume),
            new XElement("capacity", new XAttribute("unit", "bytes"), head.VirtualSize),
            new XElement("target", new XElement("format", new XAttribute("type", "qcow2")))).ToString(SaveOptions.DisableFormatting));
        return true;
    }

    private bool Remove(VirConnection connection, ImportIntention intention)
    {
        ExportHelper.End(connection, intention.HelperId);
        return Volumes.RemoveOverlays(connection, [intention.Head], logger);
    }

    private static async Task<ImportResult> CompleteAsync(HostLink link, ImportOrder order, LayerFile head, IOperationJournal journal)
    {
        string? failure = null;
        if (order.Start)
        {
            await journal.BeginStepAsync("Start");
            failure = await link.WorkAsync(connection => Domains.Start(connection, order.VmId));
        }

        journal.NoteStep("Record");
        return await link.WorkAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(order.VmId);
            var allocation = Volumes.AllocationOf(connection, head.Pool, head.Volume) ?? 0;
            return new ImportResult(head with { Allocation = allocation }, Domains.Observe(domain), failure);
        });
    }

    /// <summary>A plain machine that every system of today boots on: virtio, an agent's channel, a display on the loopback address.</summary>
    private static string Definition(VirConnection connection, ImportOrder order, KvmAnswer kvm, string disk, string? disc)
    {
        var guest = HostCapabilities.Guests(connection, "x86_64").FirstOrDefault()
            ?? throw new EngineException(FailureCodes.HypervisorError, "The host runs no x86-64 machines. Import the image on another host.");
        var accelerated = kvm.Trouble is null && guest.Elements("domain").Any(static d => d.Attribute("type")?.Value == "kvm");
        var devices = new XElement(
            "devices",
            new XElement(
                "disk",
                new XAttribute("type", "file"),
                new XAttribute("device", "disk"),
                new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", "qcow2"), new XAttribute("discard", "unmap")),
                new XElement("source", new XAttribute("file", disk)),
                new XElement("target", new XAttribute("dev", "vda"), new XAttribute("bus", "virtio")),
                new XElement("boot", new XAttribute("order", 1))),
            new XElement(
                "disk",
                new XAttribute("type", "file"),
                new XAttribute("device", "cdrom"),
                new XElement("driver", new XAttribute("name", "qemu"), new XAttribute("type", "raw")),
                disc is null ? null : new XElement("source", new XAttribute("file", disc)),
                new XElement("target", new XAttribute("dev", "sda"), new XAttribute("bus", "sata")),
                new XElement("readonly"),
                new XElement("boot", new XAttribute("order", 2))),
            order.Network?.Name is { } network
                ? new XElement("interface", new XAttribute("type", "network"), new XElement("source", new XAttribute("network", network)), new XElement("model", new XAttribute("type", "virtio")))
                : null,
            new XElement("channel", new XAttribute("type", "unix"), new XElement("target", new XAttribute("type", "virtio"), new XAttribute("name", "org.qemu.guest_agent.0"))),
            new XElement("serial", new XAttribute("type", "pty")),
            new XElement("graphics", new XAttribute("type", "vnc"), new XAttribute("autoport", "yes"), new XAttribute("listen", "127.0.0.1")),
            new XElement("video", new XElement("model", new XAttribute("type", "vga"))),
            new XElement("input", new XAttribute("type", "tablet"), new XAttribute("bus", "usb")),
            new XElement("rng", new XAttribute("model", "virtio"), new XElement("backend", new XAttribute("model", "random"), "/dev/urandom")),
            new XElement("memballoon", new XAttribute("model", "virtio"), new XElement("stats", new XAttribute("period", "10"))));
        return new XElement(
            "domain",
            new XAttribute("type", accelerated ? "kvm" : "qemu"),
            new XElement("name", order.Name),
            new XElement("uuid", order.VmId.ToString()),
            new XElement("memory", new XAttribute("unit", "KiB"), order.MemoryBytes / 1024),
            new XElement("vcpu", order.VCpus),
            new XElement("os", new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", "q35"), "hvm")),
            new XElement("features", new XElement("acpi"), new XElement("apic")),
            accelerated ? KvmTrial.Processor : null,
            new XElement("clock", new XAttribute("offset", "utc")),
            new XElement("on_poweroff", "destroy"),
            new XElement("on_reboot", "restart"),
            new XElement("on_crash", "destroy"),
            devices).ToString(SaveOptions.DisableFormatting);
    }
}
