using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The whole portal with a database of its own and the operation layer in memory.</summary>
public sealed partial class PortalHost : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string?> _settings = new(StringComparer.Ordinal)
    {
        ["Registration:Open"] = "true",
        ["Demo:Enabled"] = "true",

        // All tests of a class come from one address.
        ["Accounts:FormsAtOnce"] = "10000",
    };

    public string Folder { get; } = Directory.CreateTempSubdirectory("portal-web-").FullName;

    internal FakePortal Portal { get; } = new();

    /// <summary>Everything the portal logs.</summary>
    internal LogMemory Log { get; } = new();

    internal FakeStorage Storage => field ??= new FakeStorage(Portal);

    internal IConsoles Consoles { get; init; } = new FakeConsoles();

    /// <summary>The operation layer is the portal's own, over the database, with no hypervisor and nothing that works by itself.</summary>
    public bool WithRealOperations { get; init; }

    public const string Password = "snapshot-portal-demo";

    public PortalHost With(string key, string value)
    {
        _settings[key] = value;
        return this;
    }

    /// <summary>Somebody with an account.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="email">Their address; <see langword="null"/> = one that nobody else has.</param>
    /// <param name="password">Their password; <see langword="null"/> = they were invited and have none.</param>
    public async Task<PortalUser> NewUserAsync(string name = "Nia", string? email = null, string? password = Password)
    {
        await using var scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        email ??= $"{Guid.NewGuid():N}@example.org";
        var user = new PortalUser { UserName = email, Email = email, EmailConfirmed = true, DisplayName = name };
        Assert.True((await (password is null ? users.CreateAsync(user) : users.CreateAsync(user, password))).Succeeded);
        return user;
    }

    /// <summary>A browser that follows nothing by itself.</summary>
    public HttpClient Browser() => CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false, BaseAddress = new Uri("http://localhost") });

    /// <summary>The antiforgery token in a page's first form.</summary>
    public static string TokenOf(string page) => WebUtility.HtmlDecode(AntiforgeryField().Match(page).Groups["value"].Value);

    /// <summary>Posts one of the portal's forms as a browser does: reads it first, then sends its hidden fields along.</summary>
    public static Task<HttpResponseMessage> PostFormAsync(HttpClient browser, string address, string handler, params (string Name, string Value)[] fields)
        => PostFormAsync(browser, address, address, handler, fields);

    /// <summary>Posts a form with the token of the page at <paramref name="tokenFrom"/>.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient browser, string tokenFrom, string address, string handler, (string Name, string Value)[] fields)
    {
        var page = await browser.GetStringAsync(new Uri(tokenFrom, UriKind.Relative));
        using var form = new FormUrlEncodedContent(
        [
            new("_handler", handler),
            new("__RequestVerificationToken", TokenOf(page)),
            .. fields.Select(static f => new KeyValuePair<string, string>(f.Name, f.Value)),
        ]);
        return await browser.PostAsync(new Uri(address, UriKind.Relative), form);
    }

    public static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string email, string password = Password, string query = "")
        => PostFormAsync(browser, "/account/sign-in" + query, "sign-in", ("Input.Email", email), ("Input.Password", password));

    /// <summary>Where a redirect leads within the portal: the framework writes some addresses in full.</summary>
    public static string? TargetOf(HttpResponseMessage response) => response.Headers.Location switch
    {
        null => null,
        { IsAbsoluteUri: true, Authority: "localhost" } own => own.PathAndQuery,
        var other => other.OriginalString,
    };

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Development");
        builder.UseSolutionRelativeContentRoot(".", "SnapshotPortal.sln");
        builder.UseSetting("ConnectionStrings:Portal", $"Data Source={Path.Combine(Folder, "portal.db")}");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(services =>
        {
            // No hypervisor here: its monitor and its workers stay at home. Letters are sent, where a server is configured.
            foreach (var hosted in services.Where(static s => s.ServiceType == typeof(IHostedService) && IsBackgroundWork(s) && s.ImplementationType?.Name != "MailSender").ToList())
            {
                services.Remove(hosted);
            }

            services.AddSingleton<ILoggerProvider>(Log);
            if (WithRealOperations)
            {
                return;
            }

            services.Replace(ServiceDescriptor.Singleton<IVirtualMachines>(Portal));
            services.Replace(ServiceDescriptor.Singleton<ISnapshots>(Portal));
            services.Replace(ServiceDescriptor.Singleton<IOperations>(Portal));
            services.Replace(ServiceDescriptor.Singleton<IStorage>(Storage));
            services.Replace(ServiceDescriptor.Singleton<IExports>(Storage));
            services.Replace(ServiceDescriptor.Singleton<IConsoles>(Consoles));
            services.Replace(ServiceDescriptor.Singleton<IEventStream>(Portal));
            services.Replace(ServiceDescriptor.Singleton<IAccessTokens>(Portal));
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(Folder))
        {
            SpinWait.SpinUntil(TryRemoveFolder, TimeSpan.FromSeconds(20));
        }
    }

    /// <summary>What the host is just ending may still write its last file.</summary>
    private bool TryRemoveFolder()
    {
        try
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsBackgroundWork(ServiceDescriptor service)
        => (service.ImplementationType ?? service.ImplementationInstance?.GetType())?.Assembly.GetName().Name is { } name
            ? name.StartsWith("SnapshotPortal.", StringComparison.Ordinal)
            : service.ImplementationFactory?.Method.DeclaringType?.Assembly.GetName().Name?.StartsWith("SnapshotPortal.", StringComparison.Ordinal) is true;

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="(?<value>[^"]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AntiforgeryField();
}
