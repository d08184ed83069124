using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Addresses;

/// <summary>
/// The network cards and addresses of machines, each asked for once, however many look at it: guests are slow to answer, and
/// their agents have better things to do.
/// </summary>
internal sealed class MachineAddresses(IHypervisorEngine engine, TimeProvider time)
{
    /// <summary>How long an answer is good for.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    /// <summary>How long one is that tells no address: the guest may be booting, and gets one any moment.</summary>
    public static readonly TimeSpan FreshWithout = TimeSpan.FromSeconds(5);

    // Nobody has looked for so long.
    private static readonly TimeSpan _forgotten = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid HostId, Guid VmId), Answer> _answers = [];

    /// <summary>What is known of a machine's network, not older than <see cref="Fresh"/> where it may be asked.</summary>
    /// <param name="host">Its host.</param>
    /// <param name="vm">The machine, as the database knows it.</param>
    /// <param name="agentIsFree">Nothing is at work that may hold the agent: no operation, no freeze.</param>
    public Task<VmNetworkView> ReadAsync(HostRef host, VirtualMachine vm, bool agentIsFree)
    {
        var run = new Run(vm.Power, vm.AgentConnected);
        var askGuest = vm is { Power: PowerState.Running, AgentConnected: true };
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_answers.GetValueOrDefault((host.Id, vm.Id)) is { } last && last.Run == run && (last.View is { } view
                ? (askGuest && !agentIsFree) || now - view.At < GoodFor(view)
                : !last.Asking.IsCompleted))
            {
                return last.Asking;
            }

            var answer = new Answer(run, now);
            answer.Asking = AskAsync(answer, host, vm.Id, askGuest && agentIsFree);
            if (agentIsFree || !askGuest)
            {
                Forget(now);
                _answers[(host.Id, vm.Id)] = answer;
            }

            return answer.Asking;
        }
    }

    private static TimeSpan GoodFor(VmNetworkView view)
        => view.Source == AddressSource.Guest && view.Cards.All(static c => c.Addresses.Count == 0) ? FreshWithout : Fresh;

    private async Task<VmNetworkView> AskAsync(Answer answer, HostRef host, Guid vmId, bool askGuest)
    {
        var seen = await engine.ReadNetworkAsync(host, vmId, askGuest, CancellationToken.None);
        var view = new VmNetworkView(time.GetUtcNow(), seen.Source, seen.Cards);
        lock (_lock)
        {
            answer.View = view;
        }

        return view;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, _) in _answers.Where(a => a.Value.Asking.IsCompleted && now - a.Value.AskedAt > _forgotten).ToList())
        {
            _answers.Remove(key);
        }
    }

    /// <summary>What an answer is about: after a change of these it is about another run.</summary>
    private readonly record struct Run(PowerState Power, bool AgentConnected);

    private sealed class Answer(Run run, DateTimeOffset askedAt)
    {
        public Run Run => run;

        public DateTimeOffset AskedAt => askedAt;

        public Task<VmNetworkView> Asking { get; set; } = null!;

        /// <summary>What came; nothing while it is waited for, and after a failure.</summary>
        public VmNetworkView? View { get; set; }
    }
}
