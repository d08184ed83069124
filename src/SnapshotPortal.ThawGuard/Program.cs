using System.Runtime.InteropServices;
using SnapshotPortal.ThawGuard;

// Whoever stops the portal from a terminal or a service manager signals this process too. It must outlive the portal by the
// moment it takes to thaw, so it ends only when its line is closed.
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static context => context.Cancel = true);

var outstanding = new Outstanding();
while (Console.In.ReadLine() is { } line)
{
    if (!outstanding.TryApply(line))
    {
        Console.Error.WriteLine($"thaw guard: the line is not understood: {line}");
    }
}

return new Thawing(TimeProvider.System, Console.Error).Run(outstanding.All) ? 0 : 1;
