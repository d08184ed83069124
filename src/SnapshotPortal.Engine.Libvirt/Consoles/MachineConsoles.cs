using System.Net.Sockets;
using LibVirt;
using SnapshotPortal.Engine.Libvirt.Definitions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Consoles;

/// <summary>Opens the consoles of running machines. No port of the host is involved: both come through libvirt.</summary>
internal sealed class MachineConsoles(HostLinks links) : IConsoleEngine
{
    public Task<ConsolesSeen> ListConsolesAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => links[host].ConsoleAsync(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var definition = DomainDefinition.Parse(domain.GetXmlDescription());
            return new ConsolesSeen(WhyNoSerial(definition), WhyNoDisplay(definition, links[host]));
        });

    public Task<IConsoleChannel> OpenSerialAsync(HostRef host, Guid vmId, bool takeOver, CancellationToken cancellationToken)
        => links[host].ConsoleAsync<IConsoleChannel>(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            if (WhyNoSerial(DomainDefinition.Parse(domain.GetXmlDescription())) is { } missing)
            {
                throw new EngineException(FailureCodes.ConsoleMissing, missing);
            }

            var stream = connection.CreateStream(VirStreamFlags.NonBlocking);
            try
            {
                domain.OpenConsole(null, stream, takeOver ? DomainConsoleFlags.Force : DomainConsoleFlags.Safe);
                return new StreamChannel(stream.AsStream());
            }
            catch (LibvirtException e) when (e.Code == LibvirtErrorCode.OperationFailed && !takeOver)
            {
                stream.Dispose();
                throw new EngineException(FailureCodes.ConsoleBusy, "A program outside the portal has this serial console open, such as virsh console. Take it over, or wait until it is closed.", e);
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        });

    public Task<IConsoleChannel> OpenDisplayAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => links[host].ConsoleAsync<IConsoleChannel>(connection =>
        {
            using var domain = connection.LookupDomainByUuid(vmId);
            var definition = DomainDefinition.Parse(domain.GetXmlDescription());
            if (WhyNoDisplay(definition, links[host]) is { } missing)
            {
                throw new EngineException(FailureCodes.ConsoleMissing, missing);
            }

            // The portal has authenticated the person; a password of the display itself would be one more, known to nobody.
            var socket = domain.OpenGraphicsFd(VncIndex(definition), DomainOpenGraphicsFlags.SkipAuth);
            return new StreamChannel(new NetworkStream(socket, ownsSocket: true));
        });

    private static string? WhyNoSerial(DomainDefinition definition) => definition.ConsoleType switch
    {
        "pty" or "unix" => null,
        null => "The machine has no serial console. An administrator can add one to its definition (a serial device of type pty); the guest needs a login on it.",
        var other => $"The machine's serial console is of type {other}, which cannot be shown here. An administrator can change it to pty.",
    };

    private static string? WhyNoDisplay(DomainDefinition definition, HostLink link)
    {
        if (VncIndex(definition) < 0)
        {
            return definition.GraphicsTypes.Count == 0
                ? "The machine has no display."
                : $"The machine's display speaks {string.Join(", ", definition.GraphicsTypes)}, which cannot be shown here. An administrator can add a VNC display to its definition.";
        }

        // The display comes as an open file, which only travels within one machine (virDomainOpenGraphicsFD).
        return link.IsRemote
            ? "The display can be shown only where the portal runs on the host itself. Use the serial console."
            : null;
    }

    private static int VncIndex(DomainDefinition definition) => definition.GraphicsTypes.ToList().IndexOf("vnc");
}
