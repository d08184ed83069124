using Bunit;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Pages;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class ReadinessViewTests : ComponentTest
{
    [Fact]
    public void ReadinessView_WhatCannotWork_IsRedWithItsSentenceAndCommand()
    {
        Readiness.Lines.Add(new ReadinessLine(ReadinessState.NotReady, "QEMU does not start: failed to set MSR 0x10a.", "virt-host-validate qemu"));

        var view = Show<ReadinessView>();

        view.WaitForAssertion(() => Assert.Equal("NotReady", view.Find(Id("readiness")).GetAttribute("data-state")));
        Assert.NotEmpty(view.FindAll(".mark-not"));
        Assert.Contains("failed to set MSR 0x10a", view.Find(Id("readiness")).TextContent, StringComparison.Ordinal);
        Assert.Equal("virt-host-validate qemu", view.Find("code").TextContent);
    }

    [Fact]
    public void ReadinessView_LookAgain_TriesAgainWhatIsOtherwiseBelieved()
    {
        var view = Show<ReadinessView>();
        view.WaitForAssertion(() => view.Find(Id("readiness-again")));

        Act(view, () => view.Find(Id("readiness-again")).Click());

        view.WaitForAssertion(() => Assert.Equal([false, true], Readiness.Again));
    }
}
