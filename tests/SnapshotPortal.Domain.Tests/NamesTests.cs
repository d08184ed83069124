using System.Globalization;

namespace SnapshotPortal.Domain.Tests;

public sealed class NamesTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\t")]
    [InlineData("\u3000")]
    [InlineData("\u200B")]
    [InlineData(" \u200D\uFEFF ")]
    public void SnapshotName_NothingVisible_IsRefused(string? name)
        => Assert.Contains("visible character", Names.CheckSnapshotName(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("before upgrade")]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("C:\\temp\\*?")]
    [InlineData("<a href=\"x\">&amp;]]>'")]
    [InlineData("$(reboot); `id` | tee")]
    [InlineData("Ångström — naïve")]
    [InlineData("مرحبا")]
    [InlineData("🚀")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 family")]
    [InlineData("\U0001F3F4\U000E0067\U000E0062\U000E0073\U000E0063\U000E0074\U000E007F")]
    public void SnapshotName_AnyVisibleText_IsAccepted(string name) => Assert.Null(Names.CheckSnapshotName(name));

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("tab\there")]
    [InlineData("nul\0")]
    [InlineData("escape\u001b[31m")]
    [InlineData("next\u0085line")]
    [InlineData("line\u2028separator")]
    [InlineData("paragraph\u2029separator")]
    [InlineData("\u202Eexe.tpircs")]
    [InlineData("\u202Aembedding\u202C")]
    [InlineData("\u2066isolate\u2069")]
    public void SnapshotName_ControlCharactersOrBidiOverrides_AreRefused(string name)
        => Assert.Contains("control characters", Names.CheckSnapshotName(name), StringComparison.Ordinal);

    // Not inline data: an unpaired surrogate does not survive the way through an attribute.
    [Fact]
    public void SnapshotName_UnpairedSurrogate_IsRefused()
    {
        foreach (var name in (string[])["a\ud83d", "\ude80b", "\ude80\ud83d", "x\ud83dx", "\ud83d\ud83d\ude80"])
        {
            Assert.Contains("control characters", Names.CheckSnapshotName(name), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Anna Ångström", true)]
    [InlineData("  Anna ", true)]
    [InlineData("🚀", true)]
    [InlineData(null, false)]
    [InlineData(" ", false)]
    [InlineData("\u200B", false)]
    [InlineData("An\nna", false)]
    [InlineData("\u202Eanna", false)]
    public void PersonName_ShowsSomethingAndNoControlCharacters(string? name, bool isOne) => Assert.Equal(isOne, Names.IsPersonName(name));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void PersonName_UpToAHundredCharacters_IsOne(int length, bool isOne)
    {
        Assert.Equal(isOne, Names.IsPersonName(new string('a', length)));
        Assert.Equal(isOne, Names.IsTitle($" {new string('a', length)} ", Names.MaxPersonNameLength));
        Assert.Equal(length <= 30, Names.IsTitle(new string('a', length), 30));
    }

    [Fact]
    public void SnapshotName_ReplacementCharacterItself_IsAccepted() => Assert.Null(Names.CheckSnapshotName("\uFFFD"));

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(300, false)]
    public void SnapshotName_Length_CountsWhatAPersonCounts(int elements, bool accepted)
    {
        foreach (var element in (string[])["n", "ö", "o\u0308", "🚀", "\U0001F468\u200D\U0001F469\u200D\U0001F467"])
        {
            var complaint = Names.CheckSnapshotName(string.Concat(Enumerable.Repeat(element, elements)));
            Assert.Equal(accepted, complaint is null);
            if (!accepted)
            {
                Assert.Contains(elements.ToString(CultureInfo.InvariantCulture), complaint, StringComparison.Ordinal);
                Assert.Contains("100", complaint, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void SnapshotName_OneElementOfAThousandMarks_IsRefused()
        => Assert.NotNull(Names.CheckSnapshotName("a" + new string('\u0301', 1_000)));

    [Theory]
    [InlineData("a")]
    [InlineData("web-2")]
    [InlineData("0")]
    [InlineData("a--b")]
    [InlineData("123456789012345678901234567890123456789012345678901234567890123")]
    public void VmName_DnsLabel_IsAccepted(string name) => Assert.Null(Names.CheckVmName(name));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData("Web")]
    [InlineData("web 2")]
    [InlineData(" web")]
    [InlineData("web.example")]
    [InlineData("web_2")]
    [InlineData("../web")]
    [InlineData("-web")]
    [InlineData("web-")]
    [InlineData("-")]
    [InlineData("wéb")]
    [InlineData("web٢")]
    [InlineData("🚀")]
    [InlineData("web\n")]
    [InlineData("<web>")]
    public void VmName_AnythingElse_IsRefusedWithASentence(string? name)
        => Assert.EndsWith(".", Names.CheckVmName(name), StringComparison.Ordinal);

    [Fact]
    public void Description_AtAndOverTheLimit_AcceptedAndRefused()
    {
        Assert.Null(Names.CheckDescription(null));
        Assert.Null(Names.CheckDescription(""));
        Assert.Null(Names.CheckDescription("two\nlines <b>&"));
        Assert.Null(Names.CheckDescription(new string('d', 2_000)));
        Assert.Contains("2001", Names.CheckDescription(new string('d', 2_001)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("web-2", "web-2")]
    [InlineData("Web Server", "web-server")]
    [InlineData("  dev__1  ", "dev-1")]
    [InlineData("Ångström", "angstrom")]
    [InlineData("../etc", "etc")]
    [InlineData("🚀", "vm")]
    [InlineData("🚀 launch 🚀 pad", "launch-pad")]
    [InlineData("", "vm")]
    [InlineData("---", "vm")]
    [InlineData("日本", "vm")]
    public void ToVmName_AnyText_BecomesAHostName(string text, string expected) => Assert.Equal(expected, Names.ToVmName(text));

    [Fact]
    public void ToVmName_HostileText_IsAlwaysValid()
    {
        foreach (var text in (string[])["\ud83d", "a\ude80b", "\0", "\u202Eabc", new string('a', 300), new string('a', 62) + "-b", new string('ﬀ', 60), "<&>\"'"])
        {
            Assert.Null(Names.CheckVmName(Names.ToVmName(text)));
        }
    }
}
