using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Dialogs;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Pages;

/// <summary>The quotas that were set, and the setting of them.</summary>
public partial class AdminQuotas
{
    private IReadOnlyList<QuotaView>? _quotas;
    private string? _failure;

    [Inject]
    private IQuotas Quotas { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    protected override Task OnInitializedAsync() => LoadAsync();

    private static string Limits(QuotaLimits limits)
    {
        var lines = ClassWords.Lines(limits, new QuotaUsage());
        return lines.Count == 0 ? PageTexts.NoLimit : string.Join(" · ", lines.Select(static l => $"{l.Name}: {l.Limit}"));
    }

    private async Task LoadAsync()
    {
        if (await CurrentActor.GetAsync() is { } actor)
        {
            var answer = await Quotas.ListAsync(actor, CancellationToken.None);
            _quotas = answer.Value;
            _failure = Sentences.Say(answer.Failure?.Message);
        }
    }

    private async Task SetAsync(QuotaView? quota)
    {
        if (await Dialogs.AskAsync(PageTexts.Quota, new DialogParameters<QuotaDialog> { { static d => d.Quota, quota } }) is IReadOnlyList<QuotaView> all)
        {
            _quotas = all;
        }
    }

    private async Task RemoveAsync(QuotaView quota)
    {
        if (await CurrentActor.GetAsync() is not { } actor
            || !await Dialogs.ConfirmAsync(PageTexts.FormatRemoveTheQuotaForQuota(ClassWords.Subject(quota)), PageTexts.FromThisMomentOnTheNext, CommonTexts.Remove))
        {
            return;
        }

        var answer = await Quotas.RemoveAsync(actor, quota.Id, CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        _quotas = answer.Value ?? _quotas;
    }
}
