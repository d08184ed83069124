using System.Xml.Linq;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Capturing;

/// <summary>What a capture is about to do, with all that can be known before the freeze.</summary>
/// <param name="Disks">All disks; for each included one the file that is about to freeze and the overlay that is about to be made.</param>
/// <param name="SnapshotXml">The same for libvirt.</param>
/// <param name="Configuration">What the snapshot will hold beside the disks.</param>
/// <param name="Memory">The file that is about to get the memory.</param>
/// <param name="Indications">What is known so far of how it is taken.</param>
/// <param name="NoAgent">What is to be said if the agent does not answer; <see langword="null"/> where there is nobody to ask.</param>
internal sealed record CapturePlan(IReadOnlyList<CapturedDisk> Disks, string SnapshotXml, MachineConfiguration Configuration, MemoryImage? Memory, IReadOnlyList<Indication> Indications, Indication? NoAgent)
{
    public bool MayFreeze { get; init; }

    /// <summary>What the request saw is still so.</summary>
    public bool LookHolds { get; init; }

    /// <summary>The plan for a machine, before its agent was asked.</summary>
    public static CapturePlan Of(MachineLook look, Guid snapshotId, IReadOnlyList<CapturedDisk> disks, MemoryImage? memory)
    {
        var indications = new List<Indication>();
        var left = look.Disks.Where(static d => d.CouldBeIncluded).Select(static d => $"{d.Target}: {d.Exclusion}").ToList();
        if (look.Current.HasTpm)
        {
            left.Add("The state of the virtual TPM: what is sealed in it stays as it is.");
        }

        if (left.Count > 0)
        {
            indications.Add(new Indication(IndicationKind.PartialSnapshot, "Left out: " + string.Join(' ', left)));
        }

        Indication? noAgent = null;
        switch (look.Power)
        {
            case PowerState.Running or PowerState.ShuttingDown or PowerState.Paused when memory is not null:
                indications.Add(new Indication(IndicationKind.Online, "The machine was switched on."));
                indications.Add(new Indication(IndicationKind.WithMemory, "Its memory is part of the snapshot: a restore goes on exactly there, without a restart."));
                break;
            case PowerState.Running or PowerState.ShuttingDown:
                indications.Add(new Indication(IndicationKind.Online, "The machine was running."));
                noAgent = new Indication(IndicationKind.NoGuestAgent, NoAgentMessage(look.Current));
                break;
            case PowerState.Paused:
                indications.Add(new Indication(IndicationKind.Online, "The machine was switched on."));
                indications.Add(new Indication(IndicationKind.Paused, "The machine was paused, so there was nobody to ask to freeze. The disks are as after a power cut at that instant."));
                break;
            default:
                break;
        }

        return new CapturePlan(disks, Xml(snapshotId, disks, memory), look.Configuration, memory, indications, noAgent);
    }

    /// <summary>The plan once it is known whether the agent answers.</summary>
    public CapturePlan Asked(bool answers) => (NoAgent, answers) switch
    {
        (null, _) => this,
        (_, true) => this with { MayFreeze = true },
        ({ } nobody, false) => this with { Indications = [.. Indications, nobody] },
    };

    private static string Xml(Guid snapshotId, IEnumerable<CapturedDisk> disks, MemoryImage? memory) => new XElement(
        "domainsnapshot",
        new XElement("name", $"sp-{snapshotId:N}"),
        memory is null ? null : new XElement("memory", new XAttribute("snapshot", "external"), new XAttribute("file", memory.Path)),
        new XElement(
            "disks",
            disks.Select(static disk => disk.NewHead is { } head
                ? new XElement(
                    "disk",
                    new XAttribute("name", disk.Target),
                    new XAttribute("snapshot", "external"),
                    new XAttribute("type", "file"),
                    new XElement("driver", new XAttribute("type", "qcow2")),
                    new XElement("source", new XAttribute("file", head.Path)))
                : new XElement("disk", new XAttribute("name", disk.Target), new XAttribute("snapshot", "no")))))
        .ToString(SaveOptions.DisableFormatting);

    private static string NoAgentMessage(DomainDefinition current) => current switch
    {
        { HasAgentChannel: false } => "The machine has no guest agent channel, so nothing was frozen. The disks are as after a power cut at that instant.",
        { AgentPortConnected: false } => "No guest agent runs in the guest, so nothing was frozen. The disks are as after a power cut at that instant; install qemu-guest-agent for more.",
        _ => "The guest agent did not answer in time, so nothing was frozen. Nothing is lost; files open at that moment may need a check.",
    };
}
