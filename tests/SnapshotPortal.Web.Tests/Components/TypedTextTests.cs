using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>Here the test is the browser: the address follows when it says so.</summary>
public sealed class TypedTextTests : ComponentTest
{
    private readonly TypedText _field = new("q");

    [Fact]
    public void Type_IsShownAtOnceAndAskedOfTheAddress()
    {
        Navigation.NavigateTo("/live?kind=CloneVm");

        _field.Type("web", Navigation);

        Assert.Equal("web", _field.Text);
        Assert.EndsWith("/live?kind=CloneVm&q=web", Navigation.Uri, StringComparison.Ordinal);
        _field.Type(" ", Navigation);
        Assert.Equal(" ", _field.Text);
        Assert.EndsWith("/live?kind=CloneVm", Navigation.Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void Follow_OfWhatWasTypedHere_DoesNotTakeBackWhatWasTypedSince()
    {
        Type("a", "ab", "", "a");

        foreach (var late in new[] { "a", "ab", null, "a" })
        {
            _field.Follow(late);
            Assert.Equal("a", _field.Text);
        }
    }

    [Fact]
    public void Follow_OfAnAddressThatHasNotMovedYet_ChangesNothing()
    {
        _field.Follow("before");
        Type("after");

        // Something else on the page changed.
        _field.Follow("before");

        Assert.Equal("after", _field.Text);
    }

    [Fact]
    public void Follow_WhereTheBrowserLeftOutWhatWasOvertaken_KeepsTheLast()
    {
        Type("a", "ab", "abc");

        _field.Follow("ab");
        Assert.Equal("abc", _field.Text);
        _field.Follow("abc");

        Assert.Equal("abc", _field.Text);
    }

    [Theory]
    [InlineData("mail")]
    [InlineData("a")]
    [InlineData(null)]
    public void Follow_OfALinkAfterwards_ShowsWhatItSays(string? address)
    {
        Type("a", "ab");
        _field.Follow("a");
        _field.Follow("ab");

        _field.Follow(address);

        Assert.Equal(address ?? "", _field.Text);
    }

    private void Type(params string[] texts)
    {
        foreach (var text in texts)
        {
            _field.Type(text, Navigation);
        }
    }
}
