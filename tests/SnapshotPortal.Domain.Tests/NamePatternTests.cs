using Xunit;

namespace SnapshotPortal.Domain.Tests;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("lab-{user}", 3, "lab-ada-lovelace")]
    [InlineData("web-{n}", 3, "web-3")]
    [InlineData("web-{n:00}", 3, "web-03")]
    [InlineData("web-{n:000}", 1234, "web-1234")]
    [InlineData("{template}-{user}-{n}", 3, "debian-12-ada-lovelace-3")]
    [InlineData("plain", 3, "plain")]
    public void Expand_Placeholders_AreFilledIn(string pattern, int number, string name)
    {
        Assert.Null(NamePattern.Check(pattern, several: false));
        Assert.Equal(name, NamePattern.Expand(pattern, number, "Ada Lovelace", "Debian 12"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("web-{x}")]
    [InlineData("web-{n")]
    [InlineData("web}-{n}")]
    [InlineData("web-{n:0x}")]
    [InlineData("web-{n:0000000}")]
    [InlineData("Web-{n}")]
    [InlineData("-{n}")]
    [InlineData("web_{n}")]
    public void Check_WhatMakesNoHostName_IsRefused(string pattern) => Assert.NotNull(NamePattern.Check(pattern, several: true));

    [Theory]
    [InlineData("lab")]
    [InlineData("lab-{template}")]
    public void Check_SeveralMachinesOfOneName_AreRefused(string pattern)
    {
        Assert.NotNull(NamePattern.Check(pattern, several: true));
        Assert.Null(NamePattern.Check(pattern, several: false));
    }

    [Fact]
    public void Check_AHundredAndOneCharacters_AreTooMany() => Assert.Contains("101", NamePattern.Check(new string('a', 98) + "{n}", several: true), StringComparison.Ordinal);

    [Fact]
    public void Expand_ForeignLetters_BecomeFitForAHostName() => Assert.Equal("lab-jose-muller", NamePattern.Expand("lab-{user}", 1, "José Müller", "t"));
}
