using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>The signed-in person, as the operation layer wants to know them.</summary>
public interface ICurrentActor
{
    /// <summary>The person as last re-validated, or <see langword="null"/> where nobody is signed in (any more).</summary>
    Task<Actor?> GetAsync();
}

/// <summary>Reads the actor from the circuit's authentication state.</summary>
internal sealed class CurrentActor(AuthenticationStateProvider authentication) : ICurrentActor
{
    public async Task<Actor?> GetAsync()
    {
        var state = await authentication.GetAuthenticationStateAsync();
        return From(state.User);
    }

    /// <summary>The actor behind a principal, or <see langword="null"/> where it is nobody's.</summary>
    public static Actor? From(ClaimsPrincipal user)
        => user.Identity is { IsAuthenticated: true } && Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? new Actor(id, user.FindFirstValue(PortalClaims.DisplayName) ?? user.Identity.Name ?? id.ToString(), user.IsInRole(PortalRoles.Administrator), user.IsInRole(PortalRoles.Teacher)) { Address = AddressClaims.Of(user) }
            : null;
}
