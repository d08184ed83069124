using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace SnapshotPortal.Web.Composition;

/// <summary>The languages that the portal speaks, and which of them a page is in.</summary>
internal static class Languages
{
    /// <summary>The cookie that holds what the person chose in this browser.</summary>
    public const string Cookie = "portal-language";

    /// <summary>The claim that holds what they chose anywhere.</summary>
    public const string Claim = "language";

    /// <summary>The first is the one that programs, logs and everybody else get.</summary>
    public static IReadOnlyList<CultureInfo> All { get; } = [CultureInfo.GetCultureInfo("en"), CultureInfo.GetCultureInfo("de")];

    /// <summary>The language of the page that is being made; its dates are written as that language does.</summary>
    public static CultureInfo Page => CultureInfo.CurrentUICulture;

    /// <summary>Its name.</summary>
    public static string Current => Page.TwoLetterISOLanguageName;

    /// <summary>The language of that name; English where there is none.</summary>
    public static CultureInfo Of(string? name) => All.FirstOrDefault(c => c.Name == name) ?? All[0];

    /// <summary>Speaks a language from here to the end of the asynchronous method that calls this.</summary>
    public static void Speak(CultureInfo language)
    {
        CultureInfo.CurrentCulture = language;
        CultureInfo.CurrentUICulture = language;
    }

    /// <summary>Whatever the machine's own settings are, what is no page is in English.</summary>
    public static void BeginInEnglish()
    {
        CultureInfo.DefaultThreadCurrentCulture = All[0];
        CultureInfo.DefaultThreadCurrentUICulture = All[0];
        Speak(All[0]);
    }

    public static void AddPortalLanguages(this IServiceCollection services)
        => services.Configure<RequestLocalizationOptions>(static options =>
        {
            options.DefaultRequestCulture = new RequestCulture(All[0]);
            options.SupportedCultures = [.. All];
            options.SupportedUICultures = [.. All];
            options.RequestCultureProviders =
            [
                new CookieRequestCultureProvider { CookieName = Cookie, Options = options },
                new CustomRequestCultureProvider(static context => Task.FromResult(context.User.FindFirst(Claim) is { } chosen ? new ProviderCultureResult(chosen.Value) : null)),
                new AcceptLanguageHeaderRequestCultureProvider { Options = options },
            ];
        });

    /// <summary>Gives each page, and each circuit behind one, the language of whoever looks. It has to know who that is.</summary>
    public static void UsePortalLanguages(this WebApplication app)
        => app.UseWhen(static context => !HttpServices.IsForPrograms(context), static pages => pages.UseRequestLocalization());

    /// <summary>Keeps a choice in the browser.</summary>
    public static void Keep(HttpContext context, CultureInfo language)
        => context.Response.Cookies.Append(
            Cookie,
            CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)),
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = context.Request.IsHttps, IsEssential = true });
}
