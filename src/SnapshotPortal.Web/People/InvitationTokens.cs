using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SnapshotPortal.Data;

namespace SnapshotPortal.Web.People;

/// <summary>How invitations are made.</summary>
public sealed class InvitationOptions : DataProtectionTokenProviderOptions
{
    /// <summary>How long an invitation holds.</summary>
    public static readonly TimeSpan Lifespan = TimeSpan.FromDays(30);

    public InvitationOptions()
    {
        Name = InvitationTokens.Provider;
        TokenLifespan = Lifespan;
    }
}

/// <summary>Makes and checks the tokens of invitations: apart from all others, so that none of those can be used as one.</summary>
internal sealed class InvitationTokens(IDataProtectionProvider protection, IOptions<InvitationOptions> options, ILogger<DataProtectorTokenProvider<PortalUser>> logger)
    : DataProtectorTokenProvider<PortalUser>(protection, options, logger)
{
    /// <summary>The provider's name, and what its tokens are for.</summary>
    public const string Provider = "Invitation";
}
