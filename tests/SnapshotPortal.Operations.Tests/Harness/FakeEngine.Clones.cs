using System.Collections.Concurrent;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Images;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Engine;

namespace SnapshotPortal.Operations.Tests.Harness;

/// <summary>What the host offers clones, and what guests say of themselves, by script.</summary>
internal sealed partial class FakeEngine
{
    /// <summary>What the host offers.</summary>
    public CloneOffer Offer { get; set; } = new(
        2, 8, 1L << 30, 16L << 30, "vda", new Dictionary<string, long>(StringComparer.Ordinal) { ["vda"] = 1L << 30 }, [new NetworkSeen("default", true)], "the network “default”", HasAgent: true, []);

    /// <summary>Why the host refuses clones, where a test wants that.</summary>
    public EngineException? CloneRefusal { get; set; }

    public ConcurrentQueue<IdentityOrder> Identities { get; } = new();

    /// <summary>What guests say, by machine; before they are changed.</summary>
    public ConcurrentDictionary<Guid, GuestFacts> Guests { get; } = new();

    /// <summary>What comes of an order; without one, the guest becomes who the order says.</summary>
    public Func<IdentityOrder, IdentityResult>? GiveIdentity { get; set; }

    /// <summary>What of an order is done again after a crash.</summary>
    public Func<IdentityOrder, (IdentityOrder Repeat, bool ScriptLost)> RecoverIdentity { get; set; } = static order => (order, false);

    public Task<CloneOffer> DescribeCloneAsync(HostRef host, MachineConfiguration configuration, IReadOnlyDictionary<string, LayerFile> layers, CancellationToken cancellationToken)
        => Task.FromResult(Offer);

    public Task CheckCloneAsync(CloneOrder order, CancellationToken cancellationToken)
        => CloneRefusal is { } why ? Task.FromException(why) : Task.CompletedTask;

    public async Task<IdentityResult> GiveIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Identities.Enqueue(order);
        await StepAsync("Identity:AwaitAgent", order.VmId, journal, null, cancellationToken);
        if (GiveIdentity is { } script)
        {
            return script(order);
        }

        var before = Guests.GetValueOrDefault(order.VmId, new GuestFacts("web", "source", ["ED25519 SHA256:source"], time.GetUtcNow()));
        if (order.HostName is null)
        {
            return new IdentityResult(null, before, null);
        }

        var now = Guests[order.VmId] = new GuestFacts(order.HostName, $"{order.VmId:N}", [$"ED25519 SHA256:{order.VmId:N}"], time.GetUtcNow());
        return new IdentityResult(before, now, null, order.Script is null ? null : new ScriptResult(0, "done"));
    }

    public Task<(IdentityOrder Repeat, bool ScriptLost)> RecoverIdentityAsync(IdentityOrder order, IOperationJournal journal, CancellationToken cancellationToken)
        => Task.FromResult(RecoverIdentity(order));

    public Task<GuestFacts?> ReadIdentityAsync(HostRef host, Guid vmId, CancellationToken cancellationToken)
        => Task.FromResult(Guests.GetValueOrDefault(vmId));

    public ConcurrentQueue<ImportOrder> Imports { get; } = new();

    /// <summary>Bytes that were uploaded, by volume.</summary>
    public ConcurrentDictionary<string, long> Uploads { get; } = new(StringComparer.Ordinal);

    public Func<ImportOrder, ImportResult?> RecoverImport { get; set; } = static _ => null;

    /// <summary>What every configuration's cards are plugged into.</summary>
    public IReadOnlyList<string> OwnNetworks { get; set; } = [];

    public IReadOnlyList<string> NetworksOf(string domainXml) => OwnNetworks;

    public Task<IReadOnlyList<NetworkSeen>> ListNetworksAsync(HostRef host, CancellationToken cancellationToken) => Task.FromResult(Offer.Networks);

    public async Task<ImageSeen> UploadImageAsync(HostRef host, string pool, string volume, Stream content, ImageLimits limits, CancellationToken cancellationToken)
    {
        await ActAsync("Upload", host.Id, null!, cancellationToken);
        Uploads[volume] = content.Length;
        return new ImageSeen(ImageKind.Raw, content.Length, content.Length);
    }

    public async Task<ImportResult> ImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Imports.Enqueue(order);
        await StepAsync("Import:Copy", order.VmId, journal, new FakeIntention("copy", []), cancellationToken);
        return Imported(order);
    }

    /// <summary>What an import under <paramref name="order"/> is.</summary>
    public ImportResult Imported(ImportOrder order)
    {
        var head = NewFile("vda");
        var seen = new VmObservation(order.VmId, order.Name, PowerState.ShutOff, false, order.VCpus, order.MemoryBytes);
        Domains[order.VmId] = new FakeDomain { Seen = seen, Disks = [new DiskInspection(head, "vda", "disk", null, CouldBeIncluded: false, [])] };
        return new ImportResult(head, seen, null);
    }

    public Task<ImportResult?> RecoverImportAsync(ImportOrder order, IOperationJournal journal, CancellationToken cancellationToken)
    {
        Calls.Enqueue("RecoverImport");
        return Task.FromResult(RecoverImport(order));
    }
}
