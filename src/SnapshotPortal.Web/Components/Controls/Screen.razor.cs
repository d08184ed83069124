using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>A machine's display, fetched again now and then while the machine runs.</summary>
public sealed partial class Screen : IDisposable
{
    private ITimer? _timer;
    private long _version;
    private bool _failed;
    private (Guid Id, bool Running) _shown;

    [Parameter, EditorRequired]
    public Guid VmId { get; set; }

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Parameter, EditorRequired]
    public bool Running { get; set; }

    /// <summary>How often to look again.</summary>
    [Parameter]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(30);

    [Parameter]
    public string? Class { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Source => string.Create(CultureInfo.InvariantCulture, $"/screens/{VmId}?v={_version}");

    public void Dispose() => _timer?.Dispose();

    protected override void OnParametersSet()
    {
        if (_shown != (VmId, Running))
        {
            _shown = (VmId, Running);
            _failed = false;
            _version = Clock.GetUtcNow().ToUnixTimeMilliseconds();
        }

        if (RendererInfo.IsInteractive)
        {
            _timer ??= Clock.CreateTimer(static state => ((Screen)state!).OnTick(), this, Interval, Interval);
        }
    }

    private void OnTick() => _ = InvokeAsync(() =>
    {
        if (Running)
        {
            _failed = false;
            _version = Clock.GetUtcNow().ToUnixTimeMilliseconds();
            StateHasChanged();
        }
    });

    private void OnError() => _failed = true;
}
