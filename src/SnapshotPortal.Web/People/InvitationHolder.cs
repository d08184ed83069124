using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Web.People;

/// <summary>
/// The teacher who was handed somebody's invitation, and the class they teach them in. It stands in the link and its token is made
/// for it: whether the teacher may hold the invitation is asked again when the link is used, because the account may have become
/// another class's, too, meanwhile.
/// </summary>
internal sealed record InvitationHolder(Guid UserId, Guid ClassId)
{
    private const char End = '.';
    private const string Format = "N";

    /// <summary>What a token is made for.</summary>
    public static string PurposeFor(InvitationHolder? holder)
        => holder is null ? InvitationTokens.Provider : $"{InvitationTokens.Provider} {holder.UserId.ToString(Format)} {holder.ClassId.ToString(Format)}";

    /// <summary>The token as it stands in a link.</summary>
    public static string Write(InvitationHolder? holder, string token)
        => holder is null ? token : $"{holder.UserId.ToString(Format)}{End}{holder.ClassId.ToString(Format)}{End}{token}";

    /// <summary>Takes apart what stands in a link; one that no teacher holds has no holder.</summary>
    public static (InvitationHolder? Holder, string Token) Read(string written)
        => written.Split(End) is [var user, var group, var token] && Guid.TryParseExact(user, Format, out var userId) && Guid.TryParseExact(group, Format, out var classId)
            ? (new InvitationHolder(userId, classId), token)
            : (null, written);

    /// <summary>The teacher, as far as this invitation goes.</summary>
    public Actor ToActor() => new(UserId, "", IsAdministrator: false);
}
