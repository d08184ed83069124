using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Recovering;

/// <summary>
/// Rebuilds a lost database from the records on the hosts. For whoever may run the portal's program on its database; no
/// request of a signed-in person leads here.
/// </summary>
public interface IRecovery
{
    /// <summary>Adds the machines that the hosts know and the database does not.</summary>
    /// <param name="merge">Also where the database has machines already; nothing in it is overwritten.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="cancellationToken">Ends the call; nothing is written then.</param>
    Task<Outcome<RecoveryReport>> RunAsync(bool merge, bool dryRun, CancellationToken cancellationToken);
}

/// <summary>What was recovered, or would be.</summary>
/// <param name="Machines">The machines.</param>
/// <param name="Problems">What could not be, in sentences.</param>
public sealed record RecoveryReport(IReadOnlyList<RecoveredMachine> Machines, IReadOnlyList<string> Problems);

/// <summary>A machine that was recovered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="HostName">Where it is.</param>
/// <param name="Owner">Its owner's e-mail address.</param>
/// <param name="OwnerIsNew">The owner had no account: one without a password is made.</param>
/// <param name="Snapshots">How many of its snapshots.</param>
/// <param name="Layers">How many files behind it that no machine before it in the list had.</param>
/// <param name="Notes">What is to be known of it, in sentences.</param>
public sealed record RecoveredMachine(string Name, string HostName, string Owner, bool OwnerIsNew, int Snapshots, int Layers, IReadOnlyList<string> Notes);
