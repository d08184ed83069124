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
    [InlineData("This host has 24 GiB of memory, and the machine asks for 99 GiB. Choose less.", "Dieser Host hat 24 GiB Arbeitsspeicher, und die Maschine verlangt 99 GiB. Wählen Sie weniger.")]
    [InlineData("All 2 machines running at once would need 16 GiB of memory, and this host has 24 GiB, of which 12 GiB are promised to machines that run already. Not all of them can run at the same time; some may not start.", "Alle 2 Maschinen zugleich brauchten 16 GiB Arbeitsspeicher, und dieser Host hat 24 GiB, wovon 12 GiB Maschinen zugesagt sind, die schon laufen. Nicht alle können gleichzeitig laufen; einige starten dann vielleicht nicht.")]
    [InlineData("The machine could not be started: The host has too little free memory for this machine. Shut down other machines on it, or ask an administrator, then start it again. The hypervisor said: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory.", "Die Maschine konnte nicht gestartet werden: Der Host hat zu wenig freien Arbeitsspeicher für diese Maschine. Fahren Sie andere Maschinen auf ihm herunter oder fragen Sie die Administration, dann starten Sie sie wieder. Der Hypervisor sagte: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory.")]
    [InlineData("The disks are in place, but the machine could not be started: The network “lab” of this machine does not run on the host. Ask an administrator to start it (virsh net-start lab), then start the machine again. The hypervisor said: Requested operation is not valid: network 'lab' is not active.", "Die Platten sind bereit, aber die Maschine ließ sich nicht starten: Das Netz „lab“ dieser Maschine läuft nicht auf dem Host. Bitten Sie die Administration, es zu starten (virsh net-start lab), dann starten Sie die Maschine wieder. Der Hypervisor sagte: Requested operation is not valid: network 'lab' is not active.")]
    [InlineData("The machine could not be started: A file that the machine needs is not on the host: /pool/web. 1.qcow2. Ask an administrator to put it back, then start the machine again. The hypervisor said: Cannot access storage file '/pool/web. 1.qcow2': No such file or directory.", "Die Maschine konnte nicht gestartet werden: Eine Datei, die die Maschine braucht, ist nicht auf dem Host: /pool/web. 1.qcow2. Bitten Sie die Administration, sie zurückzulegen, dann starten Sie die Maschine wieder. Der Hypervisor sagte: Cannot access storage file '/pool/web. 1.qcow2': No such file or directory.")]
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
