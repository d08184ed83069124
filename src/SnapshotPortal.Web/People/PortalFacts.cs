using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>One setting as it holds now.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Value">What it is.</param>
/// <param name="IsDefault">Nobody has set it, or to what it would be anyway.</param>
/// <param name="Meaning">What it does.</param>
public sealed record SettingView(string Name, string Value, bool IsDefault, string Meaning);

/// <summary>What this portal is, and how it is configured.</summary>
/// <param name="Version">Which version of the program.</param>
/// <param name="Runtime">What it runs on.</param>
/// <param name="System">The operating system beneath.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="MemoryBytes">What the process holds of the machine's memory.</param>
/// <param name="Settings">The settings, none of which is a secret.</param>
public sealed record PortalFactsView(string Version, string Runtime, string System, DateTimeOffset StartedAt, long MemoryBytes, IReadOnlyList<SettingView> Settings);

/// <summary>Tells administrators what runs here.</summary>
public interface IPortalFacts
{
    /// <summary>Administrators: all of it, as of now.</summary>
    Outcome<PortalFactsView> Get(Actor actor);
}

/// <summary>Reads the options that the portal works by. Each setting stands here by name, so that a secret cannot slip in.</summary>
internal sealed class PortalFacts(
    IOptions<PortalOptions> portal,
    IOptions<RegistrationOptions> registration,
    IOptions<AccountOptions> accounts,
    IOptions<MailOptions> mail,
    IOptions<ApiOptions> api,
    IConfiguration configuration) : IPortalFacts
{
    private readonly DateTimeOffset _startedAt = StartedAt();

    public Outcome<PortalFactsView> Get(Actor actor)
        => actor.IsAdministrator
            ? new PortalFactsView(
                typeof(PortalFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "",
                RuntimeInformation.FrameworkDescription,
                RuntimeInformation.OSDescription,
                _startedAt,
                Environment.WorkingSet,
                [.. Settings()])
            : AdministratorsOnly.Failure;

    private IEnumerable<SettingView> Settings()
    {
        var (now, usual) = (portal.Value, new PortalOptions());
        yield return Of("SnapshotPortal:FailureDeadline", now.FailureDeadline, usual.FailureDeadline, "How long an operation may take where nothing else is said");
        yield return Of("SnapshotPortal:OperationsPerHost", now.OperationsPerHost, usual.OperationsPerHost, "Operations at the same time on one host");
        yield return Of("SnapshotPortal:DriftCheck", now.DriftCheck, usual.DriftCheck, "How often disks are compared with the database");
        yield return Of("SnapshotPortal:InstanceName", now.InstanceName, usual.InstanceName, "The name of this instance in the operations it runs");
        yield return Of("SnapshotPortal:SafetySnapshots:Keep", now.SafetySnapshots.Keep, usual.SafetySnapshots.Keep, "States from before restores that stay on each machine");
        yield return Of("SnapshotPortal:SafetySnapshots:KeepFor", now.SafetySnapshots.KeepFor, usual.SafetySnapshots.KeepFor, "How long each of them stays at least");
        yield return Of("SnapshotPortal:History:Keep", now.History.Keep, usual.History.Keep, "How long operations and events are kept");
        yield return Of("SnapshotPortal:Images:LargestFile", now.Images.LargestFile, usual.Images.LargestFile, "The longest image that may be uploaded, in bytes");
        yield return Of("SnapshotPortal:Images:LargestDisk", now.Images.LargestDisk, usual.Images.LargestDisk, "The largest disk an image may claim to be, in bytes");
        yield return Of("Registration:Open", registration.Value.Open, usual: false, "Anybody may make an account");
        yield return Of("Registration:ConfirmAddress", registration.Value.ConfirmAddress, usual: false, "Addresses are confirmed by a letter before the first sign-in");
        var account = new AccountOptions();
        yield return Of("Accounts:PasswordLength", accounts.Value.PasswordLength, account.PasswordLength, "Characters that a password has at least");
        yield return Of("Accounts:BreachedPasswords", accounts.Value.BreachedPasswords, account.BreachedPasswords, "The file of passwords that are known from thefts");
        var (letters, noLetters) = (mail.Value, new MailOptions());
        yield return Of("Mail:Host", letters.Host, noLetters.Host, "The server that letters are sent by");
        yield return Of("Mail:Port", letters.Port, noLetters.Port, "Its port");
        yield return Of("Mail:Security", letters.Security, noLetters.Security, "How the way there is protected");
        yield return Of("Mail:From", letters.From, noLetters.From, "The sender of letters");
        yield return Of("Mail:PortalAddress", letters.PortalAddress, noLetters.PortalAddress, "Where people reach the portal; links in letters begin with it");
        var requests = new ApiOptions();
        yield return Of("Api:RequestsPerSecond", api.Value.RequestsPerSecond, requests.RequestsPerSecond, "Requests of one token a second");
        yield return Of("Api:Burst", api.Value.Burst, requests.Burst, "Requests of one token at once");
        var trusted = configuration.GetSection("ReverseProxy:Trusted").Get<string[]>() ?? [];
        yield return Of("ReverseProxy:Trusted", string.Join(", ", trusted), "", "Proxies that are believed who a request comes from");
    }

    private static DateTimeOffset StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime);
    }

    private static SettingView Of<T>(string name, T value, T usual, string meaning)
        => new(name, Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "–", EqualityComparer<T>.Default.Equals(value, usual), meaning);
}
