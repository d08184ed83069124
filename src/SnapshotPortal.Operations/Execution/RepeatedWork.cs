using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SnapshotPortal.Operations.Execution;

/// <summary>
/// Work that is done again and again while the portal runs: a round, a pause that a signal may cut short, the next round. It
/// outlives any failure: a round that failed is logged and done again.
/// </summary>
internal abstract class RepeatedWork(TimeProvider time, ILogger logger, Signal? signal = null) : BackgroundService
{
    private readonly Signal _signal = signal ?? new UnnamedSignal();

    protected TimeProvider Time { get; } = time;

    protected ILogger Logger { get; } = logger;

    /// <summary>The pause before the first round.</summary>
    protected virtual TimeSpan FirstPause => TimeSpan.Zero;

    /// <summary>The pause after a round that failed.</summary>
    protected virtual TimeSpan PauseAfterFailure => TimeSpan.FromSeconds(1);

    /// <summary>Does what there is to do now.</summary>
    /// <returns>The pause until the next round.</returns>
    protected abstract Task<TimeSpan> RoundAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = FirstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (pause > TimeSpan.Zero)
                {
                    await _signal.WaitAsync(pause, Time, stoppingToken);
                }

                pause = await RoundAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The work must outlive any one failure: it is logged, and the next round tries again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                pause = PauseAfterFailure;
                OperationLog.RoundFailed(Logger, e, GetType().Name, pause);
            }
        }
    }
}
