using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Operations.Readiness;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Components.Pages;

namespace SnapshotPortal.Web.Tests.Components;

public sealed class ReadinessViewTests : ComponentTest
{
    private readonly Answers _answers = new();

    public ReadinessViewTests() => Services.AddSingleton<IReadiness>(_answers);

    [Fact]
    public void ReadinessView_WhatCannotWork_IsRedWithItsSentenceAndCommand()
    {
        var view = Show<ReadinessView>();

        view.WaitForAssertion(() => Assert.Equal("NotReady", view.Find(Id("readiness")).GetAttribute("data-state")));
        Assert.Contains("failed to set MSR 0x10a", view.Find(Id("readiness")).TextContent, StringComparison.Ordinal);
        Assert.Equal("virt-host-validate qemu", view.Find("code").TextContent);
    }

    [Fact]
    public void ReadinessView_LookAgain_TriesAgainWhatIsOtherwiseBelieved()
    {
        var view = Show<ReadinessView>();
        view.WaitForAssertion(() => view.Find(Id("readiness-again")));

        Act(view, () => view.Find(Id("readiness-again")).Click());

        view.WaitForAssertion(() => Assert.Equal([false, true], _answers.Again));
    }

    private sealed class Answers : IReadiness
    {
        public List<bool> Again { get; } = [];

        public Task<Outcome<IReadOnlyList<ReadinessSection>>> CheckAsync(Actor actor, bool again, CancellationToken cancellationToken)
        {
            Again.Add(again);
            return Task.FromResult(Outcome.Success<IReadOnlyList<ReadinessSection>>(
                [new ReadinessSection("Host local", [new ReadinessLine(ReadinessState.NotReady, "QEMU does not start: failed to set MSR 0x10a.", "virt-host-validate qemu")])]));
        }
    }
}
