namespace SnapshotPortal.Web.Composition;

/// <summary>The <c>Accounts</c> section of the configuration: what a password must be like.</summary>
internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>The longest password, so that nobody lets the portal hash a megabyte.</summary>
    public const int LongestPassword = 200;

    /// <summary>The fewest characters of a new password. Length is what makes one hard to guess; rules of composition make people write them down.</summary>
    public int PasswordLength { get; set; } = 12;

    /// <summary>
    /// A file of passwords that others have lost: lines of SHA-1 in upper-case hexadecimal, in order, each as it is or
    /// followed by <c>:</c> and a count; <see langword="null"/> = none.
    /// </summary>
    public string? BreachedPasswords { get; set; }

    /// <summary>
    /// How many forms one network address may send at once that anybody can send (signing in, registering); afterwards one a
    /// second. A whole school behind one address needs more.
    /// </summary>
    public int FormsAtOnce { get; set; } = 150;

    /// <summary>
    /// The domain that passkeys belong to, such as <c>portal.example.org</c>; <see langword="null"/> = the name in the address
    /// that somebody uses. Passkeys of one domain are useless at another, so a portal with several names sets it.
    /// </summary>
    public string? PasskeyDomain { get; set; }

    /// <summary>What is wrong with the settings, in one sentence; <see langword="null"/> if nothing is.</summary>
    public string? Check() => this switch
    {
        { PasswordLength: < 8 or > 64 } => "Accounts:PasswordLength must be between 8 and 64.",
        { FormsAtOnce: < 5 or > 100_000 } => "Accounts:FormsAtOnce must be between 5 and 100000.",
        { PasskeyDomain: { } domain } when Uri.CheckHostName(domain) != UriHostNameType.Dns => "Accounts:PasskeyDomain must be a name such as portal.example.org, without scheme and port.",
        { BreachedPasswords: { Length: > 0 } file } => People.BreachedPasswords.WhyUnusable(file),
        _ => null,
    };
}
