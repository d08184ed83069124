using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Auditing;

/// <summary>The audit log's last line, written down elsewhere.</summary>
public sealed class AuditAnchorTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("anchors-");
    private readonly FakeTimeProvider _time = new();
    private readonly Heard _log = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task File_ThatCannotBeWritten_IsTriedAgainAndTheLogHasTheLineOnce()
    {
        var file = Path.Combine(_folder.FullName, "not there yet", "anchors");
        using var anchors = new AuditAnchors(new OneLine(), Options.Create(new AuditOptions { AnchorFile = file }), _time, _log);
        await anchors.StartAsync(None);
        await PassAsync(() => _log.Count(1010) >= 3, "it was tried three times");
        Assert.Equal(1, _log.Count(1950));

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await PassAsync(() => new FileInfo(file) is { Exists: true, Length: > 0 }, "the file has the line");

        await anchors.StopAsync(None);
        Assert.Equal(1, _log.Count(1950));
        Assert.StartsWith("7 abc ", Assert.Single(await File.ReadAllLinesAsync(file, None)), StringComparison.Ordinal);
    }

    private Task PassAsync(Func<bool> condition, string what) => Wait.UntilAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return condition();
        },
        what);

    private sealed class OneLine : IAudit
    {
        public Task<AuditAnchor?> LastAsync(CancellationToken cancellationToken) => Task.FromResult<AuditAnchor?>(new AuditAnchor(7, "abc"));

        public Task<Outcome<AuditPage>> ListAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Outcome<IAsyncEnumerable<AuditEntry>>> ExportAsync(Actor actor, AuditQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AuditReport> VerifyAsync(IReadOnlyCollection<AuditAnchor> anchors, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class Heard : ILogger<AuditAnchors>
    {
        private readonly ConcurrentQueue<int> _ids = new();

        public int Count(int id) => _ids.Count(i => i == id);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _ids.Enqueue(eventId.Id);
    }
}
