namespace SnapshotPortal.Domain.Tests;

public sealed class NameSeriesTests
{
    [Theory]
    [InlineData("lab-{n}", "lab-1 lab-2 lab-3")]
    [InlineData("{template}-{n:000}", "debian-12-001 debian-12-002 debian-12-003")]
    [InlineData("{user}-{n}", "anna-1 jorg-2 anna-3")]
    public void Make_ForSeveral_NamesEach(string pattern, string expected)
        => Assert.Equal(expected, string.Join(' ', Make(pattern, ["Anna", "Jörg", "Anna"]).Names));

    [Fact]
    public void Make_FirstNumber_CountsFromThere()
        => Assert.Equal(["lab-9", "lab-10"], NameSeries.Make("lab-{n}", "x", ["a", "b"], [], first: 9).Names);

    [Theory]
    [InlineData("lab", "a name of its own")]
    [InlineData("{user}", "“anna” more than once")]
    [InlineData("Lab-{n}", "a–z")]
    public void Make_PatternThatCannotBe_SaysWhyAndMakesNoName(string pattern, string why)
    {
        var series = Make(pattern, ["Anna", "Anna"]);

        Assert.Empty(series.Names);
        Assert.Contains(why, series.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_PeopleWhoseNamesBecomeTheSame_NamesBoth()
        => Assert.Contains("for both Jorg and Jörg", Make("{user}", ["Jorg", "Jörg"]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Make_NameThatIsTaken_IsFoundBeforeAnythingIsMade()
        => Assert.Contains("“lab-2” exists already", NameSeries.Make("lab-{n}", "x", ["a", "b"], ["LAB-2"]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Make_NameLongerThanAHostName_IsRefusedWithIt()
        => Assert.Contains("longest a virtual machine's name can be is 63", Make("{user}-{n}", [new string('a', 62)]).Problem, StringComparison.Ordinal);

    private static NameSeries Make(string pattern, IReadOnlyList<string> users) => NameSeries.Make(pattern, "Debian 12", users, []);
}
