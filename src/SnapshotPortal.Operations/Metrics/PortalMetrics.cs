using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Persistence;

namespace SnapshotPortal.Operations.Metrics;

/// <summary>
/// What the portal tells monitoring systems, under the meter <see cref="MeterName"/>. What happened is counted after the commit
/// that says so; what is owed or waits is read from the database when somebody asks.
/// </summary>
internal sealed class PortalMetrics : IDisposable
{
    // A take is tens of milliseconds, an export of a large disk an hour.
    private static readonly InstrumentAdvice<double> _durations = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600] };
    private static readonly InstrumentAdvice<double> _windows = new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly IPortalDbFactory _factory;
    private readonly Meter _meter;
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _operationDuration;
    private readonly Histogram<double> _freezeWindow;
    private readonly Counter<long> _events;

    public PortalMetrics(IMeterFactory meters, IPortalDbFactory factory, HostRegistry hosts)
    {
        _factory = factory;
        _meter = meters.Create(MeterName);
        _operations = _meter.CreateCounter<long>("snapshotportal.operations", "{operation}", "Operations that have ended, by kind and outcome.");
        _operationDuration = _meter.CreateHistogram("snapshotportal.operation.duration", "s", "From the request to the outcome, waiting included.", tags: null, _durations);
        _freezeWindow = _meter.CreateHistogram("snapshotportal.freeze.window", "s", "How long guests stood still for snapshots.", tags: null, _windows);
        _events = _meter.CreateCounter<long>("snapshotportal.events", "{event}", "Events that were published to listeners.");
        _meter.CreateObservableGauge("snapshotportal.freeze.debts", () => Read(static db => db.FreezeDebts.Count()), "{guest}", "Guests that may still be frozen.");
        _meter.CreateObservableGauge("snapshotportal.queue.length", () => Read(static db => db.Operations.Count(static o => o.State == OperationState.Queued)), "{operation}", "Operations that wait.");
        _meter.CreateObservableGauge("snapshotportal.operations.running", () => Read(static db => db.Operations.Count(static o => o.State == OperationState.Running)), "{operation}", "Operations that run, in all instances.");
        _meter.CreateObservableGauge("snapshotportal.vms.drifted", () => Read(static db => db.Vms.Count(static v => v.Drift != null)), "{vm}", "Machines whose disks are not as the portal left them.");
        _meter.CreateObservableGauge("snapshotportal.hosts", () => hosts.All.Count, "{host}", "Configured hosts.");
        _meter.CreateObservableGauge("snapshotportal.hosts.connected", () => hosts.All.Count(static h => h.IsConnected), "{host}", "Hosts that this instance is connected to.");
    }

    /// <summary>The name of the meter.</summary>
    public const string MeterName = "SnapshotPortal";

    /// <summary>Counts what a commit has brought about.</summary>
    public void Committed(IReadOnlyCollection<OperationEvent> events, ChangeTracker changes)
    {
        if (events.Count == 0)
        {
            return;
        }

        _events.Add(events.Count);
        foreach (var operation in changes.Entries<Operation>().Select(static e => e.Entity).Where(o => !o.IsActive && events.Any(e => e.OperationId == o.Id)))
        {
            var kind = new KeyValuePair<string, object?>("kind", operation.Kind.ToString());
            var outcome = new KeyValuePair<string, object?>("outcome", operation.State.ToString());
            _operations.Add(1, kind, outcome);
            _operationDuration.Record((operation.CompletedAt - operation.RequestedAt)!.Value.TotalSeconds, kind, outcome);
            if (operation.Kind == OperationKind.TakeSnapshot
                && changes.Entries<Snapshot>().FirstOrDefault(e => e.Entity.Id == operation.SnapshotId)?.Entity.FreezeWindow is { } window)
            {
                _freezeWindow.Record(window.TotalSeconds);
            }
        }
    }

    public void Dispose() => _meter.Dispose();

    // An instrument is read by a plain call; these are counts over small indexed sets.
    private int Read(Func<IPortalDb, int> count)
    {
        using var db = _factory.Create();
        return count(db);
    }
}
