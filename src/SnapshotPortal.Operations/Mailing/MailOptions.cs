namespace SnapshotPortal.Operations.Mailing;

/// <summary>The <c>Mail</c> section of the configuration: the server that takes the portal's letters.</summary>
public sealed class MailOptions
{
    public const string Section = "Mail";

    /// <summary>The SMTP server; <see langword="null"/> = the portal sends nothing.</summary>
    public string? Host { get; set; }

    public int Port { get; set; } = 587;

    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>The account on the server; <see langword="null"/> = none is needed.</summary>
    public string? UserName { get; set; }

    /// <summary>A file whose first line is that account's password. Read for each connection, so that it can be changed.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The sender's address.</summary>
    public string? From { get; set; }

    /// <summary>Where people reach the portal, for the links in letters: never taken from a request, which anybody can forge.</summary>
    public Uri? PortalAddress { get; set; }

    /// <summary>The portal sends letters.</summary>
    public bool IsOn => !string.IsNullOrWhiteSpace(Host);

    /// <summary>What is wrong with the settings, in one sentence; <see langword="null"/> if nothing is.</summary>
    public string? Check() => !IsOn ? null : this switch
    {
        { Port: < 1 or > 65535 } => "Mail:Port must be between 1 and 65535.",
        { From: null or "" } => "Mail:From is missing. Set it to the address that the portal's letters come from.",
        { PortalAddress: null } or { PortalAddress.IsAbsoluteUri: false } => "Mail:PortalAddress is missing or no address. Set it to where people reach the portal, for example https://portal.example.org.",
        { PortalAddress.Scheme: not ("https" or "http") } => "Mail:PortalAddress must begin with https:// or http://.",
        { UserName: not null, PasswordFile: null } => "Mail:UserName needs Mail:PasswordFile, a file that holds the password.",
        { UserName: null, PasswordFile: not null } => "Mail:PasswordFile needs Mail:UserName.",
        { PasswordFile: { } file } when !File.Exists(file) => $"Mail:PasswordFile names {file}, which does not exist.",
        { UserName: not null, Security: MailSecurity.None } => "Mail:Security is None, which would send the password in the clear. Set it to StartTls or Tls.",
        _ => null,
    };
}

/// <summary>How the connection to the mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>It begins in the clear and must be switched to TLS.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Not at all: for a server on this machine.</summary>
    None,
}
