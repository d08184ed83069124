using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Doctoring;

/// <inheritdoc cref="IDoctor"/>
internal sealed class Doctor(IHypervisorEngine engine, DriftCheck drift, IPortalDbFactory factory, IOptions<PortalOptions> options, TimeProvider time) : IDoctor
{
    // A host behind a dead network must not hold back the report of the others.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken)
    {
        await using var db = factory.Create();
        var sections = new List<DoctorSection>();
        if (options.Value.Hosts.Count == 0)
        {
            sections.Add(new DoctorSection("Hosts", [new Finding(Severity.Wrong, "No host is configured. Name one under SnapshotPortal:Hosts.")]));
        }

        var rows = await db.Hosts.AsNoTracking().ToListAsync(cancellationToken);
        foreach (var configured in options.Value.Hosts)
        {
            var row = rows.Find(h => string.Equals(h.Name, configured.Name, StringComparison.Ordinal));
            var host = new HostRef(row?.Id ?? Guid.Empty, configured.Name, configured.Uri, [.. configured.PoolsWithoutSnapshots]);
            sections.AddRange(await HostAsync(db, host, cancellationToken));
        }

        sections.AddRange(await ForgottenHostsAsync(db, rows, cancellationToken));
        sections.Add(new DoctorSection("Operations", await OperationFindings.OfAsync(db, time.GetUtcNow(), cancellationToken)));
        return new DoctorReport(sections);
    }

    private async Task<List<DoctorSection>> HostAsync(IPortalDb db, HostRef host, CancellationToken cancellationToken)
    {
        HostSurvey survey;
        var surveyed = time.GetUtcNow();
        try
        {
            survey = await engine.SurveyAsync(host, cancellationToken).WaitAsync(_patience, time, cancellationToken);
        }
        catch (Exception e) when (e is EngineException or TimeoutException)
        {
            return [new DoctorSection($"Host {host.Name}", [new Finding(Severity.Wrong, $"It does not answer at {host.Uri}, so nothing on it could be looked at. {e.Message}")])];
        }

        var sections = new List<DoctorSection>
        {
            new($"Host {host.Name}", [new Finding(Severity.Well, $"It answers at {host.Uri}: {survey.HypervisorVersion}."), .. HostFindings.OfPools(survey)]),
        };
        var files = await HostFindings.OfFilesAsync(db, host.Id, survey, cancellationToken);
        sections.Add(new DoctorSection($"Files on {host.Name}", files.Count > 0 ? files : [new Finding(Severity.Well, "Every layer has its file, and every file of the portal its layer.")]));
        foreach (var vm in await db.Vms.AsNoTracking().Where(v => v.HostId == host.Id).OrderBy(static v => v.Name).ToListAsync(cancellationToken))
        {
            sections.Add(new DoctorSection($"Machine {vm.Name}", await MachineAsync(db, host, vm, survey, surveyed, cancellationToken)));
        }

        return sections;
    }

    private async Task<List<Finding>> MachineAsync(IPortalDb db, HostRef host, VirtualMachine vm, HostSurvey survey, DateTimeOffset surveyed, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        findings.AddRange(await DisksAsync(db, host, vm, surveyed, cancellationToken));
        findings.AddRange(await MachineFindings.OfDebtAsync(db, vm, cancellationToken));
        findings.AddRange(await MachineFindings.OfChainsAsync(db, vm, cancellationToken));
        findings.AddRange(await MachineFindings.OfSnapshotsAsync(db, vm, cancellationToken));
        if (survey.Machines.FirstOrDefault(m => m.Vm.VmId == vm.Id) is { } seen)
        {
            findings.Add(MachineFindings.OfRecord(vm, seen));
            findings.AddRange(MachineFindings.OfForeignSnapshots(vm, seen));
        }

        return findings;
    }

    private async Task<List<Finding>> DisksAsync(IPortalDb db, HostRef host, VirtualMachine vm, DateTimeOffset surveyed, CancellationToken cancellationToken)
    {
        switch (vm.Presence)
        {
            case VmPresence.Missing:
                return [new Finding(Severity.Wrong, $"It is gone from its host. Its files are kept; define it again with the UUID {vm.Id}, or delete it in the portal.")];
            case not VmPresence.Present:
                return [new Finding(Severity.Note, $"It is {vm.Presence.ToString().ToLowerInvariant()} at present.")];
        }

        try
        {
            if (await drift.LookAsync(host, vm.Id, surveyed, cancellationToken) is not { } finding)
            {
                return [new Finding(Severity.Note, "An operation is at work on it, so its disks were not compared.")];
            }

            if (finding.Differences.Count > 0)
            {
                return [.. finding.Differences.Select(static d => new Finding(Severity.Wrong, $"Drift: {d}")), .. await KeptAsync(db, vm, cancellationToken)];
            }

            return vm.Drift is null
                ? [new Finding(Severity.Well, "Its disks are as the portal left them.")]
                : [new Finding(Severity.Note, $"It is marked as drifted, and agrees again; the portal takes the mark away when it runs. ({vm.Drift})")];
        }
        catch (EngineException e)
        {
            return [new Finding(Severity.Wrong, $"Its disks could not be looked at: {e.Message}")];
        }
    }

    /// <summary>What the operations that left it so were about to do.</summary>
    private static async Task<IEnumerable<Finding>> KeptAsync(IPortalDb db, VirtualMachine vm, CancellationToken cancellationToken)
    {
        var kept = await db.Journal.AsNoTracking().Where(static j => j.State == JournalState.Kept)
            .Join(db.Operations.Where(o => o.VmId == vm.Id), static j => j.OperationId, static o => o.Id, static (j, o) => new { j.WrittenAt, o.Kind, j.Step, j.Intention })
            .OrderByDescending(static x => x.WrittenAt).Take(3).ToListAsync(cancellationToken);
        return kept.Select(static k => new Finding(
            Severity.Note,
            string.Create(CultureInfo.InvariantCulture, $"What was about to be done at {k.WrittenAt:u} by {k.Kind}, step {k.Step}, and was left as it is: {MachineFindings.Short(k.Intention)}")));
    }

    /// <summary>Hosts that have machines and are not in the configuration any more.</summary>
    private async Task<IEnumerable<DoctorSection>> ForgottenHostsAsync(IPortalDb db, List<VmHost> rows, CancellationToken cancellationToken)
    {
        var machines = await db.Vms.GroupBy(static v => v.HostId).Select(static g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(static g => g.Key, static g => g.Count, cancellationToken);
        return rows
            .Where(h => machines.ContainsKey(h.Id) && !options.Value.Hosts.Any(c => string.Equals(c.Name, h.Name, StringComparison.Ordinal)))
            .Select(h => new DoctorSection($"Host {h.Name}", [new Finding(Severity.Wrong, $"It is not in the configuration any more, and the database has {machines[h.Id]} machines on it. Add it again under SnapshotPortal:Hosts.")]));
    }
}
