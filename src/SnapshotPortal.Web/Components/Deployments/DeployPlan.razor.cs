using System.Globalization;
using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Deployments;

/// <summary>Plans a deployment: what would be made and what stands in its way, as one types; then one click.</summary>
public sealed partial class DeployPlan
{
    private readonly DeployForm _form = new();
    private ClassDetailView? _class;
    private IReadOnlyList<TemplateView> _templates = [];
    private DeploymentPlanView? _plan;
    private Failure? _failure;
    private Debounce? _debounce;
    private bool _planning;
    private bool _asking;
    private bool _missing;

    [Parameter, EditorRequired]
    public Guid ClassId { get; set; }

    [CascadingParameter]
    private HttpContext? HttpContext { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    [Inject]
    private IDeployments Deployments { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private BrowserTime Time { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private List<ClassMemberView> Students => [.. _class!.Members.Where(static m => m.Role == ClassRole.Student)];

    private TemplateView? Template => _templates.FirstOrDefault(t => t.Id == _form.TemplateId);

    private bool CanDeploy => !_planning && _failure is null && _plan is { Problems.Count: 0, Machines.Count: > 0 } plan && plan.Machines.All(static m => m.Problem is null);

    private string EndWords => _form.EndsOn is { } day
        ? DeploymentTexts.FormatAtTheEndOfDayThe(ClassWords.Day(day), ClassWords.Day(GraceDays.After(day, _form.GraceDays)))
        : DeploymentTexts.TheyStayUntilYouDeleteThem;

    protected override void Leave() => _debounce?.Dispose();

    protected override async Task LoadAsync(Actor actor, CancellationToken cancellationToken)
    {
        _class = (await Classes.GetAsync(actor, ClassId, cancellationToken)).Value;
        _missing = _class is null;
        if (_class is not { } found)
        {
            if (HttpContext is { Response.HasStarted: false })
            {
                HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            }

            return;
        }

        _templates = [.. (await Templates.ListAsync(actor, cancellationToken)).Where(static t => t.UnpublishedAt is null)];
        if (_form.TemplateId is null && _templates.Count > 0)
        {
            _form.TemplateId = _templates[0].Id;
            _form.Name = FreeName(_templates[0].Title);
            _form.EndsOn = found.Class.EndsOn is { } ends && ends > Time.DayOf(Time.Now) ? ends : null;
        }

        if (RendererInfo.IsInteractive)
        {
            await AskPlanAsync(actor, cancellationToken);
        }
    }

    protected override async Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken)
    {
        // Who is in the class may have changed, and which names are taken.
        if (!batch.Events.Any(e => e.ClassId == ClassId && e.Kind == EventKinds.ClassChanged))
        {
            return false;
        }

        await LoadAsync(actor, cancellationToken);
        return true;
    }

    private static string? Gib(long? bytes) => bytes is { } memory ? (memory / (double)(1L << 30)).ToString("0.####", CultureInfo.InvariantCulture) : null;

    private string FreeName(string title) => FreeNames.Again(title, _class!.Deployments.Where(static d => d.EndedAt is null).Select(static d => d.Name));

    private string? Invalid(string field) => _failure?.Field == field ? "true" : null;

    private Task ChooseTemplateAsync(ChangeEventArgs e)
    {
        var before = Template;
        _form.TemplateId = Guid.TryParse(e.Value?.ToString(), out var id) ? id : null;
        if (before is not null && Template is { } now && _form.Name == FreeName(before.Title))
        {
            _form.Name = FreeName(now.Title);
        }

        return PlanAsync();
    }

    private Task SetWhoAsync(bool onlySome)
    {
        _form.OnlySome = onlySome;
        return PlanAsync();
    }

    private Task ToggleAsync(Guid studentId)
    {
        if (!_form.Chosen.Remove(studentId))
        {
            _form.Chosen.Add(studentId);
        }

        return PlanAsync();
    }

    private async Task PlanAsync()
    {
        if (Actor is not { } actor)
        {
            return;
        }

        _planning = true;
        _debounce ??= new Debounce(Clock, TimeSpan.FromMilliseconds(300));
        await _debounce.RunAsync(cancellationToken => AskPlanAsync(actor, cancellationToken));
    }

    private async Task AskPlanAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (!_form.CanBePlanned)
        {
            (_plan, _failure, _planning) = (null, null, false);
            return;
        }

        var answer = await Deployments.PlanAsync(actor, ClassId, _form.ToRequest(Time), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        (_plan, _failure, _planning) = (answer.Value, answer.Failure, false);
    }

    private async Task DeployAsync()
    {
        if (_asking || !CanDeploy || Actor is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Deployments.DeployAsync(actor, ClassId, _form.ToRequest(Time), Gone);
            _failure = answer.Failure;
            if (answer.IsSuccess)
            {
                Navigation.NavigateTo($"/deployments/{answer.Value.Deployment.Id}");
            }
        }
        finally
        {
            _asking = false;
        }
    }
}
