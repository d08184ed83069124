using System.Globalization;

namespace SnapshotPortal.Web.Components.Vm;

/// <summary>What a person chose for the next snapshot, beside its name.</summary>
public sealed class TakeChoices
{
    public string Description { get; set; } = "";

    public bool WithMemory { get; set; }

    /// <summary>Minutes until it gives up, as typed; empty = the machine's or the portal's default.</summary>
    public string Minutes { get; set; } = "";

    /// <summary>The deadline; <see langword="null"/> where nothing was typed.</summary>
    public TimeSpan? Deadline => Minutes.Trim() is { Length: > 0 } typed && TryParse(typed, out var minutes) ? TimeSpan.FromMinutes(minutes) : null;

    /// <summary>What is wrong with the typed deadline; <see langword="null"/> if nothing is.</summary>
    public string? DeadlineError => Minutes.Trim() is { Length: > 0 } typed && (!TryParse(typed, out var minutes) || minutes is < 1 / 60.0 or > 24 * 60)
        ? "A number of minutes, from 0.02 (a second) to 1440 (a day)."
        : null;

    private static bool TryParse(string typed, out double minutes)
        => double.TryParse(typed.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out minutes);
}
