using SnapshotPortal.Domain;
using SnapshotPortal.Web.Live;

namespace SnapshotPortal.Web.Tests.Speaking;

/// <summary>Sentences of the operation layer, which are made and stored in English, as a German page says them.</summary>
public sealed class SentencesTests
{
    [Theory]
    [InlineData("The host is busy with other operations.", "Der Host ist mit anderen Vorgängen beschäftigt.")]
    [InlineData("“web-1” does not run, so it shows nothing. Start it first.", "„web-1“ läuft nicht, daher zeigt sie nichts. Starten Sie sie zuerst.")]
    [InlineData("The disk vdb is left out: It is read-only: nothing in it can change.", "Die Platte vdb wird ausgelassen: Sie ist nur lesbar: nichts darin kann sich ändern.")]
    [InlineData("The guest agent froze 2 file systems and thawed them again.", "Der Gast-Agent fror Dateisysteme ein (2) und taute sie wieder auf.")]
    [InlineData("The guest agent froze 1 file system and thawed them again.", "Der Gast-Agent fror Dateisysteme ein (1) und taute sie wieder auf.")]
    [InlineData("Your quota allows 5 snapshots, and there are 5. Nothing was changed. Delete one that is not needed any more, or ask an administrator for more.", "Ihre Grenze erlaubt 5 Snapshots, und es gibt 5. Nichts wurde geändert. Löschen Sie eine, die nicht mehr gebraucht wird, oder bitten Sie die Administration um mehr.")]
    [InlineData("The machine is gone. The host does not answer.", "Die Maschine ist weg. Der Host antwortet nicht.")]
    [InlineData("KVM is offered by libvirt but does not run here: QEMU gave no sign of life within 10 s. This machine is emulated, which is slow.", "libvirt bietet KVM, aber es läuft hier nicht: QEMU gab 10 s lang kein Lebenszeichen. Diese Maschine wird emuliert, und das ist langsam.")]
    [InlineData("libvirt offers KVM, but QEMU does not start on it: failed to set MSR 0x10a. Machines of type kvm may fail to start, and imported ones are emulated, many times slower. Where this host is a VM itself, nesting must be on outside of it.", "libvirt bietet KVM, aber QEMU startet damit nicht: failed to set MSR 0x10a. Maschinen vom Typ kvm starten vielleicht nicht, und importierte werden emuliert, um ein Vielfaches langsamer. Ist dieser Host selbst eine VM, muss Nesting außerhalb davon an sein.")]
    [InlineData("The host does not answer: internal error: no such thing", "Der Host antwortet nicht: internal error: no such thing")]
    public void Say_German_FindsThePatternAndFillsIt(string english, string german)
    {
        using var language = new LanguageScope("de");

        Assert.Equal(german, Sentences.Say(english));
    }

    [Theory]
    [InlineData("internal error: monitor closed")]
    [InlineData("web and mail")]
    [InlineData("")]
    public void Say_WhatIsNotKnown_StaysAsItIs(string sentence)
    {
        using var language = new LanguageScope("de");

        Assert.Equal(sentence, Sentences.Say(sentence));
    }

    [Fact]
    public void Say_ANameThatLooksLikeAPlace_IsNotFilled()
    {
        using var language = new LanguageScope("de");

        Assert.Equal("„{vm}“ hat schon einen Snapshot namens „{name}“. Wählen Sie einen anderen Namen.", Sentences.Say("“{vm}” has a snapshot named “{name}” already. Choose another name."));
    }

    [Fact]
    public void Say_English_ChangesNothing()
    {
        using var language = new LanguageScope("en");

        Assert.Equal("The host is busy with other operations.", Sentences.Say("The host is busy with other operations."));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0001b")]
    public void Say_WhatTheDomainSaysOfANameToday_IsKnown(string name)
    {
        using var language = new LanguageScope("de");
        var english = Names.CheckSnapshotName(name);

        Assert.NotNull(english);
        Assert.NotEqual(english, Sentences.Say(english));
    }
}
