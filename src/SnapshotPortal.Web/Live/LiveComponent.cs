using Microsoft.AspNetCore.Components;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>
/// A component that shows a state and keeps it true. It subscribes first, reads the state second and applies batches from
/// then on, one render for each; a gap, or a failure on the way, makes it read the state again.
/// </summary>
public abstract partial class LiveComponent : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private readonly CancellationToken _token;
    private IEventSubscription? _subscription;
    private Task _following = Task.CompletedTask;

    protected LiveComponent() => _token = _gone.Token;

    [Inject]
    private IEventStream Stream { get; set; } = default!;

    [Inject]
    private ICurrentActor CurrentActor { get; set; } = default!;

    [Inject]
    private ILogger<LiveComponent> Logger { get; set; } = default!;

    /// <summary>Who looks; <see langword="null"/> before the first state and where nobody is signed in.</summary>
    protected Actor? Actor { get; private set; }

    /// <summary>No state has been read yet.</summary>
    protected bool IsLoading { get; private set; } = true;

    /// <summary>Why there is no state, in a sentence.</summary>
    protected string? LoadError { get; private set; }

    /// <summary>Ends with the component.</summary>
    protected CancellationToken Gone => _token;

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        _subscription?.Dispose();
        Leave();

        // The loop ends by the token; it is not awaited, because it may be waiting for this very dispatcher.
        _ = _following.ContinueWith(_ => _gone.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        GC.SuppressFinalize(this);
    }

    protected override async Task OnInitializedAsync()
    {
        Actor = await CurrentActor.GetAsync();
        if (Actor is null)
        {
            return;
        }

        // A prerendered page is a picture: it lives only until the circuit takes over.
        if (RendererInfo.IsInteractive)
        {
            _subscription = Stream.Subscribe(Actor);
        }

        await ReloadAsync();
        if (_subscription is not null && !_token.IsCancellationRequested)
        {
            _following = FollowAsync(_subscription, Actor);
        }
    }

    /// <summary>Reads the whole state.</summary>
    protected abstract Task LoadAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Applies what happened. Runs on the component's dispatcher; a render follows where it returns true.</summary>
    protected abstract Task<bool> ApplyAsync(Actor actor, EventBatch batch, CancellationToken cancellationToken);

    /// <summary>Leaves what the component joined, for example events of scoped services.</summary>
    protected virtual void Leave()
    {
    }

    /// <summary>Reads the whole state again, for example after a button that says so.</summary>
    protected async Task ReloadAsync()
    {
        if (Actor is not { } actor)
        {
            return;
        }

        try
        {
            await LoadAsync(actor, Gone);
            LoadError = null;
        }
        catch (OperationCanceledException) when (_token.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogLoadFailed(Logger, GetType().Name, e);
            LoadError = WordTexts.ThisCouldNotBeReadJust;
        }

        IsLoading = false;
    }

    private async Task FollowAsync(IEventSubscription subscription, Actor actor)
    {
        try
        {
            await foreach (var batch in subscription.ReadAllAsync(Gone))
            {
                await InvokeAsync(async () =>
                {
                    if (await ApplyOrReloadAsync(actor, batch))
                    {
                        StateHasChanged();
                    }
                });
            }
        }
        catch (Exception e) when (_token.IsCancellationRequested && e is OperationCanceledException or ObjectDisposedException)
        {
            // The component has gone; so has its interest.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFollowingEnded(Logger, GetType().Name, e);
        }
    }

    private async Task<bool> ApplyOrReloadAsync(Actor actor, EventBatch batch)
    {
        if (_token.IsCancellationRequested)
        {
            return false;
        }

        if (!batch.Gap && LoadError is null)
        {
            try
            {
                return await ApplyAsync(actor, batch, Gone);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogApplyFailed(Logger, GetType().Name, e);
            }
        }

        await ReloadAsync();
        return true;
    }

    [LoggerMessage(4200, LogLevel.Error, "{Component} could not read its state")]
    private static partial void LogLoadFailed(ILogger logger, string component, Exception exception);

    [LoggerMessage(4201, LogLevel.Warning, "{Component} could not apply events and reads its state again")]
    private static partial void LogApplyFailed(ILogger logger, string component, Exception exception);

    [LoggerMessage(4202, LogLevel.Error, "{Component} no longer follows the event stream")]
    private static partial void LogFollowingEnded(ILogger logger, string component, Exception exception);
}
