namespace SnapshotPortal.Web.Live;

/// <summary>What the person chose to look at.</summary>
public enum ThemeChoice
{
    /// <summary>As the operating system says.</summary>
    System,
    Light,
    Dark,
}

/// <summary>The theme of this browser tab. The browser itself remembers the choice, in a cookie.</summary>
public sealed class BrowserTheme
{
    /// <summary>The cookie that wwwroot/portal.js reads before the first paint.</summary>
    public const string Cookie = "portal-theme";

    /// <summary>The choice or the system's wish changed.</summary>
    public event EventHandler? Changed;

    public ThemeChoice Choice { get; private set; }

    /// <summary>What is shown, whoever decided it.</summary>
    public bool IsDark { get; private set; }

    public void Set(ThemeChoice choice, bool isDark)
    {
        if (choice != Choice || isDark != IsDark)
        {
            Choice = choice;
            IsDark = isDark;
            Changed?.Invoke(this, EventArgs.Empty);
        }
    }
}
