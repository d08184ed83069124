using Microsoft.AspNetCore.Components;

namespace SnapshotPortal.Web.Live;

/// <summary>
/// What somebody types into a field that the address keeps, too. The address follows with a round trip through the browser, and
/// whoever types is ahead of it: what the field itself asked for does not come back into it.
/// </summary>
/// <param name="parameter">The part of the address.</param>
internal sealed class TypedText(string parameter)
{
    // What the address has been asked to say and has not said yet, oldest first.
    private readonly Queue<string> _underWay = new();
    private string _address = "";

    /// <summary>What the field shows.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Somebody typed: the field shows it at once, the address soon.</summary>
    public void Type(string? text, NavigationManager navigation)
    {
        Text = text ?? "";
        var asked = Said(Text);
        if (asked != _underWay.LastOrDefault(_address))
        {
            _underWay.Enqueue(asked);
        }

        navigation.NavigateTo(navigation.GetUriWithQueryParameter(parameter, asked.Length > 0 ? asked : null), replace: true);
    }

    /// <summary>The address says something: that is shown, unless it was typed here.</summary>
    public void Follow(string? address)
    {
        var said = Said(address);
        if (said == _address)
        {
            return;
        }

        _address = said;
        if (_underWay.Contains(said))
        {
            // The browser may leave out what was overtaken.
            while (_underWay.Dequeue() != said)
            {
            }

            return;
        }

        _underWay.Clear();
        Text = said;
    }

    private static string Said(string? text) => string.IsNullOrWhiteSpace(text) ? "" : text;
}
