namespace LibVirt.Interop;

/// <summary>
/// What must happen once a process before the first connection: initialise, silence the default error printer, register
/// the event loop and run it. A connection opened before the loop is registered would never deliver an event.
/// </summary>
internal static unsafe class LibraryRuntime
{
    private static readonly Lock Gate = new();
    private static bool _started;

    internal static void EnsureStarted()
    {
        lock (Gate)
        {
            if (_started)
            {
                return;
            }

            Checked.Check(Native.virInitialize());
            Native.virSetErrorFunc(null, &NativeCallbacks.IgnoreError);
            Checked.Check(Native.virEventRegisterDefaultImpl());

            // Without a timer the loop may sleep for ever in poll when nothing else is registered.
            Checked.Check(Native.virEventAddTimeout(1000, &NativeCallbacks.Tick, null, null));
            new Thread(RunLoop) { IsBackground = true, Name = "libvirt events" }.Start();
            _started = true;
        }
    }

    private static void RunLoop()
    {
        while (true)
        {
            // A failed turn has been reported through the connection it concerns; the loop serves the others.
            if (Native.virEventRunDefaultImpl().Error is not null)
            {
                Thread.Yield();
            }
        }
    }
}
