using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>Makes machines around disk images from elsewhere.</summary>
public sealed partial class ImportView
{
    private IReadOnlyList<ImageHostView>? _hosts;
    private IReadOnlyList<PersonView> _people = [];
    private ElementReference _file;
    private DotNetObjectReference<ImportView>? _self;
    private string _place = "";
    private string _volume = "";
    private string _name = "";
    private Guid? _owner;
    private int _vcpus = 2;
    private int _mebibytes = 2048;
    private int _gibibytes = 20;
    private string _network = "";
    private bool _start;
    private int? _percent;
    private string? _failure;
    private string? _uploadFailure;
    private string? _refusal;

    [Inject]
    private IImages Images { get; set; } = default!;

    [Inject]
    private IPeople People { get; set; } = default!;

    [Inject]
    private IJSRuntime Script { get; set; } = default!;

    [Inject]
    private MyRequests Mine { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ImageHostView? Host => _hosts?.FirstOrDefault(h => h.Pools.Any(p => Place(h, p) == _place));

    private ImagePoolView? Pool => Host?.Pools.FirstOrDefault(p => Place(Host, p) == _place);

    private string? NameError => _name.Length == 0 ? null : Sentences.Say(Names.CheckVmName(_name));

    /// <summary>The browser tells how far an upload is.</summary>
    [JSInvokable]
    public Task UploadedAsync(int percent) => InvokeAsync(() =>
    {
        _percent = percent;
        StateHasChanged();
    });

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        _people = (await People.ListAsync(actor, cancellationToken)).Value ?? [];
        _owner ??= actor.UserId;
        var answer = await Images.ListAsync(actor, cancellationToken);
        _hosts = answer.Value;
        _failure = Sentences.Say(answer.Failure?.Message);
        if (Pool is null && _hosts?.FirstOrDefault(static h => h.Pools.Count > 0) is { } host)
        {
            _place = Place(host, host.Pools[0]);
        }
    }

    protected override Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken) => Task.FromResult(false);

    private static string Place(ImageHostView host, ImagePoolView pool) => $"{host.HostId}/{pool.Name}";

    private void ChoosePlace(string? place)
    {
        _place = place ?? "";
        _volume = "";
    }

    private async Task UploadAsync()
    {
        if (Host is not { } host || Pool is not { } pool || Actor is not { } actor)
        {
            return;
        }

        _uploadFailure = null;
        _percent = 0;
        StateHasChanged();
        try
        {
            _self ??= DotNetObjectReference.Create(this);
            var answer = await Script.InvokeAsync<UploadAnswer>("portal.upload", Gone, _file, $"images?hostId={host.HostId}&pool={Uri.EscapeDataString(pool.Name)}", _self);
            if (answer.Ok)
            {
                await LoadAsync(actor, Gone);
                _volume = answer.Text;
                _name = _name.Length > 0 ? _name : Names.ToVmName(Path.GetFileNameWithoutExtension(answer.Text["upload-00000000-".Length..]));
            }
            else
            {
                _uploadFailure = answer switch
                {
                    { Reason: "none" } => PageTexts.ChooseAFileFirst,
                    { Reason: "lost" } => PageTexts.TheUploadWasLost,
                    { Text.Length: > 0 } => Sentences.Say(answer.Text),
                    _ => PageTexts.ThePortalRefusedTheFile,
                };
            }
        }
        finally
        {
            _percent = null;
        }
    }

    private async Task ImportAsync()
    {
        if (Host is not { } host || Pool is not { } pool || Actor is not { } actor)
        {
            return;
        }

        var request = new ImportVmRequest(host.HostId, pool.Name, _volume, _name, _owner)
        {
            VCpus = _vcpus,
            MemoryBytes = (long)_mebibytes << 20,
            Network = _network.Length == 0 ? null : _network,
            DiskBytes = (long)_gibibytes << 30,
            Start = _start,
            IdempotencyKey = Guid.NewGuid().ToString("N"),
        };
        var answer = await Images.ImportAsync(actor, request, CancellationToken.None);
        _refusal = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Mine.Note(answer.Value);
            Navigation.NavigateTo("/activity");
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        _self?.Dispose();
        await base.DisposeAsync();
    }

    private sealed record UploadAnswer(bool Ok, string Text, string? Reason);
}
