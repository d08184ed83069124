using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Vm;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>When the portal takes snapshots of all machines of a class by itself.</summary>
public sealed partial class ClassSchedulePanel
{
    private ClassScheduleView? _schedule;
    private bool _editing;
    private string? _failure;

    [Parameter, EditorRequired]
    public Guid ClassId { get; set; }

    [Inject]
    private IClassSchedules Schedules { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string Followers => _schedule switch
    {
        { Following: 0, OnTheirOwn: 0 } => ClassTexts.NoneYetThoseOfTheFirst,
        { OnTheirOwn: 0 } => Follow(_schedule.Following),
        { OnTheirOwn: 1 } => ClassTexts.FormatOneOnItsOwn(Follow(_schedule.Following), 1),
        _ => ClassTexts.FormatManyOnTheirOwn(Follow(_schedule!.Following), _schedule.OnTheirOwn),
    };

    private static string Follow(int count) => count == 1 ? ClassTexts.FormatOneFollows(Counts.Vms(1)) : ClassTexts.FormatManyFollow(Counts.Vms(count));

    protected override void OnInitialized() => Time.Changed += OnTick;

    protected override void Leave() => Time.Changed -= OnTick;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _schedule = (await Schedules.GetAsync(actor, ClassId, cancellationToken)).Value;

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Events.Any(e => e.ClassId == ClassId && InspectionEvents.IsMoreThanAStep(e)))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private void OnTick(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, ScheduleRule rule) => Schedules.PreviewAsync(actor, ClassId, rule, Gone);

    private async Task<Failure?> SaveAsync(Actor actor, ScheduleRule rule) => await SetAsync(actor, rule, _schedule?.Enabled ?? true);

    private async Task<Failure?> SetAsync(Actor actor, ScheduleRule rule, bool enabled)
    {
        var answer = await Schedules.SetAsync(actor, ClassId, new SetScheduleRequest(rule, enabled), Gone);
        _schedule = answer.Value ?? _schedule;
        return answer.Failure;
    }

    private void Done()
    {
        _editing = false;
        _failure = null;
    }

    private async Task SwitchAsync()
    {
        if (Actor is { } actor && _schedule is { } schedule)
        {
            _failure = (await SetAsync(actor, schedule.Rule, !schedule.Enabled))?.Message;
        }
    }

    private async Task RemoveAsync()
    {
        if (Actor is { } actor && _schedule is not null)
        {
            var answer = await Schedules.RemoveAsync(actor, ClassId, Gone);
            _failure = Sentences.Say(answer.Failure?.Message);
            _schedule = answer.IsSuccess ? null : _schedule;
        }
    }
}
