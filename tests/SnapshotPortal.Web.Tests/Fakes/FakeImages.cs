using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Disk images in one pool of one host.</summary>
internal sealed class FakeImages : IImages
{
    public List<object> Requests { get; } = [];

    public Failure? Refusal { get; set; }

    public ImageHostView Host { get; } = new(
        Guid.CreateVersion7(),
        "local",
        [new ImagePoolView("default", 5L << 30, [new ImageView("debian.qcow2", "qcow2", 2L << 30)])],
        [new CloneNetworkView("default", true)]);

    public Task<Outcome<IReadOnlyList<ImageHostView>>> ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult(Outcome.Success<IReadOnlyList<ImageHostView>>([Host]));

    public Task<Outcome<UploadedImageView>> UploadAsync(Actor actor, UploadImageRequest request, Stream content, CancellationToken cancellationToken)
        => throw new NotSupportedException();

    public Task<Outcome<OperationView>> ImportAsync(Actor actor, ImportVmRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult(Refusal is { } refusal ? refusal : Outcome.Success(Sample.Operation(Sample.Vm(request.Name), OperationKind.ImportVm)));
    }
}
