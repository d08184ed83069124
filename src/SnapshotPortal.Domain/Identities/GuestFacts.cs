namespace SnapshotPortal.Domain.Identities;

/// <summary>
/// What a guest says of itself. Only what it says: a guest that wants to lie can, to its owner's own cost.
/// </summary>
/// <param name="HostName">Its host name; <see langword="null"/> where it could not be read.</param>
/// <param name="MachineId">Its <c>/etc/machine-id</c>; <see langword="null"/> where there is none.</param>
/// <param name="HostKeys">The fingerprints of its SSH host keys, as <c>ssh-keygen -l</c> writes them: <c>ED25519 SHA256:…</c>.</param>
/// <param name="ReadAt">When it was asked.</param>
public sealed record GuestFacts(string? HostName, string? MachineId, IReadOnlyList<string> HostKeys, DateTimeOffset ReadAt)
{
    /// <summary>The guest told nothing of all that.</summary>
    public bool IsEmpty => HostName is null && MachineId is null && HostKeys.Count == 0;
}
