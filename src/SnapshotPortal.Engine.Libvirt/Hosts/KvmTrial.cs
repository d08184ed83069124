using System.Globalization;
using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Engine.Libvirt.Exporting;
using SnapshotPortal.Engine.Libvirt.Power;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Engine.Libvirt.Hosts;

/// <summary>What KVM is worth on a host.</summary>
/// <param name="Offered">libvirt says that guests can run on it.</param>
/// <param name="Trouble">It was tried, and QEMU does not start on it: why, in a sentence of libvirt's and QEMU's.</param>
internal sealed record KvmAnswer(bool Offered, string? Trouble);

/// <summary>
/// Tries KVM where libvirt offers it. It offers KVM wherever <c>/dev/kvm</c> opens, and there are hosts, most of them virtual
/// themselves, where QEMU then cannot give a processor what it needs ("failed to set MSR 0x10a") and ends. So a machine is
/// started as an import would define it, without disks, network and persistence, and ended at once. It stays paused and runs no
/// instruction: that a guest's kernel lives on it, this does not find out.
/// </summary>
/// <remarks>
/// Its UUID is that of the host in this portal's database, so that what a portal left that died in the middle is ended by the
/// next trial, and no other portal's is. Not with VIR_DOMAIN_START_AUTODESTROY, for the reason that <see cref="ExportHelper"/> tells.
/// </remarks>
internal sealed class KvmTrial(HostLinks links, TimeProvider time, ILogger<KvmTrial> logger)
{
    private readonly Lock _lock = new();

    // By the host's URI: where it worked, and the trial that runs, or ran last.
    private readonly HashSet<string> _works = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<string?>> _trials = new(StringComparer.Ordinal);

    /// <summary>How long QEMU may take to start. It takes half a second; libvirt itself would wait for 30 s, or for ever.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The domain that is tried, for its id.</summary>
    public Func<Guid, XElement> Definition { get; init; } = Machine;

    /// <summary>The processor of a machine on KVM that moves to no other host.</summary>
    public static XElement Processor => new("cpu", new XAttribute("mode", "host-model"));

    /// <summary>Whether there is KVM, and whether QEMU starts on it.</summary>
    /// <inheritdoc cref="TroubleAsync"/>
    public async Task<KvmAnswer> AskAsync(HostRef host, bool again, CancellationToken cancellationToken)
    {
        var (any, x86) = await links[host].ControlAsync(HostCapabilities.Kvm);
        return new KvmAnswer(any, x86 ? await TroubleAsync(host, again, cancellationToken) : null);
    }

    /// <summary>
    /// Why QEMU does not start, in a sentence; <see langword="null"/> where it does. That it does is believed until the portal ends;
    /// that it does not is tried each time, so that what was mended counts at once.
    /// </summary>
    /// <param name="host">Where.</param>
    /// <param name="again">Try it even where it worked.</param>
    /// <param name="cancellationToken">Ends the waiting; a trial that runs goes on to its end.</param>
    /// <exception cref="EngineException">The host does not answer.</exception>
    public async Task<string?> TroubleAsync(HostRef host, bool again, CancellationToken cancellationToken)
    {
        Task<string?> trial;
        lock (_lock)
        {
            if (!again && _works.Contains(host.Uri))
            {
                return null;
            }

            if (!_trials.TryGetValue(host.Uri, out trial!) || trial.IsCompleted)
            {
                _works.Remove(host.Uri);
                _trials[host.Uri] = trial = Task.Run(() => TryAsync(host), CancellationToken.None);
            }
        }

        try
        {
            return await trial.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Silence();
        }
    }

    /// <summary>Completes only when nothing of it is left on the host, or libvirt has given up ending it.</summary>
    private async Task<string?> TryAsync(HostRef host)
    {
        var link = links[host];
        var started = Task.Run(() => StartAndEnd(link, host.Id));
        string? trouble;
        try
        {
            trouble = await started.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            // On another connection: the first one waits in the call that starts it, and is answered once QEMU is gone.
            await Task.Run(() => EndHung(link, host));
            await started;
            trouble = Silence();
        }

        if (trouble is not null)
        {
            EngineLog.KvmBroken(logger, host.Name, trouble);
            return trouble;
        }

        lock (_lock)
        {
            _works.Add(host.Uri);
        }

        return null;
    }

    private string? StartAndEnd(HostLink link, Guid id)
    {
        try
        {
            using var connection = link.OpenNew();
            ExportHelper.End(connection, id);
            try
            {
                using var domain = connection.CreateDomain(Definition(id).ToString(SaveOptions.DisableFormatting), DomainCreateFlags.Paused);
            }
            catch (LibvirtException e) when (connection.IsAlive)
            {
                return QemuWords.Sentence(e.Message);
            }

            ExportHelper.End(connection, id);
            return null;
        }
        catch (LibvirtException e)
        {
            throw LibvirtFailures.Translate(e);
        }
    }

    private void EndHung(HostLink link, HostRef host)
    {
        try
        {
            using var connection = link.OpenNew();
            ExportHelper.End(connection, host.Id);
        }
        catch (LibvirtException e)
        {
            EngineLog.KvmTrialLeft(logger, Name(host.Id), host.Name, e.Message);
        }
    }

    private string Silence() => string.Create(CultureInfo.InvariantCulture, $"QEMU gave no sign of life within {Patience.TotalSeconds:F0} s.");

    private static string Name(Guid id) => $"sp-kvm-{id:N}";

    private static XElement Machine(Guid id) => new(
        "domain",
        new XAttribute("type", "kvm"),
        new XElement("name", Name(id)),
        new XElement("uuid", id.ToString()),
        new XElement("memory", new XAttribute("unit", "MiB"), 32),
        new XElement("vcpu", 1),
        new XElement("os", new XElement("type", new XAttribute("arch", "x86_64"), new XAttribute("machine", "q35"), "hvm")),
        new XElement("features", new XElement("acpi"), new XElement("apic")),
        Processor,
        new XElement("on_poweroff", "destroy"),
        new XElement("on_crash", "destroy"),
        new XElement(
            "devices",
            new XElement("controller", new XAttribute("type", "usb"), new XAttribute("model", "none")),
            new XElement("memballoon", new XAttribute("model", "none"))));
}
