namespace LibVirt.Interop;

/// <summary>The state behind the event callback of a stream: who waits, for what, and what has happened.</summary>
internal sealed class StreamWaiter
{
    private readonly Lock _gate = new();
    private readonly List<(VirStreamEvents Wanted, TaskCompletionSource<VirStreamEvents> Source)> _waiting = [];

    /// <summary>Adds one who waits and arms the stream, both under one lock so that the callback cannot disarm in between.</summary>
    internal Task<VirStreamEvents> Add(VirStreamEvents wanted, Action<VirStreamEvents> arm)
    {
        // Continuations must not run on the thread of the event loop.
        var source = new TaskCompletionSource<VirStreamEvents>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Add((wanted, source));
            try
            {
                arm(Wanted());
            }
            catch
            {
                _waiting.RemoveAt(_waiting.Count - 1);
                throw;
            }
        }

        return source.Task;
    }

    internal void Cancel(Task task, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var index = _waiting.FindIndex(one => one.Source.Task == task);
            if (index >= 0)
            {
                _waiting[index].Source.TrySetCanceled(cancellationToken);
                _waiting.RemoveAt(index);
            }
        }
    }

    /// <summary>Runs on the thread of the event loop.</summary>
    internal void Ready(nint stream, VirStreamEvents events)
    {
        lock (_gate)
        {
            Complete(events);

            // The one call into libvirt that a callback makes: readiness is reported again and again until it is switched
            // off, and until somebody has received what is there, that would keep the loop spinning.
            _ = Native.virStreamEventUpdateCallback(stream, Wanted());
        }
    }

    internal void CompleteAll()
    {
        lock (_gate)
        {
            Complete(VirStreamEvents.HangUp);
        }
    }

    private VirStreamEvents Wanted() => _waiting.Aggregate(VirStreamEvents.None, (all, one) => all | one.Wanted);

    private void Complete(VirStreamEvents events)
    {
        const VirStreamEvents Final = VirStreamEvents.Error | VirStreamEvents.HangUp;
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if ((events & (_waiting[i].Wanted | Final)) != VirStreamEvents.None)
            {
                _waiting[i].Source.TrySetResult(events);
                _waiting.RemoveAt(i);
            }
        }
    }
}
