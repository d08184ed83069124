using SnapshotPortal.Domain.Operations;

namespace SnapshotPortal.Engine.Libvirt.Tests.Deaths;

/// <summary>Every step of every operation at which the portal is killed. <see cref="Tree.TreeTests"/> sees to it that none is forgotten.</summary>
internal static class DeathPoints
{
    /// <summary>Acts on a machine that the test alone writes to: the victim's act, and the steps at which it dies.</summary>
    public static readonly (string Act, OperationKind Kind, string[] Steps)[] OfBlankMachines =
    [
        ("take", OperationKind.TakeSnapshot, ["Inspect", "Capture", "Record"]),
        ("take-memory", OperationKind.TakeSnapshot, ["Capture", "Record"]),
        ("restore", OperationKind.RestoreSnapshot, ["Inspect", "PrepareOverlays", "Redefine", "Stop", "RestoreFirmware", "Start", "Record"]),
        ("restore-memory", OperationKind.RestoreSnapshot, ["Resume", "Record"]),
        ("clone", OperationKind.CloneVm, ["MakeDisks", "Define", "WriteFirmware", "Start", "Record"]),
        ("clone-full", OperationKind.CloneVm, ["Copy", "Define", "Record"]),
        ("delete", OperationKind.DeleteSnapshot, ["Release"]),
        ("delete", OperationKind.CollectLayers, ["Merge", "Commit"]),
        ("delete-vm", OperationKind.DeleteVm, ["Undefine"]),
        ("delete-vm", OperationKind.CollectLayers, ["Remove"]),
        ("flatten", OperationKind.FlattenVm, ["Pull"]),
        ("export", OperationKind.ExportSnapshot, ["Inspect", "Copy", "Record"]),
        ("export-vm", OperationKind.ExportVm, ["Copy", "Record"]),
        ("configure", OperationKind.ConfigureVm, ["SetBootOrder", "SetAutostart", "Rename", "Record"]),
        ("Start", OperationKind.StartVm, ["Start"]),
        ("Stop", OperationKind.StopVm, ["Stop"]),
        ("Reboot", OperationKind.RebootVm, ["Reboot"]),
    ];

    /// <summary>Acts on a guest with a system and its agent.</summary>
    public static readonly (string Act, OperationKind Kind, string[] Steps)[] OfGuests =
    [
        ("take", OperationKind.TakeSnapshot, ["Freeze", "Capture", "Thaw", "Record"]),
        ("restore", OperationKind.RestoreSnapshot, ["Stop"]),
        ("Shutdown", OperationKind.ShutdownVm, ["Shutdown"]),
    ];

    public static IEnumerable<(OperationKind Kind, string Step)> All
        => OfBlankMachines.Concat(OfGuests).SelectMany(static p => p.Steps.Select(s => (p.Kind, s)));

    public static IEnumerable<(string, string)> Cases((string Act, OperationKind Kind, string[] Steps)[] points)
        => points.SelectMany(static p => p.Steps.Select(s => (p.Act, $"{p.Kind}:{s}")));
}
