using Microsoft.AspNetCore.Components;
using SnapshotPortal.Domain.Classes;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Templates;

/// <summary>The fields of a template that can be changed later, too.</summary>
public partial class TemplateFieldsForm
{
    private bool _preview;
    private bool _mayEverybody;
    private List<ClassRef> _classes = [];

    [Parameter, EditorRequired]
    public TemplateForm Form { get; set; } = default!;

    /// <summary>Something was changed.</summary>
    [Parameter]
    public EventCallback OnChanged { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _mayEverybody = actor.IsTeacher || actor.IsAdministrator;
        var taught = (await Classes.ListAsync(actor, CancellationToken.None)).Where(c => actor.IsAdministrator || c.MyRole == ClassRole.Teacher).Select(static c => new ClassRef(c.Id, c.Name));
        _classes = [.. Form.Classes.Union(taught).OrderBy(static c => c.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    private Task ChangedAsync()
    {
        Form.Failure = null;
        return OnChanged.InvokeAsync();
    }

    private Task SetAudienceAsync(TemplateAudience audience)
    {
        Form.Audience = audience;
        return ChangedAsync();
    }

    private void Toggle(ClassRef group)
    {
        if (!Form.Classes.Remove(group))
        {
            Form.Classes.Add(group);
        }
    }
}
