using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Templates;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Web.Tests.Fakes;

/// <summary>Templates as the pages see them, in memory.</summary>
internal sealed class FakeTemplates : ITemplates
{
    public List<TemplateDetailView> All { get; } = [];

    public List<PersonRef> People { get; } = [];

    /// <summary>Everything that was asked to be changed, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>Refuses the next requests for a change with this.</summary>
    public Failure? Refusal { get; set; }

    /// <summary>The template that any snapshot goes on with.</summary>
    public Guid? Continued { get; set; }

    public static TemplateDetailView Template(string title = "Lab", bool mine = true, string description = "", int versions = 1)
    {
        var editions = Enumerable.Range(1, versions).Reverse().Select(static n => new TemplateVersionView(Guid.CreateVersion7(), n, $"Notes {n}", 2, 2L << 30, Sample.Start.AddDays(n - 9), n)).ToList();
        return new TemplateDetailView(
            new TemplateView(Guid.CreateVersion7(), title, description, "terminal", "Toni Teacher", editions[0], 10_000_000_000, TemplateAudience.Named, mine, null),
            editions,
            [],
            []);
    }

    public Task<IReadOnlyList<TemplateView>> ListAsync(Actor actor, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<TemplateView>>([.. All.Select(static d => d.Template)]);

    public Task<Outcome<TemplateDetailView>> GetAsync(Actor actor, Guid templateId, CancellationToken cancellationToken)
        => Task.FromResult<Outcome<TemplateDetailView>>(All.Find(d => d.Template.Id == templateId) is { } found ? found : FakePortal.NotFound);

    public Task<Guid?> FindContinuedAsync(Actor actor, Guid snapshotId, CancellationToken cancellationToken) => Task.FromResult(Continued);

    public Task<Outcome<TemplateDetailView>> PublishAsync(Actor actor, Guid snapshotId, PublishTemplateRequest request, CancellationToken cancellationToken)
        => AcceptAsync((snapshotId, request), () => Template(request.Fields.Title));

    public Task<Outcome<TemplateDetailView>> PublishVersionAsync(Actor actor, Guid templateId, Guid snapshotId, TemplateVersionRequest request, CancellationToken cancellationToken)
        => AcceptAsync((templateId, snapshotId, request), () => All.Single(d => d.Template.Id == templateId));

    public Task<Outcome<TemplateDetailView>> ChangeAsync(Actor actor, Guid templateId, TemplateFields fields, CancellationToken cancellationToken)
        => AcceptAsync(fields, () => Replace(templateId, d => d with { Template = d.Template with { Title = fields.Title, Audience = fields.Audience }, People = [.. People.Where(p => fields.UserIds!.Contains(p.Id))] }));

    public Task<Outcome<TemplateDetailView>> SetPublishedAsync(Actor actor, Guid templateId, bool published, CancellationToken cancellationToken)
        => AcceptAsync(published, () => Replace(templateId, d => d with { Template = d.Template with { UnpublishedAt = published ? null : Sample.Start } }));

    public Task<Outcome<OperationView>> CloneAsync(Actor actor, Guid templateId, CloneVmRequest request, CancellationToken cancellationToken)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<OperationView>>(Refusal is { } refusal ? refusal : Sample.Operation(Sample.Vm(request.Name), OperationKind.CloneVm));
    }

    public Task<IReadOnlyList<PersonRef>> FindPeopleAsync(Actor actor, string text, CancellationToken cancellationToken)
        => Task.FromResult<IReadOnlyList<PersonRef>>([.. People.Where(p => p.Name.Contains(text, StringComparison.OrdinalIgnoreCase) || p.Email.Contains(text, StringComparison.OrdinalIgnoreCase))]);

    private TemplateDetailView Replace(Guid templateId, Func<TemplateDetailView, TemplateDetailView> change)
    {
        var index = All.FindIndex(d => d.Template.Id == templateId);
        return All[index] = change(All[index]);
    }

    private Task<Outcome<TemplateDetailView>> AcceptAsync(object request, Func<TemplateDetailView> accept)
    {
        Requests.Add(request);
        return Task.FromResult<Outcome<TemplateDetailView>>(Refusal is { } refusal ? refusal : accept());
    }
}
