using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Components.Templates;

/// <summary>How a template is shown and who may use it, while somebody edits it.</summary>
public sealed class TemplateForm
{
    public string Title { get; set; } = "";

    public string Description { get; set; } = "";

    public string Icon { get; set; } = TemplateIcons.Default;

    public TemplateAudience Audience { get; set; }

    /// <summary>People who may use it.</summary>
    public List<PersonRef> People { get; } = [];

    /// <summary>Classes that may use it, also those that the editor does not teach.</summary>
    public List<ClassRef> Classes { get; } = [];

    /// <summary>What the operation layer found wrong.</summary>
    public Failure? Failure { get; set; }

    public bool IsComplete => !string.IsNullOrWhiteSpace(Title) && Title.Trim().Length <= Template.MaxTitleLength && Description.Length <= Template.MaxDescriptionLength;

    public static TemplateForm From(TemplateDetailView detail)
    {
        var form = new TemplateForm
        {
            Title = detail.Template.Title,
            Description = detail.Template.Description,
            Icon = detail.Template.Icon,
            Audience = detail.Template.Audience,
        };
        form.People.AddRange(detail.People);
        form.Classes.AddRange(detail.Classes);
        return form;
    }

    public TemplateFields ToFields() => new(Title, Description, Icon, Audience, [.. People.Select(static p => p.Id)], [.. Classes.Select(static c => c.Id)]);
}
