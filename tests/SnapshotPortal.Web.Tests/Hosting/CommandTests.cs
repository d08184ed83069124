using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Persistence;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>The commands of the portal's program, run as an administrator runs them.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-command-").FullName;

    private string Database => Path.Combine(_folder, "portal.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Doctor_WithoutADatabase_CannotLookAndMakesNone()
    {
        var (code, _, error) = await RunAsync("doctor");

        Assert.Equal(2, code);
        Assert.Contains($"There is no database at {Database}", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Database));
    }

    [Fact]
    public async Task Doctor_HostThatDoesNotAnswer_SaysWhatIsWrongAndChangesNothing()
    {
        Assert.Equal(0, (await RunAsync("recover")).Code);
        var before = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);

        var (code, output, _) = await RunAsync(["doctor"], ("SnapshotPortal__Hosts__0__Name", "nowhere"), ("SnapshotPortal__Hosts__0__Uri", "qemu+unix:///system?socket=/nonexistent"));

        Assert.Equal(1, code);
        Assert.Contains("Host nowhere", output, StringComparison.Ordinal);
        Assert.Contains("[!!] It does not answer at qemu+unix:///system?socket=/nonexistent", output, StringComparison.Ordinal);
        Assert.Contains("1 thing is wrong", output, StringComparison.Ordinal);
        Assert.DoesNotContain("info:", output, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Recover_HostThatDoesNotAnswer_SaysSoAndEndsWithOne()
    {
        var (code, output, _) = await RunAsync(["recover", "--dry-run"], ("SnapshotPortal__Hosts__0__Name", "nowhere"), ("SnapshotPortal__Hosts__0__Uri", "qemu+unix:///system?socket=/nonexistent"));

        Assert.Equal(1, code);
        Assert.Contains("[!!] nowhere: nothing of it is recovered.", output, StringComparison.Ordinal);
        Assert.Contains("0 machines would be recovered. Nothing was written.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuditVerify_OfAWholeLogAndOfOneThatWasChanged_SaysWhich()
    {
        await RunAsync(["accounts", "add", "ada@example.org"], "a long password\n");
        await RunAsync("administrators", "add", "ada@example.org");

        var (whole, said, _) = await RunAsync("audit", "verify");
        var known = System.Text.RegularExpressions.Regex.Match(said, "2:[0-9a-f]{64}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            var command = connection.CreateCommand();
            command.CommandText = """DROP TRIGGER "AuditEntries_NoDelete"; DELETE FROM "AuditEntries" WHERE "Number" = 2; UPDATE "Counters" SET "Value" = 1 WHERE "Name" = 'audit-number'""";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (unanchored, _, _) = await RunAsync("audit", "verify");
        var (cut, found, _) = await RunAsync("audit", "verify", "--at", known);
        var (unreadable, _, error) = await RunAsync("audit", "verify", "--at", "nonsense");

        Assert.Equal((0, 0, 1, 2), (whole, unanchored, cut, unreadable));
        Assert.Contains("2 lines, each follows the one before.", said, StringComparison.Ordinal);
        Assert.Contains("[!!] Line 2 was written down elsewhere", found, StringComparison.Ordinal);
        Assert.Contains("nonsense", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage: SnapshotPortal.Web audit verify [--at NUMBER:HASH] [--anchors FILE]", "audit", "mend")]
    [InlineData("usage: SnapshotPortal.Web doctor", "doctor", "--all")]
    [InlineData("usage: SnapshotPortal.Web recover [--dry-run] [--merge]", "recover", "--force")]
    [InlineData("usage: SnapshotPortal.Web accounts (add E-MAIL [NAME] | password E-MAIL)", "accounts", "lock", "a@example.org")]
    public async Task Command_ThatThereIsNot_SaysHowItIsUsed(string usage, params string[] arguments)
    {
        var (code, _, error) = await RunAsync(arguments);

        Assert.Equal(1, code);
        Assert.Contains(usage, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstAdministrator_WithRegistrationClosed_IsMadeByTwoCommands()
    {
        var (added, said, error) = await RunAsync(["accounts", "add", "ada@example.org", "Ada", "Lovelace"], "a long password\n");
        var (promoted, _, _) = await RunAsync("administrators", "add", "ada@example.org");
        var (again, _, refusal) = await RunAsync(["accounts", "add", "ADA@example.org"], "a long password\n");

        Assert.Equal((0, 0, 1), (added, promoted, again));
        Assert.Contains("ada@example.org has an account now", said, StringComparison.Ordinal);
        Assert.Contains("There is an account with this e-mail address already", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("password", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-an-address", "a long password\n", "is no e-mail address")]
    [InlineData("ada@example.org", "", "No password came on standard input")]
    [InlineData("ada@example.org", "short\n", "at least 12 characters")]
    public async Task Account_ThatCannotBe_IsNotMade(string email, string input, string expected)
    {
        var (code, _, error) = await RunAsync(["accounts", "add", email], input);

        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_OfAnAccountThatThereIsNot_IsRefused()
    {
        var (code, _, error) = await RunAsync("accounts", "password", "nobody@example.org");

        Assert.Equal(1, code);
        Assert.Contains("There is no account with the address nobody@example.org.", error, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => RunAsync(arguments, "", []);

    private Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, params (string Name, string Value)[] environment) => RunAsync(arguments, "", environment);

    private async Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, string input, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SnapshotPortal.Web.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ConnectionStrings__Portal"] = $"Data Source={Database}";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output, error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

/// <summary>Passwords, set on the running portal's database.</summary>
public sealed class PasswordCommandTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task Password_SetForAnAccountWithoutOne_LetsItsOwnerSignIn()
    {
        using var browser = host.Browser();
        var people = host.Services.GetRequiredService<IUserDirectory>();
        await people.AddWithoutPasswordAsync(Guid.CreateVersion7(), "recovered@example.org", TestContext.Current.CancellationToken);

        Assert.Equal(1, await AccountCommands.SetPasswordAsync(host.Services, "recovered@example.org", new StringReader("short\n")));
        Assert.Equal(1, await AccountCommands.SetPasswordAsync(host.Services, "recovered@example.org", new StringReader("")));
        Assert.Equal(0, await AccountCommands.SetPasswordAsync(host.Services, "Recovered@example.org", new StringReader("a new password\n")));

        Assert.Equal(HttpStatusCode.Redirect, (await PortalHost.SignInAsync(browser, "recovered@example.org", "a new password")).StatusCode);
    }
}
