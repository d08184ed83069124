using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using SnapshotPortal.Web.Composition;

namespace SnapshotPortal.Web.People;

/// <summary>
/// A circuit can stay open for days. This asks again and again whether its person still has the account, the password and
/// the roles they signed in with, and signs them out where not.
/// </summary>
internal sealed class AccountRevalidation(ILoggerFactory loggers, AccountStates accounts) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => IdentityServices.RevalidationInterval;

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
        => accounts.IsStillValidAsync(authenticationState.User, cancellationToken);
}
