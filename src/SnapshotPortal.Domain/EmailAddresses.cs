namespace SnapshotPortal.Domain;

/// <summary>
/// What an account's address can be, however the account comes about. Letters of other scripts are left out, because one of
/// them in an address makes it another that looks the same.
/// </summary>
public static class EmailAddresses
{
    /// <summary>The characters of an address; the apostrophe is in the names of people (RFC 5322, 3.2.3 allows it).</summary>
    public const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@+'";

    /// <summary>The longest address (RFC 5321).</summary>
    public const int MaxLength = 254;

    /// <summary>An account can have this address.</summary>
    public static bool IsUsable(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Length <= MaxLength && address.All(static c => Characters.Contains(c, StringComparison.Ordinal));
    }
}
