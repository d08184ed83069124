using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>Starts the real process in an empty folder, so that only what the test says is configured.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("portal-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Start_WithoutADatabaseConfigured_SaysWhichSettingIsMissing()
        => await RefusesAsync("ConnectionStrings__Portal", []);

    [Fact]
    public async Task Start_ConnectionStringThatIsNone_SaysHowOneLooks()
        => await RefusesAsync("Data Source=", [("ConnectionStrings__Portal", "this is none")]);

    [Fact]
    public async Task Start_DatabaseFolderMissing_NamesIt()
        => await RefusesAsync(Path.Combine(_folder, "missing"), [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "missing", "portal.db")}")]);

    [Fact]
    public async Task Start_DatabaseThatIsNone_SaysSo()
    {
        var file = Path.Combine(_folder, "portal.db");
        await File.WriteAllTextAsync(file, new string('x', 4096), TestContext.Current.CancellationToken);

        await RefusesAsync(file, [("ConnectionStrings__Portal", $"Data Source={file}")]);
    }

    [Fact]
    public async Task Start_PortInUse_NamesTheAddress()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";

        await RefusesAsync(address, [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("ASPNETCORE_URLS", address)]);
    }

    [Fact]
    public async Task Start_HostWithoutAnAddress_SaysWhatIsMissing()
        => await RefusesAsync("needs a Name and a Uri", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("SnapshotPortal__Hosts__0__Name", "local")]);

    [Fact]
    public async Task Start_TrustedProxyThatIsNoAddress_SaysSo()
        => await RefusesAsync("ReverseProxy:Trusted", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("ReverseProxy__Trusted__0", "somewhere")]);

    [Fact]
    public async Task Start_MailWithoutASender_SaysWhatIsMissing()
        => await RefusesAsync("Mail:From", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("Mail__Host", "localhost")]);

    [Fact]
    public async Task Start_ConfirmationWithoutMail_SaysSo()
        => await RefusesAsync("Registration:ConfirmAddress", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("Registration__ConfirmAddress", "true")]);

    [Fact]
    public async Task Start_BreachedPasswordsThatAreNotThere_SaysSo()
        => await RefusesAsync("Accounts:BreachedPasswords", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("Accounts__BreachedPasswords", "/nonexistent")]);

    [Fact]
    public async Task Start_CertificateForTheKeysThatIsNotThere_SaysSo()
        => await RefusesAsync("Keys:CertificateFile", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("Keys__CertificateFile", "/nonexistent")]);

    [Fact]
    public async Task Start_CertificateForTheKeysWithAnotherPassword_SaysSo()
    {
        var (file, password) = await KeyRingTests.WriteCertificateAsync(_folder);
        await File.WriteAllTextAsync(password, "another", TestContext.Current.CancellationToken);

        await RefusesAsync("Keys:PasswordFile", [("ConnectionStrings__Portal", $"Data Source={Path.Combine(_folder, "portal.db")}"), ("Keys__CertificateFile", file), ("Keys__PasswordFile", password)]);
    }

    private async Task RefusesAsync(string expected, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "SnapshotPortal.Web.dll"));
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment.Remove("ConnectionStrings__Portal");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);

            Assert.Equal(1, process.ExitCode);
            Assert.Contains(expected, error, StringComparison.Ordinal);
            Assert.Single(error.Trim().Split('\n'));
            Assert.DoesNotContain("Hosting failed to start", await output, StringComparison.Ordinal);
            Assert.DoesNotContain("crit:", await output, StringComparison.Ordinal);
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
