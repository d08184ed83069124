namespace SnapshotPortal.Domain.Tests;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("lab-{n}", "lab-1 lab-2 lab-3")]
    [InlineData("lab-{n:00}", "lab-01 lab-02 lab-03")]
    [InlineData("{template}-{n:000}", "debian-12-001 debian-12-002 debian-12-003")]
    [InlineData("{user}-{n}", "anna-1 jorg-2 anna-3")]
    public void Expand_EveryPlaceholder_MakesHostNames(string pattern, string expected)
        => Assert.Equal(expected, string.Join(' ', Expand(pattern, ["Anna", "Jörg", "Anna"]).Names));

    [Fact]
    public void Expand_OneNameWithoutAPlaceholder_IsThatName() => Assert.Equal(["web"], Expand("web", ["Anna"]).Names);

    [Fact]
    public void Expand_FirstNumber_CountsFromThere()
        => Assert.Equal(["lab-9", "lab-10"], NamePattern.Expand("lab-{n}", "x", ["a", "b"], [], first: 9).Names);

    [Theory]
    [InlineData("lab", "more than once")]
    [InlineData("", "pattern for the names is needed")]
    [InlineData("lab-{m}", "“{m}” is no placeholder")]
    [InlineData("lab-{n:0x}", "“{n:0x}” is no placeholder")]
    [InlineData("lab-{n:0000000}", "is no placeholder")]
    [InlineData("lab-{n", "never closed")]
    [InlineData("lab-n}", "without a “{”")]
    [InlineData("Lab-{n}", "a–z")]
    [InlineData("lab_{n}", "a–z")]
    [InlineData("-{n}", "begin or end with a hyphen")]
    [InlineData("{n}.example", "a–z")]
    public void Expand_PatternThatCannotBe_SaysWhyAndMakesNoName(string pattern, string why)
    {
        var expansion = Expand(pattern, ["Anna", "Anna"]);

        Assert.Empty(expansion.Names);
        Assert.Contains(why, expansion.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_PeopleWhoseNamesBecomeTheSame_NamesBoth()
        => Assert.Contains("for both Jorg and Jörg", Expand("{user}", ["Jorg", "Jörg"]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Expand_NameThatIsTaken_IsFoundBeforeAnythingIsMade()
        => Assert.Contains("“lab-2” exists already", NamePattern.Expand("lab-{n}", "x", ["a", "b"], ["LAB-2"]).Problem, StringComparison.Ordinal);

    [Fact]
    public void Expand_NameLongerThanAHostName_IsRefusedWithIt()
        => Assert.Contains("longest a virtual machine's name can be is 63", Expand(new string('a', 62) + "{n:00}", ["Anna"]).Problem, StringComparison.Ordinal);

    private static NameExpansion Expand(string pattern, IReadOnlyList<string> users) => NamePattern.Expand(pattern, "Debian 12", users, []);
}
