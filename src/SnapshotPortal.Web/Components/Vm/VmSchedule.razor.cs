using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Schedules;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>When the portal takes snapshots of the machine by itself, and how that went.</summary>
public sealed partial class VmSchedule
{
    private ScheduleView? _schedule;
    private bool _editing;
    private string? _failure;

    [Parameter, EditorRequired]
    public VmView Vm { get; set; } = default!;

    [Inject]
    private ISchedules Schedules { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    private string NextText => _schedule!.State switch
    {
        { IsRunning: true } => VmTexts.ASnapshotIsBeingTakenNow,
        { Enabled: false } => CommonTexts.NoneWhileItIsPaused,
        { NextRunAt: null } => VmTexts.NoNextRun,
        { NextRunAt: { } next } when next <= Time.Now => VmTexts.DueNow,
        { NextRunAt: { } next } => CommonTexts.FormatNextNext2YourTime(Time.Relative(next), Time.Short(next)),
    };

    private string LastText => _schedule!.State switch
    {
        { LastRunAt: null } => VmTexts.ItHasNotRunYet,
        { LastRunAt: { } at, LastOutcome: ScheduleOutcome.Failed, LastMessage: var why } => VmTexts.FormatFailedAtWhy(Time.Relative(at), why),
        { LastRunAt: { } at, LastOutcome: ScheduleOutcome.Skipped, LastMessage: var why } => VmTexts.FormatLeftOutAtWhy(Time.Relative(at), why),
        { LastRunAt: { } at, LastOutcome: ScheduleOutcome.Succeeded } => VmTexts.FormatSucceededAt(Time.Relative(at)),
        _ => "",
    };

    protected override void OnInitialized() => Time.Changed += OnTick;

    protected override void Leave() => Time.Changed -= OnTick;

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
        => _schedule = (await Schedules.GetAsync(actor, Vm.Id, cancellationToken)).Value;

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        if (!batch.Events.Any(e => e.VmId == Vm.Id))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private void OnTick(object? sender, EventArgs e) => _ = InvokeAsync(StateHasChanged);

    private Task<Outcome<SchedulePreviewView>> PreviewAsync(Actor actor, ScheduleRule rule) => Schedules.PreviewAsync(actor, Vm.Id, rule, Gone);

    private async Task<Failure?> SaveAsync(Actor actor, ScheduleRule rule)
    {
        var answer = await Schedules.SetAsync(actor, Vm.Id, new SetScheduleRequest(rule, _schedule?.State.Enabled ?? true), Gone);
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
            var answer = await Schedules.SetAsync(actor, Vm.Id, new SetScheduleRequest(schedule.Rule, !schedule.State.Enabled), Gone);
            _failure = Sentences.Say(answer.Failure?.Message);
            _schedule = answer.Value ?? schedule;
        }
    }

    private async Task RemoveAsync()
    {
        if (Actor is { } actor && _schedule is { } schedule)
        {
            var answer = await Schedules.RemoveAsync(actor, Vm.Id, Gone);
            _failure = Sentences.Say(answer.Failure?.Message);
            _schedule = answer.IsSuccess ? null : schedule;
        }
    }
}
