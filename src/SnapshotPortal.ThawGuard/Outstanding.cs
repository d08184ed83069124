namespace SnapshotPortal.ThawGuard;

/// <summary>A guest that may be frozen.</summary>
/// <param name="VmId">The domain's UUID.</param>
/// <param name="Uri">The libvirt connection it is on.</param>
internal readonly record struct Guest(Guid VmId, string Uri);

/// <summary>
/// The guests that were announced as about to be frozen and not yet as thawed. The protocol is one line each:
/// <c>freeze UUID URI</c> and <c>thawed UUID URI</c>.
/// </summary>
internal sealed class Outstanding
{
    private readonly HashSet<Guest> _guests = [];

    public IReadOnlyCollection<Guest> All => _guests;

    /// <summary>Takes one line in; false if it is not of the protocol.</summary>
    public bool TryApply(string line)
    {
        var words = line.Split(' ', 3);
        if (words.Length != 3 || !Guid.TryParse(words[1], out var vmId) || words[2].Length == 0)
        {
            return false;
        }

        var guest = new Guest(vmId, words[2]);
        switch (words[0])
        {
            case "freeze":
                _guests.Add(guest);
                return true;
            case "thawed":
                _guests.Remove(guest);
                return true;
            default:
                return false;
        }
    }
}
