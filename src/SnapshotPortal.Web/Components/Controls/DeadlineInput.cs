using System.Globalization;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Controls;

/// <summary>A failure deadline as a person types it: a number and its unit; nothing typed = the default.</summary>
public sealed class DeadlineInput
{
    public const int Minute = 60;
    public const int Hour = 3_600;

    /// <summary>The number, as typed.</summary>
    public string Typed { get; set; } = "";

    /// <summary>Seconds that the number counts.</summary>
    public int Unit { get; set; } = Minute;

    /// <summary>The deadline; <see langword="null"/> where nothing was typed, or nothing that can be one.</summary>
    public TimeSpan? Value => Seconds is { } seconds && IsPossible(seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>What is wrong with what was typed; <see langword="null"/> if nothing is.</summary>
    public string? Error => Typed.Trim().Length > 0 && !(Seconds is { } seconds && IsPossible(seconds))
        ? ControlTexts.ANumberSoThatItIs
        : null;

    private double? Seconds => double.TryParse(Typed.Trim().Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) ? count * Unit : null;

    /// <summary>Shows a deadline in the unit in which it is a whole number.</summary>
    public void Show(TimeSpan? deadline)
    {
        Unit = deadline switch
        {
            { TotalSeconds: var s } when s % Hour == 0 => Hour,
            { TotalSeconds: var s } when s % Minute != 0 => 1,
            _ => Minute,
        };
        Typed = (deadline?.TotalSeconds / Unit)?.ToString(CultureInfo.InvariantCulture) ?? "";
    }

    private static bool IsPossible(double seconds) => seconds >= FailureDeadlines.Shortest.TotalSeconds && seconds <= FailureDeadlines.Longest.TotalSeconds;
}
