using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;

namespace SnapshotPortal.Web.Components.Classes;

/// <summary>Joins a class by its code, typed or from a link; never without being asked.</summary>
public partial class JoinClass
{
    private string _code = "";
    private string? _failure;
    private bool _asking;
    private ClassView? _joined;

    /// <summary>The code from the link.</summary>
    [Parameter]
    public string? Code { get; set; }

    [Inject]
    private IClasses Classes { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    protected override void OnInitialized() => _code = Code ?? "";

    private async Task JoinAsync()
    {
        if (_asking || string.IsNullOrWhiteSpace(_code) || await CurrentActor.GetAsync() is not { } actor)
        {
            return;
        }

        _asking = true;
        try
        {
            var answer = await Classes.JoinAsync(actor, _code, CancellationToken.None);
            _joined = answer.Value;
            _failure = Sentences.Say(answer.Failure?.Message);
        }
        finally
        {
            _asking = false;
        }
    }
}
