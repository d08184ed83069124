namespace LibVirt.Tests;

/// <summary>Waits for a condition, never for a time.</summary>
internal static class Eventually
{
    internal static async Task True(Func<bool> condition, string what, int seconds = 60)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Waited {seconds} s in vain until {what}.");
            }
        }
    }

    internal static async Task<TEvent> Next<TEvent>(DomainEventSubscription events, Func<TEvent, bool> matches, int seconds = 60)
        where TEvent : DomainEvent
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        await foreach (var happened in events.WithCancellation(limit.Token))
        {
            if (happened is TEvent wanted && matches(wanted))
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The events ended.");
    }
}
