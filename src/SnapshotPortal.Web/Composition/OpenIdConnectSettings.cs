using System.Net;

namespace SnapshotPortal.Web.Composition;

/// <summary>
/// The <c>OpenIdConnect</c> section of the configuration: another system that knows who people are (OpenID Connect Core 1.0, by
/// authorization code with PKCE).
/// </summary>
internal sealed class OpenIdConnectSettings
{
    public const string Section = "OpenIdConnect";

    /// <summary>The issuer's address, under which its configuration is found; <see langword="null"/> = nobody but the portal knows people.</summary>
    public string? Authority { get; set; }

    /// <summary>What the portal is called there.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>A file with nothing but the client's secret; <see langword="null"/> = the client is a public one.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>What people know it by, on the sign-in page.</summary>
    public string DisplayName { get; set; } = "OpenID Connect";

    /// <summary>Scopes beside <c>openid</c>, <c>profile</c> and <c>email</c>.</summary>
    public IList<string> Scopes { get; } = [];

    /// <summary>Whoever comes from there and has no account gets one.</summary>
    public bool CreateAccounts { get; set; } = true;

    /// <summary>The claim that says what somebody is, such as <c>roles</c> or <c>groups</c>; <see langword="null"/> = it says nothing.</summary>
    public string? RolesClaim { get; set; }

    /// <summary>Its values that make somebody an administrator of the portal. None = administrators are made in the portal only.</summary>
    public IList<string> Administrators { get; } = [];

    /// <summary>Its values that make somebody a teacher. None = teachers are made in the portal only.</summary>
    public IList<string> Teachers { get; } = [];

    /// <summary>The claim that says which classes somebody is in; <see langword="null"/> = it says nothing.</summary>
    public string? ClassesClaim { get; set; }

    /// <summary>The class, by its id, for each value of that claim that means one.</summary>
    public IDictionary<string, Guid> Classes { get; } = new Dictionary<string, Guid>(StringComparer.Ordinal);

    public bool IsOn => !string.IsNullOrEmpty(Authority);

    /// <summary>What is wrong with the settings, in one sentence; <see langword="null"/> if nothing is.</summary>
    public string? Check() => this switch
    {
        { IsOn: false } => null,
        _ when !IsSafe(Authority!) => $"OpenIdConnect:Authority is \"{Authority}\", which has to be an https address such as https://login.example.org/realms/school.",
        { ClientId.Length: 0 } => "OpenIdConnect:Authority needs OpenIdConnect:ClientId, the portal's name there.",
        { ClientSecretFile: { } file } when !File.Exists(file) => $"OpenIdConnect:ClientSecretFile names {file}, which does not exist.",
        { RolesClaim: null } when Administrators.Count + Teachers.Count > 0 => "OpenIdConnect:Administrators and OpenIdConnect:Teachers need OpenIdConnect:RolesClaim, the claim whose values they are.",
        { ClassesClaim: null } when Classes.Count > 0 => "OpenIdConnect:Classes needs OpenIdConnect:ClassesClaim, the claim whose values they are.",
        _ => null,
    };

    // Plain HTTP is for a provider on this machine.
    private static bool IsSafe(string authority)
        => Uri.TryCreate(authority, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.Host == "localhost" || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)))));
}
