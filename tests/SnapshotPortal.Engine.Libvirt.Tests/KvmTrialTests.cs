using System.Xml.Linq;
using LibVirt;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SnapshotPortal.Engine.Libvirt.Hosts;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests;

/// <summary>
/// Whether QEMU starts on KVM, tried on a real libvirt. What the trial makes of its answers is tried with emulation and a QEMU of the
/// test's own, which does what the test says, so that it is tried wherever the tests run.
/// </summary>
public sealed class KvmTrialTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly GuestHost _host = GuestHost.Create();
    private readonly HostLinks _links = new();
    private readonly HostRef _reference = new(Guid.NewGuid(), "this host", GuestHost.Uri, []);
    private readonly string _qemu;
    private int _tried;

    public KvmTrialTests()
    {
        _qemu = Path.Combine(_host.Folder, "qemu");
        Behave("");
    }

    private bool IsThere
    {
        get
        {
            try
            {
                using var domain = _host.Connection.LookupDomainByUuid(_reference.Id);
                return true;
            }
            catch (LibvirtException e) when (e.Code is LibvirtErrorCode.NoDomain)
            {
                return false;
            }
        }
    }

    public void Dispose()
    {
        _links.Dispose();
        _host.Dispose();
    }

    [Fact]
    public async Task Ask_OnThisMachine_FindsTroubleOnlyWhereNoGuestRunsOnKvm()
    {
        var trial = new KvmTrial(_links, TimeProvider.System, NullLogger<KvmTrial>.Instance);

        var answer = await trial.AskAsync(_reference, again: false, None);

        // What was set for the guests of the other tests is no answer to what there is.
        var probed = GuestHost.Run("env", "-u", "SNAPSHOTPORTAL_ACCELERATOR", Path.Combine(Repository.Root, "eng", "guest", "probe-kvm"), _host.GuestFolder).Trim();
        var works = answer is { Offered: true, Trouble: null };

        // There are hosts where QEMU starts and every kernel hangs: that only the probe finds out.
        Assert.True(works || probed == "qemu", $"eng/guest/probe-kvm says {probed}, and the trial {answer}");
        Assert.False(IsThere);
    }

    [Fact]
    public async Task Trouble_WhereQemuFails_IsWhatItSaid_AndTriedAnewEachTime()
    {
        var trial = Trial();

        // Not before libvirt is connected to it, as QEMU ends only then: libvirt would tell of the connection.
        Behave("echo 'kvm: no such luck' >&2; sleep 1; exit 1");

        var trouble = await trial.TroubleAsync(_reference, again: false, None);

        Assert.Matches("kvm: no such luck.$", trouble);
        Assert.DoesNotMatch(@"\d\d:\d\d|\n", trouble);
        Assert.False(IsThere);
        Behave("");
        Assert.Null(await trial.TroubleAsync(_reference, again: false, None));
        Assert.False(IsThere);
    }

    [Fact]
    public async Task Trouble_WhereQemuStarts_IsBelievedUntilSomebodyLooksAgain()
    {
        var trial = Trial();

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => trial.TroubleAsync(_reference, again: false, None))), Assert.Null);
        Assert.Equal(1, _tried);
        Behave("exit 1");
        Assert.Null(await trial.TroubleAsync(_reference, again: false, None));
        Assert.Equal(1, _tried);

        Assert.NotNull(await trial.TroubleAsync(_reference, again: true, None));
        Assert.Equal(2, _tried);
    }

    [Fact]
    public async Task Trouble_WhereQemuHangs_IsSaidInTime_AndItIsEndedAndNeverAMachineOfThePortal()
    {
        await using var portal = await PortalUnderTest.StartAsync();
        var engine = portal.Services.GetRequiredService<IHypervisorEngine>();
        var trial = Trial(TimeSpan.FromSeconds(4));
        Behave("exec sleep 600");

        var asked = trial.TroubleAsync(_reference, again: false, None);

        await Eventually.TrueAsync(() => Task.FromResult(IsThere), "QEMU is being started", every: TimeSpan.FromMilliseconds(20));
        Assert.DoesNotContain(await engine.ListDomainsAsync(_reference, None), vm => vm.VmId == _reference.Id);
        Assert.DoesNotContain((await engine.SurveyAsync(_reference, None)).Machines, m => m.Vm.VmId == _reference.Id);
        Assert.DoesNotContain((await portal.Vms.ListUnmanagedAsync(portal.Administrator, None)).Value!, vm => vm.VmId == _reference.Id);
        Assert.False(asked.IsCompleted);
        Assert.Equal("QEMU gave no sign of life within 4 s.", await asked);
        await Eventually.TrueAsync(() => Task.FromResult(!IsThere), "what hung is ended");
        Behave("");
        await Eventually.TrueAsync(async () => await trial.TroubleAsync(_reference, again: false, None) is null, "it is tried anew");
    }

    [Fact]
    public async Task Trouble_AfterAPortalThatDiedInTheMiddle_EndsWhatItLeft()
    {
        using (_host.Connection.CreateDomain(Emulated(_reference.Id).ToString(), DomainCreateFlags.Paused))
        {
            Assert.True(IsThere);
        }

        Assert.Null(await Trial().TroubleAsync(_reference, again: false, None));

        Assert.False(IsThere);
    }

    private KvmTrial Trial(TimeSpan? patience = null) => new(_links, TimeProvider.System, NullLogger<KvmTrial>.Instance)
    {
        Patience = patience ?? TimeSpan.FromSeconds(30),
        Definition = id =>
        {
            Interlocked.Increment(ref _tried);
            return Emulated(id);
        },
    };

    private XElement Emulated(Guid id) => XElement.Parse(
        $"""
        <domain type='qemu'>
          <name>sp-kvm-{id:N}</name>
          <uuid>{id}</uuid>
          <memory unit='MiB'>32</memory>
          <os><type arch='x86_64' machine='q35'>hvm</type></os>
          <devices><emulator>{_qemu}</emulator><controller type='usb' model='none'/><memballoon model='none'/></devices>
        </domain>
        """);

    /// <summary>What QEMU does when the trial's domain is started with it; libvirt's questions to it are always answered.</summary>
    private void Behave(string script)
    {
        // libvirt asks a QEMU anew whose file has changed.
        if (!File.Exists(_qemu))
        {
            File.WriteAllText(_qemu, $"#!/bin/sh\ncase \"$*\" in *guest=sp-kvm-*) . '{_qemu}.act' ;; esac\nexec qemu-system-x86_64 \"$@\"\n");
            File.SetUnixFileMode(_qemu, (UnixFileMode)0b111_101_101);
        }

        File.WriteAllText($"{_qemu}.act", script);
    }
}
