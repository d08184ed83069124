using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>Sets a schedule; says beforehand when it would run and what it would remove.</summary>
public partial class ScheduleForm
{
    private static readonly DayOfWeek[] Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday, DayOfWeek.Saturday, DayOfWeek.Sunday];
    private static readonly string[] Zones = [.. TimeZoneInfo.GetSystemTimeZones().Where(static z => z.HasIanaId).Select(static z => z.Id).Order(StringComparer.Ordinal)];

    private RhythmKind _kind = RhythmKind.Daily;
    private TimeOnly _at = new(2, 0);
    private int _minute;
    private DayOfWeek _day = DayOfWeek.Sunday;
    private string _cron = "";
    private string _zone = "";
    private Number[] _numbers = [];
    private SchedulePreviewView? _preview;
    private Failure? _failure;
    private bool _asking;

    /// <summary>The rule to change; without one, a new one is set up.</summary>
    [Parameter]
    public ScheduleRule? Present { get; set; }

    /// <summary>Says what a rule would do.</summary>
    [Parameter, EditorRequired]
    public Func<Actor, ScheduleRule, Task<Outcome<SchedulePreviewView>>> Preview { get; set; } = default!;

    /// <summary>Saves a rule; a failure is shown and the form stays.</summary>
    [Parameter, EditorRequired]
    public Func<Actor, ScheduleRule, Task<Failure?>> Save { get; set; } = default!;

    /// <summary>It is saved, or left as it was.</summary>
    [Parameter]
    public EventCallback OnDone { get; set; }

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private int Going => _preview!.Snapshots.Count(static s => s.Reasons.Count == 0);

    private ScheduleRule Rule => new(
        _kind switch
        {
            RhythmKind.Custom => _cron.Trim(),
            RhythmKind.Hourly => Rhythm.Of(_kind, new TimeOnly(0, Math.Clamp(_minute, 0, 59))).Cron,
            _ => Rhythm.Of(_kind, _at, _day).Cron,
        },
        _zone.Trim(),
        new Retention(_numbers[0].Count, _numbers[1].Count, _numbers[2].Count, _numbers[3].Count, _numbers[4].Count));

    protected override async Task OnInitializedAsync()
    {
        var rule = Present ?? new ScheduleRule(Rhythm.Of(_kind, _at).Cron, Time.Zone.HasIanaId ? Time.Zone.Id : "Etc/UTC", new Retention(Last: 3, Daily: 7, Weekly: 4));
        var rhythm = Rhythm.From(rule.Cron);
        _kind = rhythm.Kind;
        _minute = rhythm.At.Minute;
        (_at, _day) = rhythm.Kind switch
        {
            RhythmKind.Weekly => (rhythm.At, rhythm.Day),
            RhythmKind.Daily or RhythmKind.Weekdays => (rhythm.At, _day),
            _ => (_at, _day),
        };
        _cron = rule.Cron;
        _zone = rule.TimeZone;
        _numbers =
        [
            new("last", VmTexts.LastOnes) { Count = rule.Keep.Last },
            new("hourly", VmTexts.Hours) { Count = rule.Keep.Hourly },
            new("daily", VmTexts.Days) { Count = rule.Keep.Daily },
            new("weekly", VmTexts.Weeks) { Count = rule.Keep.Weekly },
            new("monthly", VmTexts.Months) { Count = rule.Keep.Monthly },
        ];
        await PreviewAsync();
    }

    private string? Invalid(string field) => _failure?.Field == field ? "true" : null;

    private async Task PreviewAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            var answer = await Preview(actor, Rule);
            _preview = answer.Value;
            _failure = answer.Failure;
        }
    }

    private async Task SaveAsync()
    {
        if (_asking || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            _failure = await Save(actor, Rule);
            if (_failure is null)
            {
                await OnDone.InvokeAsync();
            }
        }
        finally
        {
            _asking = false;
        }
    }

    private sealed record Number(string Id, string Label)
    {
        public int Count { get; set; }
    }
}
