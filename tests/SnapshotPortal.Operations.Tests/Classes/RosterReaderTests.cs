using SnapshotPortal.Operations.Classes;

namespace SnapshotPortal.Operations.Tests.Classes;

public sealed class RosterReaderTests
{
    [Theory]
    [InlineData("ada@example.org", "ada@example.org", "")]
    [InlineData("Ada Lovelace <ada@example.org>", "ada@example.org", "Ada Lovelace")]
    [InlineData("ada@example.org,Ada Lovelace", "ada@example.org", "Ada Lovelace")]
    [InlineData("Lovelace;Ada;ada@example.org", "ada@example.org", "Lovelace Ada")]
    [InlineData("Ada Lovelace\tada@example.org", "ada@example.org", "Ada Lovelace")]
    [InlineData("\uFEFFada@example.org", "ada@example.org", "")]
    [InlineData("Nora O'Brien <nora.o'brien@example.org>", "nora.o'brien@example.org", "Nora O'Brien")]
    [InlineData("\"Lovelace, Ada\",\"ada@example.org\"", "ada@example.org", "Lovelace, Ada")]
    [InlineData("E-Mail;Name\nada@example.org;Ada", "ada@example.org", "Ada")]
    [InlineData("First name,Last name,Email\nAda,Lovelace,ada@example.org", "ada@example.org", "Ada Lovelace")]
    [InlineData("Vorname;Nachname;E-Mail;Klasse\r\nAda;Lovelace;ada@example.org;7b\r\n\r\n", "ada@example.org", "Ada Lovelace")]
    public void Read_HoweverItIsWritten_FindsAddressAndName(string text, string email, string name)
    {
        var line = Assert.Single(RosterReader.Read(text));

        Assert.Equal((email, name, null), (line.Email, line.Name, line.Problem));
    }

    [Theory]
    [InlineData("Ada Lovelace")]
    [InlineData("ada@")]
    [InlineData("ada@exa mple.org")]
    [InlineData("a@b@c")]
    [InlineData("email,name\n,Ada")]
    public void Read_WithoutAnAddress_SaysSo(string text) => Assert.NotNull(Assert.Single(RosterReader.Read(text)).Problem);

    /// <summary>Of each, no account could ever get a password: an account is made by the same rule.</summary>
    [Theory]
    [InlineData("аda@example.org")]
    [InlineData("Ada Lovelace <adа@example.org>")]
    [InlineData("ada@exаmple.org")]
    [InlineData("ada\u200b@example.org")]
    [InlineData("Åda@example.org")]
    [InlineData("ada/x@example.org")]
    [InlineData("ａda@example.org")]
    public void Read_AnAddressThatOnlyLooksLikeOne_SaysSo(string text)
        => Assert.Contains("no account's address can have", Assert.Single(RosterReader.Read(text)).Problem, StringComparison.Ordinal);

    [Fact]
    public void Read_LineNumbers_AreThoseOfTheText()
        => Assert.Equal([2, 4], RosterReader.Read("email\na@example.org\n\nb@example.org\n").Select(static l => l.Line));

    [Fact]
    public void Read_MoreThanTheLimit_StopsOneBeyond()
        => Assert.Equal(RosterReader.MaxRows + 1, RosterReader.Read(string.Join('\n', Enumerable.Range(0, 5_000).Select(static n => $"s{n}@example.org"))).Count);

    [Fact]
    public void Read_AQuoteThatNeverEnds_IsALineWithAProblemAndNotAnException()
        => Assert.All(RosterReader.Read("\"ada@example.org\nbob@example.org\n"), static l => Assert.NotNull(l.Problem));
}
