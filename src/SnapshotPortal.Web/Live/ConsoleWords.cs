using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Consoles;

namespace SnapshotPortal.Web.Live;

/// <summary>Consoles in words.</summary>
public static class ConsoleWords
{
    public static string Name(ConsoleKind kind) => kind == ConsoleKind.Display ? "Screen" : "Serial console";

    /// <summary>What a visitor does, for the machine's owner.</summary>
    public static string Visit(ConsoleVisitView visit)
        => $"{(visit.WatchOnly ? "is watching" : "is at")} the {(visit.Kind == ConsoleKind.Display ? "screen" : "serial console")} of this VM{(visit.WatchOnly ? "" : " and can type")}.";

    /// <summary>Why a connection is over, and what to do.</summary>
    /// <param name="code">The code it was closed with.</param>
    /// <param name="reason">The failure code that came with it.</param>
    public static string Ending(int code, string reason) => (code, reason) switch
    {
        (ConsoleSocket.RightsEnded, _) => "You may not see this console any more.",
        (_, FailureCodes.VmNotRunning) => "The VM has stopped. The console comes back when it runs.",
        (_, FailureCodes.ConsoleBusy) => "A program outside the portal has this serial console open, such as virsh console. Take it over, or wait until it is closed.",
        (_, FailureCodes.ConsoleMissing) => "This console is not there any more: the definition of the VM has changed.",
        (_, FailureCodes.TooManyConsoles) => "You have too many consoles open. Close one first.",
        (_, FailureCodes.HostUnreachable) => "The host does not answer. The console comes back when the host does.",
        (_, FailureCodes.TicketUnknown) => "The connection took too long to begin. Connect again.",
        (ConsoleSocket.Broken, _) => "The way to the VM broke off. What runs in it goes on.",
        _ => "The connection was lost. What runs in the VM goes on.",
    };
}
