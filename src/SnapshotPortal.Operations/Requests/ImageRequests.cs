using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SnapshotPortal.Domain;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Collecting;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Handlers;
using SnapshotPortal.Operations.Hosts;
using SnapshotPortal.Operations.Importing;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Requests;

/// <inheritdoc cref="IImages"/>
internal sealed class ImageRequests(
    IHypervisorEngine engine,
    HostRegistry hosts,
    IUserDirectory users,
    Changes changes,
    Enqueuing enqueuing,
    HostFit fit,
    CollectionTrigger collection,
    IOptions<PortalOptions> options,
    TimeProvider time) : IImages
{
    private const long LeastDisk = 64L << 20;

    public async Task<Outcome<IReadOnlyList<ImageHostView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        var list = new List<ImageHostView>();
        foreach (var host in hosts.All.Where(static h => h.IsConnected).OrderBy(static h => h.Reference.Name, StringComparer.Ordinal))
        {
            try
            {
                var survey = await engine.SurveyAsync(host.Reference, cancellationToken);
                var networks = await engine.ListNetworksAsync(host.Reference, cancellationToken);
                list.Add(new ImageHostView(
                    host.Reference.Id,
                    host.Reference.Name,
                    [.. survey.Pools.Where(static p => p is { IsActive: true, WhyNoSnapshots: null }).OrderBy(static p => p.Name, StringComparer.Ordinal).Select(p => new ImagePoolView(p.Name, p.Free, Free(survey, p.Name)))],
                    [.. networks.Select(static n => new CloneNetworkView(n.Name, n.IsActive))]));
            }
            catch (EngineException e)
            {
                return new Failure(FailureKind.Unavailable, e.Code, e.Message);
            }
        }

        return Outcome.Success<IReadOnlyList<ImageHostView>>(list);
    }

    public async Task<Outcome<UploadedImageView>> UploadAsync(Actor actor, UploadImageRequest request, Stream content, CancellationToken cancellationToken)
    {
        if (!actor.IsAdministrator)
        {
            return AdministratorsOnly();
        }

        var limits = options.Value.Images.Limits;
        if (request.Length > limits.FileBytes)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ImageRefused, string.Create(CultureInfo.InvariantCulture, $"The file has {request.Length.Value / 1073741824.0:F1} GiB; at most {limits.FileBytes / 1073741824.0:F1} GiB are uploaded."));
        }

        if (hosts.Find(request.HostId) is not { IsConnected: true } host)
        {
            return Unreachable();
        }

        // The row is written before the volume: what a portal that dies leaves half-written is found by it and removed.
        var volume = $"upload-{Guid.CreateVersion7().ToString("N")[^8..]}-{Names.ToVmName(Path.GetFileNameWithoutExtension(request.Name))}{Extension(request.Name)}";
        var row = UploadedLayers.NewRow(request.HostId, request.Pool, volume);
        await changes.CommitAsync((db, _) => Task.FromResult(db.Layers.Add(row)), cancellationToken);
        try
        {
            var seen = await engine.UploadImageAsync(host.Reference, request.Pool, volume, content, limits, cancellationToken);
            await EndAsync(row.Id, keepFile: true);
            await changes.AuditAsync(AuditDraft.By(actor, AuditActs.ImageUploaded, AuditSubject.Image) with { SubjectName = volume, Detail = request.Pool }, CancellationToken.None);
            return new UploadedImageView(request.HostId, request.Pool, volume, seen.Kind, seen.VirtualSize, seen.FileBytes);
        }
        catch (EngineException e)
        {
            await EndAsync(row.Id, keepFile: e.Code is FailureCodes.PoolUnknown);
            return new Failure(e.Code is FailureCodes.ImageRefused or FailureCodes.PoolUnknown ? FailureKind.Invalid : FailureKind.Conflict, e.Code, e.Message);
        }
        catch
        {
            await EndAsync(row.Id, keepFile: false);
            throw;
        }
    }

    public Task<Outcome<OperationView>> ImportAsync(Actor actor, ImportVmRequest request, CancellationToken cancellationToken)
        => enqueuing.EnqueueAsync(
            actor,
            request.IdempotencyKey,
            new { import = request },
            AuditDraft.By(actor, AuditActs.Of(OperationKind.ImportVm), AuditSubject.Vm),
            async (db, drafts) =>
            {
                if (!actor.IsAdministrator)
                {
                    return AdministratorsOnly();
                }

                if (Check(request) is { } wrong)
                {
                    return wrong;
                }

                var owner = request.OwnerId ?? actor.UserId;
                if (!(await users.NamesAsync([owner], cancellationToken)).ContainsKey(owner))
                {
                    return new Failure(FailureKind.Invalid, FailureCodes.UserUnknown, "There is no such user. Choose an existing account as the owner.", "ownerId");
                }

                if (hosts.Find(request.HostId) is not { IsConnected: true })
                {
                    return Unreachable();
                }

                if (fit.Check(request.HostId, request.VCpus, request.MemoryBytes) is { } tooMuch)
                {
                    return tooMuch;
                }

                if (await NameChecks.CheckVmTakenAsync(db, request.HostId, request.Name, cancellationToken) is { } taken)
                {
                    return taken;
                }

                var vm = new VirtualMachine
                {
                    Id = Guid.NewGuid(),
                    HostId = request.HostId,
                    Name = request.Name,
                    OwnerId = owner,
                    Origin = VmOrigin.Imported,
                    CreatedAt = time.GetUtcNow(),
                    VCpus = request.VCpus,
                    MemoryBytes = request.MemoryBytes,
                }.AsCreating();
                db.Vms.Add(vm);
                drafts.Add(EventDraft.Of(vm));
                return new OperationPlan(OperationKind.ImportVm, vm.Id, vm.HostId, vm.OwnerId)
                {
                    Parameters = new ImportParameters(request.Name, request.Pool, request.Volume, request.VCpus, request.MemoryBytes, request.Network, request.DiskBytes, request.Start),
                    Deadline = FailureDeadlines.Longest,
                };
            },
            cancellationToken);

    private static Failure? Check(ImportVmRequest request)
    {
        if (NameChecks.CheckVm(request.Name) is { } wrongName)
        {
            return wrongName;
        }

        if (request.Volume.Length is 0 or > 255 || request.Volume.Contains('/', StringComparison.Ordinal) || request.Volume.Any(char.IsControl))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.VolumeMissing, "Name a volume of the storage pool, without a path.", "volume");
        }

        return CloneChecks.CheckSize(request.VCpus, request.MemoryBytes)
            ?? (request.DiskBytes is < LeastDisk or > (1L << 46)
                ? new Failure(FailureKind.Invalid, FailureCodes.DisksInvalid, "An empty disk has 64 MiB to 64 TiB.", "diskBytes")
                : null);
    }

    private static List<ImageView> Free(HostSurvey survey, string pool)
    {
        var used = survey.Machines.SelectMany(static m => m.Disks).SelectMany(static d => d.LiveChain.Append(d.File ?? "")).ToHashSet(StringComparer.Ordinal);
        var below = survey.Volumes.Select(static v => v.BackingPath).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return
        [
            .. survey.Volumes.Where(v => v.Pool == pool && v.LayerId is null && v.MemoryOf is null && !used.Contains(v.Path) && !below.Contains(v.Path))
                .OrderBy(static v => v.Name, StringComparer.Ordinal).Select(static v => new ImageView(v.Name, v.Format, v.VirtualSize)),
        ];
    }

    private async Task EndAsync(Guid rowId, bool keepFile)
    {
        await changes.CommitAsync(
            async (db, _) =>
            {
                var row = await db.Layers.SingleAsync(l => l.Id == rowId, CancellationToken.None);
                if (keepFile)
                {
                    db.Layers.Remove(row);
                }
                else
                {
                    row.State = LayerState.Released;
                }
            },
            CancellationToken.None);
        collection.Wake();
    }

    private static string Extension(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".iso" => ".iso",
        ".raw" or ".img" => ".img",
        _ => ".qcow2",
    };

    private static Failure Unreachable() => new(FailureKind.Unavailable, FailureCodes.HostUnreachable, "The host does not answer. Try again when it is back.");

    private static Failure AdministratorsOnly() => new(FailureKind.Forbidden, FailureCodes.AdministratorsOnly, "Only administrators can do this.");
}
