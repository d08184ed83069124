namespace LibVirt.Tests;

internal static class DomainEventSubscriptionExtensions
{
    /// <summary>The next event of a type that matches; others are passed over.</summary>
    internal static async Task<TEvent> NextAsync<TEvent>(this DomainEventSubscription events, Func<TEvent, bool> matches)
        where TEvent : DomainEvent
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
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
