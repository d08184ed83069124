using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor;
using MudBlazor.Services;
using SnapshotPortal.Operations.Accounts;
using SnapshotPortal.Operations.Attention;
using SnapshotPortal.Operations.Board;
using SnapshotPortal.Operations.Classes;
using SnapshotPortal.Operations.Deployments;
using SnapshotPortal.Operations.Events;
using SnapshotPortal.Operations.Quotas;
using SnapshotPortal.Operations.Readiness;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Searching;
using SnapshotPortal.Operations.Templates;
using SnapshotPortal.Operations.Usage;
using SnapshotPortal.Web.Composition;
using SnapshotPortal.Web.Live;
using SnapshotPortal.Web.People;
using SnapshotPortal.Web.Tests.Fakes;

namespace SnapshotPortal.Web.Tests.Components;

/// <summary>A component with the operation layer in memory, a clock that stands still, and MudBlazor's providers.</summary>
public abstract class ComponentTest : BunitContext
{
    private IRenderedComponent<MudDialogProvider>? _dialogs;

    // A busy machine may take its time; a test that waits in vain says so all the same.
    static ComponentTest() => DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    protected ComponentTest()
    {
        Storage = new FakeStorage(Portal);
        Board = new FakeBoard(Portal);
        Search = new FakeSearch(Portal);
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices(PagesServices.Configure);
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IVirtualMachines>(Portal);
        Services.AddSingleton<ISnapshots>(Portal);
        Services.AddSingleton<ISchedules>(Portal);
        Services.AddSingleton<IOperations>(Portal);
        Services.AddSingleton<IStorage>(Storage);
        Services.AddSingleton<IUsage>(Usage);
        Services.AddSingleton<IExports>(Storage);
        Services.AddSingleton<IImages>(Images);
        Services.AddSingleton<IAccessTokens>(Portal);
        Services.AddSingleton<IEventStream>(Portal);
        Services.AddSingleton<ITemplates>(Templates);
        Services.AddSingleton<IClasses>(Classes);
        Services.AddSingleton<IClassSchedules>(ClassSchedules);
        Services.AddSingleton<IInvitations>(Classes);
        Services.AddSingleton<IDeployments>(Deployments);
        Services.AddSingleton<IQuotas>(Quotas);
        Services.AddSingleton<IConsoles>(Consoles);
        Services.AddSingleton<IBoard>(Board);
        Services.AddSingleton<IAttention>(Attention);
        Services.AddSingleton<ISearch>(Search);
        Services.AddSingleton<IReadiness>(Readiness);
        Services.AddSingleton<IPeople>(People);
        Services.AddSingleton<IAccountClosing>(People);
        Services.AddSingleton<IHosts>(People);
        Services.AddSingleton<IAccountHistory>(People);
        Services.AddSingleton<IPortalFacts>(_ => Facts ?? throw new InvalidOperationException("This test says nothing of the portal itself."));
        Services.AddSingleton<ICurrentActor>(Actor);
        Services.AddScoped<BrowserTime>();
        Services.AddScoped<BrowserTheme>();
        Services.AddScoped<MyRequests>();
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    internal FakePortal Portal { get; } = new();

    internal FakeClassSchedules ClassSchedules { get; } = new();

    internal FakeStorage Storage { get; }

    internal FakeUsage Usage { get; } = new();

    internal FakeImages Images { get; } = new();

    internal FakePeople People { get; } = new();

    internal FakeTemplates Templates { get; } = new();

    internal FakeClasses Classes { get; } = new();

    internal FakeDeployments Deployments { get; } = new();

    internal FakeQuotas Quotas { get; } = new();

    internal FakeConsoles Consoles { get; } = new();
    internal FakeBoard Board { get; }

    internal FakeSearch Search { get; }

    internal FakeReadiness Readiness { get; } = new();

    internal FakeAttention Attention { get; } = new();

    /// <summary>What the portal tells of itself, where a test is about that.</summary>
    internal IPortalFacts? Facts { get; set; }

    internal FixedActor Actor { get; } = new(Sample.Dana);

    internal FakeTimeProvider Clock { get; } = new(Sample.Start);

    internal MyRequests Mine => Services.GetRequiredService<MyRequests>();

    internal NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    /// <summary>The snackbars' words, oldest first.</summary>
    internal IEnumerable<string> Snackbars => Services.GetRequiredService<ISnackbar>().ShownSnackbars.Select(static s => s.Message ?? "");

    /// <summary>Where dialogs appear; ask for it before the component that opens one.</summary>
    internal IRenderedComponent<MudDialogProvider> Dialogs => _dialogs ??= Render<MudDialogProvider>();

    internal static string Id(string testId) => $"[data-testid='{testId}']";

    /// <summary>Types into a field. Finding it and typing are one step: a render in between would give the field another handler.</summary>
    internal static void Type<T>(IRenderedComponent<T> page, string testId, string text)
        where T : IComponent
        => Act(page, () => page.Find(Id(testId)).Input(text));

    /// <summary>Finds something and does something with it in one step: a render in between would give it other handlers.</summary>
    internal static void Act<T>(IRenderedComponent<T> page, Action act)
        where T : IComponent
        => page.InvokeAsync(act).GetAwaiter().GetResult();

    /// <summary>Renders with the providers in place.</summary>
    internal IRenderedComponent<T> Show<T>(Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        _ = Dialogs;
        return Render(parameters ?? (static _ => { }));
    }
}
