using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Searching;

/// <summary>Finds things by name. Every call authorises by itself.</summary>
public interface ISearch
{
    /// <summary>The longest text that is looked for.</summary>
    public const int MaxTextLength = 100;

    /// <summary>
    /// What is called like <paramref name="text"/>: machines that the actor may use and their snapshots, templates and classes
    /// that the actor may see. Names that begin with it come first. Nothing for an empty text.
    /// </summary>
    /// <param name="actor">Who looks.</param>
    /// <param name="text">A part of the name; upper and lower case are the same.</param>
    /// <param name="take">How many of each sort at the most, 1 to 20.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<SearchView> FindAsync(Actor actor, string text, int take, CancellationToken cancellationToken);
}
