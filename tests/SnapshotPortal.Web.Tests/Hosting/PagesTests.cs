using System.Net;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using SnapshotPortal.Data;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Hosting;

public sealed class PagesTests(PortalHost host) : IClassFixture<PortalHost>
{

    private static Task<HttpResponseMessage> GetAsync(HttpClient browser, string address)
        => browser.GetAsync(new Uri(address, UriKind.Relative), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Health_WithoutSignIn_Answers()
    {
        using var browser = host.Browser();

        var response = await GetAsync(browser, "/healthz");

        Assert.Equal("Healthy", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/account/sign-in")]
    [InlineData("/app.css")]
    [InlineData("/nowhere")]
    public async Task AnyAnswer_SaysThatItIsNotToBeFramedOrSniffed(string address)
    {
        using var browser = host.Browser();

        var headers = (await GetAsync(browser, address)).Headers;

        Assert.Equal("nosniff", Assert.Single(headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(headers.GetValues("Referrer-Policy")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task VmPage_OfAnotherAndOfNobody_AreTheSameNotFoundPage()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");
        var theirs = Sample.Vm("a-strangers-machine", Sample.Sam);
        host.Portal.Vms.Add(theirs);

        var strange = await GetAsync(browser, $"/vms/{theirs.Id}");
        var missing = await GetAsync(browser, $"/vms/{Guid.NewGuid()}");
        var nowhere = await GetAsync(browser, "/no/such/page");

        foreach (var response in new[] { strange, missing, nowhere })
        {
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.Contains("data-testid=\"not-found\"", text, StringComparison.Ordinal);
            Assert.DoesNotContain("a-strangers-machine", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Administration_ForOthers_IsNotOpen()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");

        var response = await GetAsync(browser, "/admin");

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal("/account/denied", response.Headers.Location!.AbsolutePath);
    }

    [Fact]
    public async Task Administration_ForAdministrators_ListsPeople()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "admin@demo.test");

        var text = await (await GetAsync(browser, "/admin")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("student2@demo.test", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Screen_OfOnesOwnMachine_IsAPicture()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");
        var dana = await IdOfAsync("dev@demo.test");
        var mine = Sample.Vm("mine") with { OwnerId = dana };
        var theirs = Sample.Vm("theirs", Sample.Sam);
        host.Portal.Vms.AddRange([mine, theirs]);
        host.Portal.Screen = "P6\n1 1\n255\nabc"u8.ToArray();

        var own = await GetAsync(browser, $"/screens/{mine.Id}");
        var strange = await GetAsync(browser, $"/screens/{theirs.Id}");

        Assert.Equal("image/png", own.Content.Headers.ContentType!.MediaType);
        Assert.Equal(HttpStatusCode.NotFound, strange.StatusCode);
    }

    [Fact]
    public async Task ExportFile_OfOnesOwn_ComesWholeAndInPartsAndToNobodyElse()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");
        var mine = Sample.Vm("mine") with { OwnerId = await IdOfAsync("dev@demo.test") };
        var theirs = Sample.Vm("theirs", Sample.Sam);
        host.Portal.Vms.AddRange([mine, theirs]);
        host.Storage.All.AddRange([FakeStorage.Export(mine), FakeStorage.Export(theirs)]);
        host.Storage.Content = [.. Enumerable.Range(0, 200).Select(static n => (byte)n)];
        var address = $"/exports/{host.Storage.All[^2].Id}/disks/vda";

        using var whole = await GetAsync(browser, address);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.Relative));
        request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(150, null);
        request.Headers.IfRange = new System.Net.Http.Headers.RangeConditionHeaderValue(whole.Headers.ETag!);
        using var rest = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        using var strange = await GetAsync(browser, $"/exports/{host.Storage.All[^1].Id}/disks/vda");
        using var nobody = host.Browser();
        using var signedOut = await GetAsync(nobody, address);

        Assert.Equal("mine-vda.qcow2", whole.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition.DispositionType);
        Assert.Contains("bytes", whole.Headers.AcceptRanges);
        Assert.Equal(host.Storage.Content, await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(host.Storage.Content[150..], await rest.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, strange.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
    }

    [Fact]
    public async Task Keys_LieBesideTheDatabase()
    {
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, "dev@demo.test");

        Assert.NotEmpty(Directory.GetFiles(Path.Combine(host.Folder, "keys"), "key-*.xml"));
    }

    [Fact]
    public async Task Revalidation_ChangedPasswordOrRole_EndsTheCircuitsSignIn()
    {
        _ = host.Services;
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var factory = scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<PortalUser>>();
        var accounts = scope.ServiceProvider.GetRequiredService<AccountStates>();
        var toni = (await users.FindByEmailAsync("teacher@demo.test"))!;
        var before = await factory.CreateAsync(toni);
        Assert.True(await accounts.IsStillValidAsync(before, TestContext.Current.CancellationToken));

        await users.AddToRoleAsync(toni, PortalRoles.Administrator);
        Assert.False(await accounts.IsStillValidAsync(before, TestContext.Current.CancellationToken));

        var asAdministrator = await factory.CreateAsync(toni);
        Assert.True(await accounts.IsStillValidAsync(asAdministrator, TestContext.Current.CancellationToken));
        await users.UpdateSecurityStampAsync(toni);
        Assert.False(await accounts.IsStillValidAsync(asAdministrator, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Demo_StartedTwice_MakesEverybodyOnce()
    {
        _ = host.Services;
        await host.Services.PrepareAccountsAsync();

        var people = host.Services.GetRequiredService<IPeople>();
        var all = await people.ListAsync(Sample.Ada, TestContext.Current.CancellationToken);

        Assert.Equal(["admin@demo.test", "dev@demo.test", "student1@demo.test", "student2@demo.test", "teacher@demo.test"], all.Value!.Select(static p => p.Email).Order(StringComparer.Ordinal));
        Assert.Equal("Dana Developer", all.Value!.Single(static p => p.Email == "dev@demo.test").DisplayName);
    }

    [Fact]
    public async Task People_ForOthers_AreNotListed()
    {
        var answer = await host.Services.GetRequiredService<IPeople>().ListAsync(Sample.Dana, TestContext.Current.CancellationToken);

        Assert.Equal(FailureKind.Forbidden, answer.Failure!.Kind);
    }

    private async Task<Guid> IdOfAsync(string email)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>().FindByEmailAsync(email))!.Id;
    }
}
