using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Metrics;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests;

/// <summary>What monitoring systems are told.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_OperationEnds_IsCountedOnceByKindAndOutcomeWithItsDurationAndFreezeWindow()
    {
        await using var portal = await Portal.StartAsync();
        using var seen = new Seen(portal);
        var vm = await portal.AddVmAsync("web");
        await portal.TakeAsync(vm, "good");
        portal.Engine.Fail("Take:Plan", FailureCodes.NotEnoughSpace, "Full.");
        await portal.EndedAsync(await portal.RequestTakeAsync(vm, "bad"));

        Assert.Equal(
            [("snapshotportal.operations", 1.0, "TakeSnapshot Succeeded"), ("snapshotportal.operations", 1.0, "TakeSnapshot Failed")],
            seen.Of("snapshotportal.operations"));
        Assert.Equal(["TakeSnapshot Succeeded", "TakeSnapshot Failed"], seen.Of("snapshotportal.operation.duration").Select(static m => m.Tags));
        Assert.Equal(("snapshotportal.freeze.window", 0.012, ""), Assert.Single(seen.Of("snapshotportal.freeze.window")));
        Assert.Equal((await portal.EventsAsync()).Count(e => e.Sequence > seen.From), seen.Of("snapshotportal.events").Sum(static m => m.Value));
    }

    [Fact]
    public async Task Metrics_WhatWaitsAndIsOwed_IsReadWhenAsked()
    {
        await using var portal = await Portal.StartAsync();
        using var seen = new Seen(portal);
        var vm = await portal.AddVmAsync("web");
        var gate = portal.Engine.Block("Power:Reboot");
        await portal.RequestPowerAsync(vm, PowerAction.Reboot);
        await gate.EnteredAsync();
        await portal.RequestTakeAsync(vm, "waits");
        await portal.WriteAsync(db =>
        {
            db.FreezeDebts.Add(new FreezeDebt { VmId = vm, Since = portal.Time.GetUtcNow(), OperationId = Guid.CreateVersion7(), NextAttemptAt = portal.Time.GetUtcNow().AddHours(1) });
            return Task.CompletedTask;
        });

        Assert.Equal((1, 1, 1, 1, 1), (
            seen.Gauge("snapshotportal.queue.length"),
            seen.Gauge("snapshotportal.operations.running"),
            seen.Gauge("snapshotportal.freeze.debts"),
            seen.Gauge("snapshotportal.hosts"),
            seen.Gauge("snapshotportal.hosts.connected")));

        await portal.LoseHostAsync();
        Assert.Equal(0, seen.Gauge("snapshotportal.hosts.connected"));
        gate.Open();
    }

    /// <summary>A listener to one portal's own meter, whatever other portals of the same process measure.</summary>
    private sealed class Seen : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _seen = new();

        public Seen(Portal portal)
        {
            From = portal.EventsAsync().GetAwaiter().GetResult().Select(static e => e.Sequence).DefaultIfEmpty().Max();
            var meters = portal.Services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == PortalMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        /// <summary>The last event before it listened.</summary>
        public long From { get; }

        public IEnumerable<(string Name, double Value, string Tags)> Of(string name) => _seen.Where(m => m.Name == name);

        public int Gauge(string name)
        {
            _listener.RecordObservableInstruments();
            return (int)Of(name).Last().Value;
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            => _seen.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(static t => t.Value))));
    }
}
