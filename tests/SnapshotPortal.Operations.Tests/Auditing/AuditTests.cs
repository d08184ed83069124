using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Domain.Auditing;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Auditing;

/// <summary>The audit log: what it is told, and that nothing of it can be changed unnoticed.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private Portal _portal = null!;
    private Guid _vm;

    private IAudit Audit => _portal.Services.GetRequiredService<IAudit>();

    public async ValueTask InitializeAsync()
    {
        _portal = await Portal.StartAsync();
        _vm = await _portal.AddVmAsync("web");
    }

    public ValueTask DisposeAsync() => _portal.DisposeAsync();

    private async Task<IReadOnlyList<AuditEntry>> LinesAsync(AuditQuery? query = null)
    {
        var page = await Audit.ListAsync(Portal.Admin, query ?? new AuditQuery(), None);
        Assert.True(page.IsSuccess, page.Failure?.Message);
        return page.Value.Items;
    }

    /// <summary>A chain of some length, made by requests.</summary>
    private async Task<AuditAnchor> FillAsync()
    {
        await _portal.TakeAsync(_vm, "first");
        await _portal.TakeAsync(_vm, "second");
        await _portal.Vms.ChangeAsync(Portal.Ben, _vm, new ChangeVmRequest(null), None);
        Assert.Empty((await Audit.VerifyAsync([], None)).Problems);
        return (await Audit.LastAsync(None))!;
    }

    /// <summary>Writes to the database as somebody who has the file would: past the portal and its triggers.</summary>
    private async Task TamperAsync(string sql)
    {
        await using var db = await _portal.ContextAsync();
        await db.Database.ExecuteSqlRawAsync("""DROP TRIGGER IF EXISTS "AuditEntries_NoUpdate"; DROP TRIGGER IF EXISTS "AuditEntries_NoDelete";""");
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    [Fact]
    public async Task Operation_OfAPerson_HasALineForItsRequestAndOneForItsEnd()
    {
        var actor = Portal.Anna with { Address = "192.0.2.7", Channel = AuditChannel.Api, TokenId = Guid.NewGuid() };

        var snapshot = await _portal.TakeAsync(_vm, "before upgrade", actor);

        var lines = await LinesAsync(new AuditQuery(Act: "snapshot."));
        var (ended, asked) = (lines[0], lines[1]);
        Assert.Equal(("snapshot.take", AuditOutcome.Done, AuditChannel.Api), (asked.Act, asked.Outcome, asked.Channel));
        Assert.Equal((Portal.Anna.UserId, "Anna", "192.0.2.7", actor.TokenId), (asked.ActorId, asked.ActorName, asked.Address, asked.TokenId));
        Assert.Equal((AuditSubject.Vm, _vm, "web", Portal.Anna.UserId, "Anna"), (asked.Subject, asked.SubjectId, asked.SubjectName, asked.OwnerId, asked.OwnerName));
        Assert.Equal(("snapshot.take.ended", AuditOutcome.Done, AuditChannel.Portal), (ended.Act, ended.Outcome, ended.Channel));
        Assert.Equal(asked.Detail, ended.Detail);
        Assert.NotEqual(Guid.Empty, snapshot);
    }

    [Fact]
    public async Task Stranger_WhoIsRefused_IsWrittenDownWithWhomItBelongsTo()
    {
        var refused = await _portal.Vms.PowerAsync(Portal.Ben, _vm, new PowerRequest(PowerAction.Start), None);

        var line = (await LinesAsync())[0];
        Assert.Equal(FailureKind.NotFound, refused.Failure!.Kind);
        Assert.Equal(("vm.start", AuditOutcome.Refused, FailureCodes.NotFound, "Ben", "Anna"), (line.Act, line.Outcome, line.Code, line.ActorName, line.OwnerName));
    }

    [Fact]
    public async Task Administrator_WhoActsForAnother_IsNamedBesideThem()
    {
        await _portal.Vms.ChangeAsync(Portal.Admin, _vm, new ChangeVmRequest(TimeSpan.FromMinutes(1)), None);

        var line = (await LinesAsync())[0];
        Assert.Equal((AuditActs.VmChanged, "Ada", "Anna"), (line.Act, line.ActorName, line.OwnerName));
    }

    [Fact]
    public async Task Change_ThatIsNotCommitted_LeavesNoLine()
    {
        var before = (await LinesAsync())[0].Number;

        await Assert.ThrowsAsync<InvalidOperationException>(() => _portal.Changes.CommitAsync(
            async (db, _) =>
            {
                db.Audit(AuditDraft.By(Portal.Anna, AuditActs.VmChanged, AuditSubject.Vm, _vm));
                await db.SaveChangesAsync(None);
                throw new InvalidOperationException("The change fails after it was saved.");
            },
            None));
        await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(null), None);

        Assert.Equal(before + 1, (await LinesAsync())[0].Number);
        Assert.Empty((await Audit.VerifyAsync([], None)).Problems);
    }

    [Fact]
    public async Task Lines_WrittenByManyAtOnce_AreOneChain()
    {
        var factory = _portal.Services.GetRequiredService<IDbContextFactory<PortalDbContext>>();
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
            {
                await _portal.Vms.ChangeAsync(Portal.Anna, _vm, new ChangeVmRequest(null), None);
                return;
            }

            // As Identity writes: without the queue in front of the database.
            await using var db = await factory.CreateDbContextAsync();
            db.Audit(new AuditDraft(AuditActs.SignedIn, AuditSubject.Account, Portal.Ben.UserId) { ActorName = "Ben" });
            await db.SaveChangesAsync();
        })));

        var report = await Audit.VerifyAsync([], None);
        Assert.Empty(report.Problems);
        Assert.True(report.Lines >= 40);
    }

    [Theory]
    [InlineData("""UPDATE "AuditEntries" SET "ActorName" = 'Mallory' WHERE "Number" = 3""", "Line 3 was changed")]
    [InlineData("""UPDATE "AuditEntries" SET "Outcome" = 'Failed' WHERE "Number" = 2""", "Line 2 was changed")]
    [InlineData("""UPDATE "AuditEntries" SET "Address" = '' WHERE "Number" = 2""", "Line 2 was changed")]
    [InlineData("""UPDATE "AuditEntries" SET "Hash" = 'ff' || substr("Hash", 3) WHERE "Number" = 2""", "Line 2 was changed")]
    [InlineData("""UPDATE "AuditEntries" SET "Outcome" = 'Splendid' WHERE "Number" = 2""", "cannot be read")]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 2""", "Line 2 is missing")]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 1""", "Line 1 is missing")]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" IN (2, 3)""", "Lines 2 to 3 are missing")]
    [InlineData("""UPDATE "AuditEntries" SET "Number" = -2 WHERE "Number" = 2; UPDATE "AuditEntries" SET "Number" = 2 WHERE "Number" = 3; UPDATE "AuditEntries" SET "Number" = 3 WHERE "Number" = -2""", "Line 2 was changed")]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = (SELECT max("Number") FROM "AuditEntries")""", "the last ones were removed")]
    public async Task Verify_AfterSomebodyWroteToTheFile_SaysWhere(string sql, string expected)
    {
        await FillAsync();

        await TamperAsync(sql);

        Assert.Contains(expected, string.Join('\n', (await Audit.VerifyAsync([], None)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_LogCutOffTogetherWithItsCounter_IsFoundByAnAnchor()
    {
        var anchor = await FillAsync();
        await TamperAsync($"""DELETE FROM "AuditEntries" WHERE "Number" > {anchor.Number - 2}; UPDATE "Counters" SET "Value" = {anchor.Number - 2} WHERE "Name" = 'audit-number'""");

        Assert.Empty((await Audit.VerifyAsync([], None)).Problems);
        Assert.Contains("was written down elsewhere", Assert.Single((await Audit.VerifyAsync([anchor], None)).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ChainMadeAnew_IsFoundByAnAnchor()
    {
        var anchor = await FillAsync();
        var lines = (await LinesAsync(new AuditQuery(Take: 500))).Reverse().ToList();
        var previous = AuditChain.Beginning;
        foreach (var line in lines)
        {
            var forged = new AuditEntry
            {
                Number = line.Number,
                At = line.At,
                ActorName = "Mallory",
                Channel = line.Channel,
                Act = line.Act,
                Subject = line.Subject,
                Outcome = line.Outcome,
                Previous = previous,
            }.Seal();
            previous = forged.Hash;
            await TamperAsync($"""UPDATE "AuditEntries" SET "ActorId" = NULL, "ActorName" = 'Mallory', "TokenId" = NULL, "Address" = NULL, "Device" = NULL, "SubjectId" = NULL, "SubjectName" = NULL, "OwnerId" = NULL, "OwnerName" = NULL, "Code" = NULL, "Detail" = NULL, "Previous" = '{forged.Previous}', "Hash" = '{forged.Hash}' WHERE "Number" = {forged.Number}""");
        }

        Assert.Empty((await Audit.VerifyAsync([], None)).Problems);
        Assert.Contains("was written anew", Assert.Single((await Audit.VerifyAsync([anchor], None)).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""UPDATE "AuditEntries" SET "ActorName" = 'Mallory'""")]
    [InlineData("""DELETE FROM "AuditEntries" WHERE "Number" = 1""")]
    public async Task Table_ByOrdinaryStatements_CannotBeChanged(string sql)
    {
        await using var db = await _portal.ContextAsync();

        var refused = await Assert.ThrowsAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync(sql));

        Assert.Contains("never changed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_ForOthers_IsNotOpen()
    {
        foreach (var actor in new[] { Portal.Anna, Portal.Tess, Portal.Admin with { IsAdministrator = false } })
        {
            Assert.Equal(FailureCodes.AdministratorsOnly, (await Audit.ListAsync(actor, new AuditQuery(), None)).Failure!.Code);
            Assert.Equal(FailureCodes.AdministratorsOnly, (await Audit.ExportAsync(actor, new AuditQuery(), None)).Failure!.Code);
        }
    }

    [Fact]
    public async Task Filters_ShowOnlyWhatFits()
    {
        await FillAsync();
        var total = (await LinesAsync(new AuditQuery(Take: 500))).Count;

        Assert.All(await LinesAsync(new AuditQuery("ben")), static l => Assert.Equal("Ben", l.ActorName));
        Assert.Single(await LinesAsync(new AuditQuery("ben")));
        Assert.All(await LinesAsync(new AuditQuery(_vm.ToString())), l => Assert.Equal(_vm, l.SubjectId));
        Assert.All(await LinesAsync(new AuditQuery(Act: "snapshot.")), static l => Assert.StartsWith("snapshot.", l.Act, StringComparison.Ordinal));
        Assert.All(await LinesAsync(new AuditQuery(Outcome: AuditOutcome.Refused)), static l => Assert.Equal(AuditOutcome.Refused, l.Outcome));
        Assert.Empty(await LinesAsync(new AuditQuery("%")));
        Assert.Empty(await LinesAsync(new AuditQuery(From: _portal.Time.GetUtcNow().AddDays(1))));
        Assert.Equal(total, (await LinesAsync(new AuditQuery(From: _portal.Time.GetUtcNow().AddDays(-1), To: _portal.Time.GetUtcNow().AddDays(1), Take: 500))).Count);
    }

    [Fact]
    public async Task Pages_TogetherAreTheWholeLog()
    {
        await FillAsync();
        var seen = new List<long>();
        long? before = null;
        AuditPage page;
        do
        {
            page = (await Audit.ListAsync(Portal.Admin, new AuditQuery(Before: before, Take: 2), None)).Value!;
            seen.AddRange(page.Items.Select(static l => l.Number));
            before = seen[^1];
        }
        while (page.More);

        Assert.Equal(Enumerable.Range(1, seen.Count).Select(static n => (long)n).Reverse(), seen);
        Assert.Equal((await Audit.LastAsync(None))!.Number, seen[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("42:0000000000000000000000000000000000000000000000000000000000000000\n43 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff 2026-03-01T12:00:00Z\n")]
    public void Anchors_AsTheyAreWritten_AreRead(string text)
        => Assert.Equal(text.Length == 0 ? 0 : 2, AuditAnchor.Parse(text).Count);

    [Theory]
    [InlineData("42")]
    [InlineData("x:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("42:short")]
    [InlineData("-1:0000000000000000000000000000000000000000000000000000000000000000")]
    public void Anchors_OfAnotherForm_AreRefused(string text) => Assert.Throws<FormatException>(() => AuditAnchor.Parse(text));
}
