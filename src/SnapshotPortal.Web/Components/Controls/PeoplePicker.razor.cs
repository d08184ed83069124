using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>Chooses people by searching for them.</summary>
public sealed partial class PeoplePicker : IDisposable
{
    private Debounce? _debounce;
    private string _text = "";
    private IReadOnlyList<PersonRef>? _found;

    /// <summary>Who is chosen; changed in place.</summary>
    [Parameter, EditorRequired]
    public List<PersonRef> Chosen { get; set; } = default!;

    /// <summary>Somebody was chosen or left out.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    /// <summary>One person at the most.</summary>
    [Parameter]
    public bool Single { get; set; }

    /// <summary>Only whole addresses find somebody.</summary>
    [Parameter]
    public bool Narrow { get; set; }

    [Inject]
    private ITemplates Templates { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Prompt => Narrow ? ControlTexts.AddAPersonTheirWholeE : ControlTexts.AddAPersonNameOrE;

    public void Dispose() => _debounce?.Dispose();

    private async Task SearchAsync(string? text)
    {
        _text = text ?? "";
        _found = null;
        _debounce ??= new Debounce(Clock, TimeSpan.FromMilliseconds(250));
        await _debounce.RunAsync(async cancellationToken =>
        {
            if (await CurrentActor.GetAsync() is { } actor)
            {
                var found = await Templates.FindPeopleAsync(actor, _text, cancellationToken);
                _found = [.. found.Where(p => !Chosen.Contains(p))];
            }
        });
    }

    private async Task AddAsync(PersonRef person)
    {
        Chosen.Add(person);
        _text = "";
        _found = null;
        await OnChanged.InvokeAsync();
    }

    private async Task DropAsync(PersonRef person)
    {
        Chosen.Remove(person);
        await OnChanged.InvokeAsync();
    }
}
