using Microsoft.AspNetCore.Components;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>How long ago, with the exact time in the browser's zone on hover.</summary>
public sealed partial class TimeText : IDisposable
{
    [Parameter, EditorRequired]
    public DateTimeOffset At { get; set; }

    /// <summary>What is said around the time; <see langword="null"/> = nothing.</summary>
    [Parameter]
    public Func<object?, string>? Sentence { get; set; }

    [Parameter]
    public string? Class { get; set; }

    /// <summary>Shows the moment itself and not how long ago it was.</summary>
    [Parameter]
    public bool Moment { get; set; }

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    public void Dispose() => Time.Changed -= OnChanged;

    protected override void OnInitialized() => Time.Changed += OnChanged;

    private void OnChanged(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);
}
