using System.Globalization;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>A language for as long as it is held.</summary>
internal sealed class LanguageScope : IDisposable
{
    private readonly CultureInfo _before = CultureInfo.CurrentCulture;
    private readonly CultureInfo _beforeTexts = CultureInfo.CurrentUICulture;

    public LanguageScope(string name) => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(name);

    public void Dispose()
    {
        CultureInfo.CurrentCulture = _before;
        CultureInfo.CurrentUICulture = _beforeTexts;
    }
}
