using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Access;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Tests.Api;

/// <summary>The API on a test server: real accounts and tokens in a SQLite file, fakes for the requests behind it.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"api-{Guid.NewGuid():N}.db");
    private WebApplication _app = null!;
    private volatile bool _tokensBroken;

    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["Api:RequestsPerSecond"] = "10000",
        ["Api:Burst"] = "100000",
    };

    /// <summary>Lets <see cref="BreakTokens"/> and <see cref="BeforeAuthentication"/> work.</summary>
    public bool BreakableTokens { get; init; }

    /// <summary>What each authentication waits for, by the token; needs <see cref="BreakableTokens"/>.</summary>
    public Func<string, Task> BeforeAuthentication { get; set; } = static _ => Task.CompletedTask;

    /// <summary>
    /// The portal's clock: stands still unless moved, and begins at the real time, because SignalR compares the expiry of a
    /// cookie with the real clock and closes the connection.
    /// </summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    internal FakeVirtualMachines Machines { get; } = new();

    internal FakeSnapshots Snapshots { get; } = new();

    internal FakeUsage Usage { get; } = new();

    internal FakeStorage Storage { get; } = new();

    internal FakeExports Exports { get; } = new();

    internal FakeSchedules Schedules { get; } = new();

    internal Fakes.FakeTemplates Templates { get; } = new();

    internal Fakes.FakeClasses Classes { get; } = new();

    internal Fakes.FakeDeployments Deployments { get; } = new();

    internal Fakes.FakeQuotas Quotas { get; } = new();

    internal FakeEventLog Events { get; } = new();

    internal FakeOperations Operations { get; private set; } = null!;

    internal CollectedLog Log { get; } = new();

    public TestServer Server => _app.GetTestServer();

    public IServiceProvider Services => _app.Services;

    public PortalUser Anna { get; private set; } = null!;

    public PortalUser Ben { get; private set; } = null!;

    public PortalUser Root { get; private set; } = null!;

    public string AnnasToken { get; private set; } = null!;

    public string BensToken { get; private set; } = null!;

    public string RootsToken { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Operations = new FakeOperations(Events);
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration.AddInMemoryCollection(Settings);
        // As in appsettings.json; the framework's own request log has whole addresses in it.
        builder.Logging.ClearProviders().AddProvider(Log).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddPortalData($"Data Source={_file};Pooling=False");
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddAccessTokens();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        builder.Services.AddIdentityCore<PortalUser>().AddRoles<IdentityRole<Guid>>().AddEntityFrameworkStores<PortalDbContext>().AddSignInManager();
        builder.Services.AddSingleton<IVirtualMachines>(Machines);
        builder.Services.AddSingleton<ISnapshots>(Snapshots);
        builder.Services.AddSingleton<IStorage>(Storage);
        builder.Services.AddSingleton<IUsage>(Usage);
        builder.Services.AddSingleton<IExports>(Exports);
        builder.Services.AddSingleton<ISchedules>(Schedules);
        builder.Services.AddSingleton<IImages>(new Fakes.FakeImages());
        builder.Services.AddSingleton<ITemplates>(Templates);
        builder.Services.AddSingleton<IClasses>(Classes);
        builder.Services.AddSingleton<IClassSchedules>(new Fakes.FakeClassSchedules());
        builder.Services.AddSingleton<IDeployments>(Deployments);
        builder.Services.AddSingleton<IQuotas>(Quotas);
        builder.Services.AddSingleton<IOperations>(Operations);
        builder.Services.AddSingleton<IEventStream>(Events);
        builder.Services.AddPortalApi();
        builder.Services.AddPortalMetrics();
        if (BreakableTokens)
        {
            // Around the registration that is there.
            var real = builder.Services.Last(static s => s.ServiceType == typeof(IAccessTokens)).ImplementationType!;
            builder.Services.AddSingleton<IAccessTokens>(provider => new Breakable((IAccessTokens)ActivatorUtilities.CreateInstance(provider, real), () => _tokensBroken, secret => BeforeAuthentication(secret)));
        }

        _app = builder.Build();

        // As in the portal: its own error pages stand around everything.
        _app.UseExceptionHandler("/error");
        _app.UseStatusCodePagesWithReExecute("/error");
        _app.UseApiHoldback();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapPortalApi();
        _app.MapPortalMetrics();
        _app.Map("/error", static () => Microsoft.AspNetCore.Http.Results.Content("<h1>error page</h1>", "text/html")).AllowAnonymous();
        _app.MapGet("/test/sign-in", static async (Guid user, SignInManager<PortalUser> signIn) =>
            await signIn.SignInAsync((await signIn.UserManager.FindByIdAsync(user.ToString()))!, isPersistent: false));
        await _app.Services.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);

        await WithUsersAsync(async users =>
        {
            await using var scope = _app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>().CreateAsync(new IdentityRole<Guid>(PortalRoles.Administrator));
            Anna = await AddUserAsync(users, "anna");
            Ben = await AddUserAsync(users, "ben");
            Root = await AddUserAsync(users, "root");
            await users.AddToRoleAsync(Root, PortalRoles.Administrator);
        });
        AnnasToken = (await TokenAsync(Anna)).Secret;
        BensToken = (await TokenAsync(Ben)).Secret;
        RootsToken = (await TokenAsync(Root)).Secret;
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
        {
            File.Delete(file);
        }
    }

    public HttpClient Client(string? token)
    {
        var client = Server.CreateClient();
        if (token is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return client;
    }

    public async Task<(Guid Id, string Secret)> TokenAsync(PortalUser user, int days = 30, TokenScopes scopes = TokenScopes.All, int? requestsPerMinute = null)
    {
        var outcome = await Services.GetRequiredService<IAccessTokens>()
            .CreateAsync(new Actor(user.Id, user.UserName!, false), new TokenRequest("test", TimeSpan.FromDays(days), scopes, requestsPerMinute), CancellationToken.None);
        return (outcome.Value!.Token.Id, outcome.Value.Secret);
    }

    public async Task RevokeAsync(PortalUser user, Guid tokenId)
        => await Services.GetRequiredService<IAccessTokens>().RevokeAsync(new Actor(user.Id, user.UserName!, false), tokenId, CancellationToken.None);

    public async Task<PortalUser> NewUserAsync(string name)
    {
        PortalUser user = null!;
        await WithUsersAsync(async users => user = await AddUserAsync(users, name));
        return user;
    }

    public async Task WithUserAsync(PortalUser user, Func<UserManager<PortalUser>, PortalUser, Task> act)
        => await WithUsersAsync(async users => await act(users, (await users.FindByIdAsync(user.Id.ToString()))!));

    /// <summary>A signed-in browser's cookies.</summary>
    public async Task<string> CookieAsync(PortalUser user)
    {
        using var client = Server.CreateClient();
        using var response = await client.GetAsync(new Uri($"/test/sign-in?user={user.Id}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return string.Join("; ", response.Headers.GetValues("Set-Cookie").Select(static c => c.Split(';')[0]));
    }

    /// <summary>From now on nobody can be authenticated, as if the database were gone.</summary>
    public void BreakTokens() => _tokensBroken = true;

    /// <summary>Waits for what the portal does not answer before some time has passed on its clock: a request that was one too many.</summary>
    public async Task<T> WithTimePassingAsync<T>(Task<T> asked)
    {
        await LetTimePassAsync(() => asked.IsCompleted, "everything is answered");
        return await asked;
    }

    /// <summary>Moves the portal's clock on until something has come about.</summary>
    public Task LetTimePassAsync(Func<bool> until, string what) => Eventually.TrueAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            return until();
        },
        what,
        every: TimeSpan.FromMilliseconds(20));

    private static async Task<PortalUser> AddUserAsync(UserManager<PortalUser> users, string name)
    {
        var user = new PortalUser { UserName = name, Email = $"{name}@example.org", DisplayName = name };
        Assert.True((await users.CreateAsync(user)).Succeeded);
        return user;
    }

    private async Task WithUsersAsync(Func<UserManager<PortalUser>, Task> act)
    {
        await using var scope = Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>());
    }
}

