using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using SnapshotPortal.Operations;
using SnapshotPortal.Operations.Auditing;
using SnapshotPortal.Operations.Mailing;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Api;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Texts;

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
    IOptions<OpenIdConnectSettings> external,
    IOptions<MailOptions> mail,
    IOptions<ApiOptions> api,
    IOptions<AuditOptions> audit,
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
        yield return Of("SnapshotPortal:FailureDeadline", now.FailureDeadline, usual.FailureDeadline, SettingsTexts.HowLongAnOperationMayTake);
        yield return Of("SnapshotPortal:OperationsPerHost", now.OperationsPerHost, usual.OperationsPerHost, SettingsTexts.OperationsAtTheSameTime);
        yield return Of("SnapshotPortal:DriftCheck", now.DriftCheck, usual.DriftCheck, SettingsTexts.HowOftenDisksAreCompared);
        yield return Of("SnapshotPortal:InstanceName", now.InstanceName, usual.InstanceName, SettingsTexts.TheNameOfThisInstance);
        yield return Of("SnapshotPortal:SafetySnapshots:Keep", now.SafetySnapshots.Keep, usual.SafetySnapshots.Keep, SettingsTexts.StatesFromBeforeRestores);
        yield return Of("SnapshotPortal:SafetySnapshots:KeepFor", now.SafetySnapshots.KeepFor, usual.SafetySnapshots.KeepFor, SettingsTexts.HowLongEachOfThemStays);
        yield return Of("SnapshotPortal:History:Keep", now.History.Keep, usual.History.Keep, SettingsTexts.HowLongOperationsAreKept);
        yield return Of("SnapshotPortal:Images:LargestFile", now.Images.LargestFile, usual.Images.LargestFile, SettingsTexts.TheLongestImage);
        yield return Of("SnapshotPortal:Images:LargestDisk", now.Images.LargestDisk, usual.Images.LargestDisk, SettingsTexts.TheLargestDiskAnImageMayClaim);
        for (var i = 0; i < now.Hosts.Count; i++)
        {
            yield return Of($"SnapshotPortal:Hosts:{i}:Networks", string.Join(", ", now.Hosts[i].NetworksForEverybody()), string.Join(", ", new Operations.HostOptions().NetworksForEverybody()), SettingsTexts.NetworksThatAreOffered);
        }

        yield return Of("Registration:Open", registration.Value.Open, usual: false, SettingsTexts.AnybodyMayMakeAnAccount);
        yield return Of("Registration:ConfirmAddress", registration.Value.ConfirmAddress, usual: false, SettingsTexts.AddressesAreConfirmedByALetter);
        var account = new AccountOptions();
        yield return Of("Accounts:PasswordLength", accounts.Value.PasswordLength, account.PasswordLength, SettingsTexts.CharactersThatAPasswordHas);
        yield return Of("Accounts:BreachedPasswords", accounts.Value.BreachedPasswords, account.BreachedPasswords, SettingsTexts.TheFileOfBreachedPasswords);
        yield return Of("Accounts:FormsAtOnce", accounts.Value.FormsAtOnce, account.FormsAtOnce, SettingsTexts.HowManyFormsAnAddressMaySend);
        yield return Of("Accounts:PasskeyDomain", accounts.Value.PasskeyDomain, account.PasskeyDomain, SettingsTexts.TheDomainThatPasskeysBelongTo);
        var (provider, noProvider) = (external.Value, new OpenIdConnectSettings());
        yield return Of("OpenIdConnect:Authority", provider.Authority, noProvider.Authority, SettingsTexts.TheIssuerThatKnowsPeople);
        yield return Of("OpenIdConnect:CreateAccounts", provider.CreateAccounts, noProvider.CreateAccounts, SettingsTexts.WhoeverComesFromThereGetsAnAccount);
        yield return Of("OpenIdConnect:RolesClaim", provider.RolesClaim, noProvider.RolesClaim, SettingsTexts.TheClaimThatSaysRoles);
        yield return Of("OpenIdConnect:ClassesClaim", provider.ClassesClaim, noProvider.ClassesClaim, SettingsTexts.TheClaimThatSaysClasses);
        var (letters, noLetters) = (mail.Value, new MailOptions());
        yield return Of("Mail:Host", letters.Host, noLetters.Host, SettingsTexts.TheServerThatLettersAreSentBy);
        yield return Of("Mail:Port", letters.Port, noLetters.Port, SettingsTexts.ItsPort);
        yield return Of("Mail:Security", letters.Security, noLetters.Security, SettingsTexts.HowTheWayThereIsProtected);
        yield return Of("Mail:From", letters.From, noLetters.From, SettingsTexts.TheSenderOfLetters);
        yield return Of("Mail:PortalAddress", letters.PortalAddress, noLetters.PortalAddress, SettingsTexts.WherePeopleReachThePortal);
        var requests = new ApiOptions();
        yield return Of("Api:RequestsPerSecond", api.Value.RequestsPerSecond, requests.RequestsPerSecond, SettingsTexts.RequestsOfOnePersonASecond);
        yield return Of("Api:Burst", api.Value.Burst, requests.Burst, SettingsTexts.RequestsOfOnePersonAtOnce);
        yield return Of("Audit:AnchorFile", audit.Value.AnchorFile, usual: null, SettingsTexts.TheFileOfAnchors);
        yield return Of("Keys:CertificateFile", configuration[KeyRing.CertificateFile], usual: null, SettingsTexts.TheCertificateThatEncryptsKeys);
        var trusted = configuration.GetSection("ReverseProxy:Trusted").Get<string[]>() ?? [];
        yield return Of("ReverseProxy:Trusted", string.Join(", ", trusted), "", SettingsTexts.ProxiesThatAreBelieved);
    }

    private static DateTimeOffset StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime);
    }

    private static SettingView Of<T>(string name, T value, T usual, string meaning)
        => new(name, Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "–", EqualityComparer<T>.Default.Equals(value, usual), meaning);
}
