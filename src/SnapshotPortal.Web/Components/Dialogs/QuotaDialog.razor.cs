using Microsoft.AspNetCore.Components;
using MudBlazor;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Quotas;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>Asks for a quota: for whom, what, and why.</summary>
public partial class QuotaDialog
{
    private const double Gib = 1L << 30;
    private const double Gb = 1_000_000_000;

    private readonly Number _vms = new("quota-vms", "VMs");
    private readonly Number _running = new("quota-running", CommonTexts.RunningVMs);
    private readonly Number _vCpus = new("quota-vcpus", "vCPUs");
    private readonly Number _memory = new("quota-memory", CommonTexts.MemoryGiB, Gib);
    private readonly Number _snapshots = new("quota-snapshots", CommonTexts.Snapshots);
    private readonly Number _bytes = new("quota-bytes", DialogTexts.DiskSpaceGB, Gb);
    private readonly List<Number> _numbers;
    private readonly List<PersonRef> _people = [];
    private IReadOnlyList<ClassView> _classes = [];
    private QuotaSubject _subject = QuotaSubject.Everybody;
    private string _role = PortalRoles.Teacher;
    private string _classId = "";
    private string _reason = "";
    private string? _failure;

    public QuotaDialog() => _numbers = [_vms, _running, _vCpus, _memory, _snapshots, _bytes];

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    /// <summary>The quota to change; <see langword="null"/> for a new one.</summary>
    [Parameter]
    public QuotaView? Quota { get; set; }

    [Inject]
    private IQuotas Quotas { get; set; } = default!;

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    private bool IsComplete => !string.IsNullOrWhiteSpace(_reason) && (Quota is not null || _subject switch
    {
        QuotaSubject.Class => _classId.Length > 0,
        QuotaSubject.User => _people.Count == 1,
        _ => true,
    });

    protected override async Task OnInitializedAsync()
    {
        if (Quota is { } quota)
        {
            _reason = quota.Reason;
            _vms.Set(quota.Limits.Vms);
            _running.Set(quota.Limits.RunningVms);
            _vCpus.Set(quota.Limits.VCpus);
            _memory.Set(quota.Limits.MemoryBytes);
            _snapshots.Set(quota.Limits.Snapshots);
            _bytes.Set(quota.Limits.UniqueBytes);
        }
        else if (await CurrentActor.GetAsync() is { } actor)
        {
            _classes = await Classes.ListAsync(actor, CancellationToken.None);
        }
    }

    private async Task SetAsync()
    {
        if (await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        if (_numbers.Find(static n => !n.CanBeCounted) is { } huge)
        {
            _failure = DialogTexts.FormatNumberIsTooLarge(huge.Label);
            return;
        }

        var limits = new QuotaLimits
        {
            Vms = _vms.Get(),
            RunningVms = _running.Get(),
            VCpus = _vCpus.Get(),
            MemoryBytes = _memory.Get(),
            Snapshots = _snapshots.Get(),
            UniqueBytes = _bytes.Get(),
        };
        var answer = await Quotas.SetAsync(actor, ToRequest(limits), CancellationToken.None);
        _failure = Sentences.Say(answer.Failure?.Message);
        if (answer.IsSuccess)
        {
            Dialog.Close(answer.Value);
        }
    }

    private SetQuotaRequest ToRequest(QuotaLimits limits) => Quota is { } quota
        ? new SetQuotaRequest(quota.Subject, quota.SubjectId, quota.Subject == QuotaSubject.Role ? quota.SubjectName : null, limits, _reason)
        : _subject switch
        {
            QuotaSubject.Role => new SetQuotaRequest(_subject, null, _role, limits, _reason),
            QuotaSubject.Class => new SetQuotaRequest(_subject, Guid.Parse(_classId), null, limits, _reason),
            QuotaSubject.User => new SetQuotaRequest(_subject, _people[0].Id, null, limits, _reason),
            _ => new SetQuotaRequest(_subject, null, null, limits, _reason),
        };

    /// <summary>One limit, in the unit that it is typed in.</summary>
    private sealed class Number(string id, string label, double unit = 1)
    {
        public string Id { get; } = id;

        public string Label { get; } = label;

        public string Step => unit == 1 ? "1" : "any";

        public double? Value { get; set; }

        /// <summary>Beyond it a <see cref="double"/> leaves numbers out.</summary>
        public bool CanBeCounted => Value is not { } value || value * unit < 1L << 53;

        public void Set(long? amount) => Value = amount / unit;

        public long? Get() => Value is { } value ? (long)(value * unit) : null;
    }
}