/// <summary>Tokens whose database can fail, and be slow.</summary>
internal sealed class Breakable(IAccessTokens tokens, Func<bool> isBroken, Func<string, Task> before) : IAccessTokens
{
    public Task<IReadOnlyList<AccessTokenView>> ListAsync(Actor actor, CancellationToken cancellationToken) => tokens.ListAsync(actor, cancellationToken);

    public Task<Outcome<NewAccessToken>> CreateAsync(Actor actor, TokenRequest request, CancellationToken cancellationToken)
        => tokens.CreateAsync(actor, request, cancellationToken);

    public Task<Outcome<AccessTokenView>> RevokeAsync(Actor actor, Guid tokenId, CancellationToken cancellationToken)
        => tokens.RevokeAsync(actor, tokenId, cancellationToken);

    public async Task<TokenHolder?> AuthenticateAsync(string secret, CancellationToken cancellationToken)
    {
        await before(secret);
        return isBroken() ? throw new IOException("The disk is gone.") : await tokens.AuthenticateAsync(secret, cancellationToken);
    }
}

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string? ContentType, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    public string? Field => Json.TryGetProperty("field", out var name) ? name.GetString() : null;
}

internal static class ApiCalls
{
    public static async Task<Answer> SendAsync(
        this HttpClient client,
        string method,
        string path,
        string? json = null,
        string mediaType = "application/json",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            await response.Content.ReadAsStringAsync(),
            response.Headers,
            response.Content.Headers);
    }
}

/// <summary>The log, to look things up in.</summary>
internal sealed class CollectedLog : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            _lines.Add($"{eventId.Id} {formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
