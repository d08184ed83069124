using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Access;
using SnapshotPortal.Operations.Access;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Access;

public sealed class AccessTokensTests : IAsyncLifetime
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"access-tokens-{Guid.NewGuid():N}.db");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Actor _anna = new(Guid.CreateVersion7(), "Anna", false);
    private readonly Actor _ben = new(Guid.CreateVersion7(), "Ben", false);
    private ServiceProvider _provider = null!;
    private IAccessTokens _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        var services = new ServiceCollection();
        services.AddPortalData($"Data Source={_file};Pooling=False");
        services.AddSingleton<TimeProvider>(_time);
        services.AddAccessTokens();
        _provider = services.BuildServiceProvider();
        await _provider.GetRequiredService<DatabasePreparation>().PrepareAsync(CancellationToken.None);
        await using var db = await _provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync();
        foreach (var actor in new[] { _anna, _ben })
        {
            db.Users.Add(new PortalUser { Id = actor.UserId, UserName = actor.Name, DisplayName = actor.Name });
        }

        await db.SaveChangesAsync();
        _tokens = _provider.GetRequiredService<IAccessTokens>();
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        SqliteConnection.ClearAllPools();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" })
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Create_ValidRequest_SecretHasPrefixRandomPartAndChecksum()
    {
        var created = await CreateAsync(_anna);

        Assert.StartsWith("spt_", created.Secret, StringComparison.Ordinal);
        Assert.Equal(AccessTokenSecret.Length, created.Secret.Length);
        Assert.True(AccessTokenSecret.IsWellFormed(created.Secret));
        Assert.Equal(_time.GetUtcNow(), created.Token.CreatedAt);
        Assert.Equal(_time.GetUtcNow() + Month, created.Token.ExpiresAt);
        Assert.Null(created.Token.LastUsedAt);
    }

    [Fact]
    public async Task Create_Twice_SecretsDiffer()
        => Assert.NotEqual((await CreateAsync(_anna)).Secret, (await CreateAsync(_anna)).Secret);

    [Fact]
    public async Task Create_ValidRequest_DatabaseHoldsTheHashAndNotTheSecret()
    {
        var created = await CreateAsync(_anna);

        await using var db = _provider.GetRequiredService<IPortalDbFactory>().Create();
        var row = await db.AccessTokens.SingleAsync();
        Assert.Matches("^[0-9a-f]{64}$", row.Hash);
        Assert.Equal(AccessTokenSecret.Hash(created.Secret), row.Hash);
        var random = created.Secret[4..47];
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_file)!, Path.GetFileName(_file) + "*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            Assert.DoesNotContain(random, await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    public async Task Create_BadName_FailsWithNameInvalid(string name)
    {
        var outcome = await _tokens.CreateAsync(_anna, new TokenRequest(name, Month), CancellationToken.None);

        Assert.Equal(FailureKind.Invalid, outcome.Failure!.Kind);
        Assert.Equal(FailureCodes.NameInvalid, outcome.Failure.Code);
        Assert.Equal("name", outcome.Failure.Field);
    }

    [Fact]
    public async Task Create_NameAtAndOverTheLimit_AcceptedAndRefused()
    {
        Assert.True((await _tokens.CreateAsync(_anna, new TokenRequest(new string('n', 100), Month), CancellationToken.None)).IsSuccess);
        Assert.Equal(FailureCodes.NameInvalid, (await _tokens.CreateAsync(_anna, new TokenRequest(new string('n', 101), Month), CancellationToken.None)).Failure!.Code);
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(23.9, false)]
    [InlineData(366 * 24, true)]
    [InlineData(366 * 24.1, false)]
    [InlineData(-24, false)]
    public async Task Create_LifetimeAtTheLimits_AcceptedOnlyWithinThem(double hours, bool accepted)
    {
        var outcome = await _tokens.CreateAsync(_anna, new TokenRequest("script", TimeSpan.FromHours(hours)), CancellationToken.None);

        Assert.Equal(accepted, outcome.IsSuccess);
        if (!accepted)
        {
            Assert.Equal(FailureCodes.ExpiryInvalid, outcome.Failure!.Code);
            Assert.Equal("lifetime", outcome.Failure.Field);
        }
    }

    [Fact]
    public async Task Authenticate_ValidSecret_AnswersItsUser()
    {
        var created = await CreateAsync(_anna);

        Assert.Equal(new TokenHolder(_anna.UserId, created.Token.Id, TokenScopes.All, null), await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("spt_")]
    [InlineData("ghp_0123456789012345678901234567890123456789012345678")]
    [InlineData("spt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000")]
    public async Task Authenticate_Garbage_AnswersNobody(string secret)
        => Assert.Null(await _tokens.AuthenticateAsync(secret, CancellationToken.None));

    [Fact]
    public async Task Authenticate_WellFormedButUnknown_AnswersNobody()
        => Assert.Null(await _tokens.AuthenticateAsync(AccessTokenSecret.Create(), CancellationToken.None));

    [Fact]
    public async Task Authenticate_OneCharacterChanged_ChecksumAloneRefusesIt()
    {
        var secret = (await CreateAsync(_anna)).Secret;
        for (var i = 0; i < secret.Length; i++)
        {
            var changed = secret[..i] + (secret[i] == 'a' ? 'b' : 'a') + secret[(i + 1)..];
            Assert.False(AccessTokenSecret.IsWellFormed(changed));
        }
    }

    [Fact]
    public async Task Authenticate_AtItsExpiry_AnswersNobody()
    {
        var created = await CreateAsync(_anna);
        _time.Advance(Month - TimeSpan.FromSeconds(1));
        Assert.NotNull(await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Null(await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task Authenticate_Revoked_AnswersNobodyAtOnce()
    {
        var created = await CreateAsync(_anna);
        await _tokens.RevokeAsync(_anna, created.Token.Id, CancellationToken.None);

        Assert.Null(await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task Authenticate_ManyTimesAMinute_LastUsedIsWrittenOnce()
    {
        var created = await CreateAsync(_anna);
        var first = _time.GetUtcNow();
        await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(59));
        await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None);
        Assert.Equal(first, Assert.Single(await _tokens.ListAsync(_anna, CancellationToken.None)).LastUsedAt);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None);

        Assert.Equal(first.AddMinutes(1), Assert.Single(await _tokens.ListAsync(_anna, CancellationToken.None)).LastUsedAt);
    }

    [Fact]
    public async Task List_SeveralUsers_OnlyTheActorsOwnNewestFirst()
    {
        var first = await CreateAsync(_anna, "first");
        _time.Advance(TimeSpan.FromSeconds(1));
        await CreateAsync(_ben, "not hers");
        var second = await CreateAsync(_anna, "second");

        var list = await _tokens.ListAsync(_anna, CancellationToken.None);

        Assert.Equal([second.Token.Id, first.Token.Id], list.Select(static t => t.Id));
    }

    [Fact]
    public async Task Revoke_SomebodyElsesAndUnknown_FailTheSameWayAndChangeNothing()
    {
        var created = await CreateAsync(_anna);

        var foreign = await _tokens.RevokeAsync(_ben with { IsAdministrator = true }, created.Token.Id, CancellationToken.None);
        var unknown = await _tokens.RevokeAsync(_ben, Guid.CreateVersion7(), CancellationToken.None);

        Assert.Equal(FailureCodes.NotFound, foreign.Failure!.Code);
        Assert.Equal(unknown.Failure, foreign.Failure);
        Assert.NotNull(await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task Revoke_Twice_KeepsTheFirstTime()
    {
        var created = await CreateAsync(_anna);
        var first = await _tokens.RevokeAsync(_anna, created.Token.Id, CancellationToken.None);
        _time.Advance(TimeSpan.FromHours(1));

        var second = await _tokens.RevokeAsync(_anna, created.Token.Id, CancellationToken.None);

        Assert.Equal(first.Value!.RevokedAt, second.Value!.RevokedAt);
        Assert.NotNull(second.Value.RevokedAt);
    }

    [Fact]
    public async Task Authenticate_AccountDeleted_TokenIsGoneWithIt()
    {
        var created = await CreateAsync(_anna);
        await using (var db = await _provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync())
        {
            await db.Users.Where(u => u.Id == _anna.UserId).ExecuteDeleteAsync();
        }

        Assert.Null(await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Fact]
    public async Task Create_WithScopesAndARate_AuthenticatesWithThem()
    {
        var created = (await _tokens.CreateAsync(_anna, new TokenRequest("reader", Month, TokenScopes.Read | TokenScopes.Power, 60), CancellationToken.None)).Value!;

        Assert.Equal(
            new TokenHolder(_anna.UserId, created.Token.Id, TokenScopes.Read | TokenScopes.Power, 60),
            await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None));
    }

    [Theory]
    [InlineData(TokenScopes.None, null, "scopes-invalid")]
    [InlineData((TokenScopes)64, null, "scopes-invalid")]
    [InlineData(TokenScopes.Read, 0, "rate-invalid")]
    [InlineData(TokenScopes.Read, 60_001, "rate-invalid")]
    public async Task Create_ForNothingOrAtNoRate_IsRefused(TokenScopes scopes, int? rate, string expected)
    {
        var refused = await _tokens.CreateAsync(_anna, new TokenRequest("script", Month, scopes, rate), CancellationToken.None);

        Assert.Equal(expected, refused.Failure!.Code);
        Assert.Empty(await _tokens.ListAsync(_anna, CancellationToken.None));
    }

    [Fact]
    public async Task Token_OfBeforeThereWereScopes_MayDoEverything()
    {
        var created = await CreateAsync(_anna);
        await using (var db = await _provider.GetRequiredService<IDbContextFactory<PortalDbContext>>().CreateDbContextAsync())
        {
            // As the migration leaves the rows that it finds.
            await db.Database.ExecuteSqlRawAsync("""UPDATE "AccessTokens" SET "Scopes" = 'All'""");
        }

        Assert.Equal(TokenScopes.All, (await _tokens.AuthenticateAsync(created.Secret, CancellationToken.None))!.Scopes);
    }

    [Fact]
    public async Task Tokens_MadeAndRevoked_AreInTheAuditLogWithoutTheirSecret()
    {
        var created = await CreateAsync(_anna);
        await _tokens.RevokeAsync(_anna, created.Token.Id, CancellationToken.None);
        await _tokens.RevokeAsync(_anna, created.Token.Id, CancellationToken.None);

        await using var db = _provider.GetRequiredService<IPortalDbFactory>().Create();
        var lines = await db.AuditEntries.OrderBy(static e => e.Number).ToListAsync();
        Assert.Equal(["token.made", "token.revoked"], lines.Select(static l => l.Act));
        Assert.All(lines, l => Assert.Equal((created.Token.Id, "script", _anna.UserId), (l.SubjectId, l.SubjectName, l.OwnerId)));
        Assert.DoesNotContain(created.Secret, string.Concat(lines.Select(static l => l.Detail)), StringComparison.Ordinal);
    }

    private async Task<Views.NewAccessToken> CreateAsync(Actor actor, string name = "script")
    {
        var outcome = await _tokens.CreateAsync(actor, new TokenRequest(name, Month), CancellationToken.None);
        Assert.True(outcome.IsSuccess);
        return outcome.Value;
    }
}
