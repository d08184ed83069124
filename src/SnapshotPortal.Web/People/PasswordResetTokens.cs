using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>How links for a new password are made.</summary>
public sealed class PasswordResetOptions : DataProtectionTokenProviderOptions
{
    /// <summary>How long one holds.</summary>
    public static readonly TimeSpan Lifespan = TimeSpan.FromHours(1);

    public PasswordResetOptions()
    {
        Name = PasswordResetTokens.Provider;
        TokenLifespan = Lifespan;
    }
}

/// <summary>Makes and checks the tokens of links for a new password, which hold for a shorter time than all others.</summary>
internal sealed class PasswordResetTokens(IDataProtectionProvider protection, IOptions<PasswordResetOptions> options, ILogger<DataProtectorTokenProvider<PortalUser>> logger)
    : DataProtectorTokenProvider<PortalUser>(protection, options, logger)
{
    /// <summary>The provider's name.</summary>
    public const string Provider = "PasswordReset";
}
