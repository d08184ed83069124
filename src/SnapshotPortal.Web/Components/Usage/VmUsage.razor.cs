using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Usage;

/// <summary>How busy one machine was in the last minutes, live.</summary>
public sealed partial class VmUsage
{
    // Less than this is noise, and should not look like work.
    private const double LeastRate = 10_000;
    private static readonly TimeSpan _rowEvery = TimeSpan.FromSeconds(30);

    private UsageView? _usage;
    private IUsageWatch? _watch;
    private string? _failure;
    private bool _asTable;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private IUsage Usage { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private bool HasSamples => _usage is { Samples.Count: > 0 };

    private bool HasNetwork => _usage!.Samples.Any(static s => s.NetworkReceivedBytesPerSecond is not null);

    /// <summary>The guest said in these minutes what it uses; otherwise what the machine holds of the host is the next best.</summary>
    private bool GuestTells => _usage!.Samples.Any(static s => s.MemoryUsedBytes is not null);

    private string WhyNone => Vm switch
    {
        { HostReachable: false } => UsageTexts.FormatHostNameDoesNotAnswerSoNothing(Vm.HostName),
        { Power: PowerState.Running or PowerState.Paused } => UsageTexts.MeasuringHasJustBegunTheFirst,
        _ => UsageTexts.TheMachineDoesNotRunSo,
    };

    private IReadOnlyList<ChartSeries> Cpu => [Line("", static s => s.CpuPercent, UsageWords.Percent)];

    private IReadOnlyList<ChartSeries> Memory => [Line(GuestTells ? UsageTexts.LineUsed : UsageTexts.HeldOnTheHost, MemoryOf, UsageWords.Memory)];

    private IReadOnlyList<ChartSeries> Disk =>
    [
        Line(UsageTexts.LineRead, static s => s.DiskReadBytesPerSecond, UsageWords.Rate),
        Line(UsageTexts.LineWritten, static s => s.DiskWriteBytesPerSecond, UsageWords.Rate),
    ];

    private IReadOnlyList<ChartSeries> Network =>
    [
        Line(UsageTexts.LineReceived, static s => s.NetworkReceivedBytesPerSecond, UsageWords.Rate),
        Line(UsageTexts.LineSent, static s => s.NetworkSentBytesPerSecond, UsageWords.Rate),
    ];

    private double MemoryScale => _usage!.Samples.SelectMany(s => new[] { s.MemoryAllottedBytes ?? 0, MemoryOf(s) ?? 0 }).Append(1).Max();

    private string MemoryNote => GuestTells
        ? UsageTexts.FormatOfMemoryBytesAsItsGuestSays(Words.Memory(Vm.MemoryBytes))
        : UsageTexts.FormatItHasMemoryBytesHowMuchOf(Words.Memory(Vm.MemoryBytes));

    private string DiskNote => _usage!.Samples[^1] is { DiskReadsPerSecond: { } reads, DiskWritesPerSecond: { } writes }
        ? UsageTexts.FormatReadsReadsWritesWrites(UsageWords.Often(reads), UsageWords.Often(writes))
        : UsageTexts.AllDisksTogether;

    /// <summary>The newest of every half a minute, the newest first.</summary>
    private IEnumerable<UsageSample> Rows => _usage!.Samples.GroupBy(static s => s.At.UtcTicks / _rowEvery.Ticks).Select(static g => g.Last()).Reverse();

    protected override void Leave() => _watch?.Dispose();

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        // Listen first, then look: what comes in between is shown twice, never missed.
        if (_watch is null && RendererInfo.IsInteractive && (await Usage.WatchAsync(actor, Vm.Id, cancellationToken)).Value is { } watch)
        {
            _watch = watch;
            _ = FollowAsync(watch);
        }

        var answer = await Usage.GetAsync(actor, Vm.Id, cancellationToken);
        (_usage, _failure) = (answer.Value, Sentences.Say(answer.Failure?.Message));
        if (Gone.IsCancellationRequested)
        {
            Leave();
        }
    }

    // How busy a machine is, is no event: nobody would want to read it again.
    protected override Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken) => Task.FromResult(false);

    private async Task FollowAsync(IUsageWatch watch)
    {
        try
        {
            while (await watch.NextAsync(Gone))
            {
                await InvokeAsync(async () =>
                {
                    await ReloadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (Gone.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // The page has gone; so has its interest.
        }
    }

    private static ChartSeries Line(IReadOnlyList<UsageSample> samples, string name, Func<UsageSample, double?> value, Func<double?, string> format)
        => new(name, [.. samples.Select(s => new ChartPoint(s.At, value(s)))], format);

    private static double RateScale(IReadOnlyList<ChartSeries> lines) => ChartLine.Scale(lines.SelectMany(static l => l.Points).Select(static p => p.Value), LeastRate);

    private ChartSeries Line(string name, Func<UsageSample, double?> value, Func<double?, string> format) => Line(_usage!.Samples, name, value, format);

    private double? MemoryOf(UsageSample sample) => GuestTells ? sample.MemoryUsedBytes : sample.MemoryResidentBytes;
}
