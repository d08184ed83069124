using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Domain.Vms;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Tests.Harness;
using SnapshotPortal.Operations.Views;

namespace SnapshotPortal.Operations.Tests;

public sealed class SearchTests
{
    private static Task<SearchView> FindAsync(Portal portal, Actor actor, string text, int take = 6)
        => portal.Services.GetRequiredService<ISearch>().FindAsync(actor, text, take, CancellationToken.None);

    [Fact]
    public async Task Find_Owner_FindsMachinesAndTheirSnapshots()
    {
        await using var portal = await Portal.StartAsync();
        var vmId = await portal.AddVmAsync("workspace");
        var snapshot = await portal.TakeAsync(vmId, "Before the work");

        var found = await FindAsync(portal, Portal.Anna, "WORK");

        Assert.Equal([vmId], found.Vms.Select(static v => v.Id));
        Assert.Equal([(snapshot, vmId, "workspace")], found.Snapshots.Select(static s => (s.Id, s.VmId, s.VmName)));
    }

    [Fact]
    public async Task Find_Stranger_FindsNothingAndAdministratorsEverything()
    {
        await using var portal = await Portal.StartAsync();
        var vmId = await portal.AddVmAsync("workspace");
        await portal.TakeAsync(vmId, "Before the work");

        var stranger = await FindAsync(portal, Portal.Ben, "work");
        var administrator = await FindAsync(portal, Portal.Admin, "work");

        Assert.Empty(stranger.Vms);
        Assert.Empty(stranger.Snapshots);
        Assert.Single(administrator.Vms);
        Assert.Single(administrator.Snapshots);
    }

    [Fact]
    public async Task Find_NamesThatBeginWithIt_ComeFirst()
    {
        await using var portal = await Portal.StartAsync();
        await portal.AddVmAsync("a-web");
        await portal.AddVmAsync("webserver");
        await portal.AddVmAsync("web");

        var found = await FindAsync(portal, Portal.Anna, "web", take: 2);

        Assert.Equal(["web", "webserver"], found.Vms.Select(static v => v.Name));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nothing-like-it")]
    public async Task Find_WhatNoNameContains_IsNothing(string text)
    {
        await using var portal = await Portal.StartAsync();
        await portal.AddVmAsync("workspace");

        Assert.Empty((await FindAsync(portal, Portal.Anna, text)).Vms);
    }

    [Fact]
    public async Task Find_LongerThanAnyName_IsNothing()
    {
        await using var portal = await Portal.StartAsync();
        await portal.AddVmAsync("workspace");

        var found = await FindAsync(portal, Portal.Anna, new string('w', ISearch.MaxTextLength + 1));

        Assert.Same(SearchView.Nothing, found);
    }
}
