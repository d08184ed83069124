using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Consoles;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Live;

/// <summary>Consoles in words.</summary>
public static class ConsoleWords
{
    public static string Name(ConsoleKind kind) => kind == ConsoleKind.Display ? WordTexts.Screen : WordTexts.SerialConsole;

    /// <summary>What a visitor does, for the machine's owner.</summary>
    public static string Visit(ConsoleVisitView visit) => (visit.WatchOnly, visit.Kind) switch
    {
        (true, ConsoleKind.Display) => WordTexts.VisitWatchesScreen,
        (true, _) => WordTexts.VisitWatchesSerial,
        (false, ConsoleKind.Display) => WordTexts.VisitAtScreen,
        (false, _) => WordTexts.VisitAtSerial,
    };

    /// <summary>Why a connection is over, and what to do.</summary>
    /// <param name="code">The code it was closed with.</param>
    /// <param name="reason">The failure code that came with it.</param>
    public static string Ending(int code, string reason) => (code, reason) switch
    {
        (ConsoleSocket.RightsEnded, _) => WordTexts.YouMayNotSeeThisConsole,
        (_, FailureCodes.VmNotRunning) => WordTexts.TheVMHasStoppedTheConsole,
        (_, FailureCodes.ConsoleBusy) => WordTexts.AProgramOutsideThePortalHas,
        (_, FailureCodes.ConsoleMissing) => WordTexts.ThisConsoleIsNotThereAny,
        (_, FailureCodes.TooManyConsoles) => WordTexts.YouHaveTooManyConsolesOpen,
        (_, FailureCodes.HostUnreachable) => WordTexts.TheHostDoesNotAnswerThe,
        (_, FailureCodes.TicketUnknown) => WordTexts.TheConnectionTookTooLongTo,
        (ConsoleSocket.Broken, _) => WordTexts.TheWayToTheVMBroke,
        _ => WordTexts.TheConnectionWasLostWhatRuns,
    };
}
