using System.Collections.Concurrent;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>Names and boot settings by script.</summary>
internal sealed partial class FakeEngine
{
    /// <summary>How machines boot, where a test cares.</summary>
    public ConcurrentDictionary<Guid, BootSettings> Boots { get; } = new();

    /// <summary>What was asked for and done.</summary>
    public ConcurrentQueue<ConfigureOrder> Configured { get; } = new();

    /// <summary>After a crash: can it be completed?</summary>
    public Func<ConfigureOrder, bool> RecoverConfigure { get; set; } = static _ => false;

    public async Task<BootSettings> ReadBootAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
    {
        var domain = Find(vmId);
        if (_script.TryGetValue("ReadBoot", out var act))
        {
            await act(new EngineStep("ReadBoot", vmId, null!, cancellationToken));
        }

        return Boots.GetOrAdd(vmId, _ => new BootSettings(false, [.. domain.Disks.Select(static (d, n) => new BootDevice(d.Target, BootDeviceKind.Disk, n == 0 ? 1 : null))], HasOwnKernel: false));
    }

    public async Task ConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"Configure {Find(order.VmId).Seen.Name}");
        if (order.BootOrder is not null)
        {
            await StepAsync("Configure:SetBootOrder", order.VmId, journal, new FakeIntention("settings", []), cancellationToken);
        }

        if (order.StartsWithHost is not null)
        {
            await StepAsync("Configure:SetAutostart", order.VmId, journal, new FakeIntention("settings", []), cancellationToken);
        }

        if (order.Name is { } name)
        {
            await StepAsync("Configure:Rename", order.VmId, journal, new FakeIntention("settings", []), cancellationToken);
            if (Domains.Values.Any(d => d.Seen.Name == name))
            {
                throw new EngineException(FailureCodes.NameTaken, $"The host has a machine named “{name}” already, which the portal does not manage. Choose another name.");
            }
        }

        Configure(order);
    }

    public Task<bool> RecoverConfigureAsync(ConfigureOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("RecoverConfigure");
        var completed = RecoverConfigure(order);
        if (completed)
        {
            Configure(order);
        }

        return Task.FromResult(completed);
    }

    private void Configure(ConfigureOrder order)
    {
        var domain = Find(order.VmId);
        domain.Seen = domain.Seen with { Name = order.Name ?? domain.Seen.Name };
        Configured.Enqueue(order);
    }
}
