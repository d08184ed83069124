namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>Tests that share a portal with a guest. A failed one tells what the portal wrote.</summary>
public abstract class PortalTests(PortalWithGuest shared) : IAsyncDisposable
{
    private readonly List<Visitor> _visitors = [];

    protected PortalWithGuest Shared => shared;

    protected static ITestOutputHelper Output => TestContext.Current.TestOutputHelper!;

    protected async Task<Visitor> SignInAsync(string email, ColorScheme colours = ColorScheme.Light)
    {
        var visitor = await shared.SignInAsync(email, colours);
        _visitors.Add(visitor);
        return visitor;
    }

    /// <summary>A name that no other test uses.</summary>
    protected static string Unique(string stem) => $"{stem} {Guid.NewGuid().ToString("N")[..6]}";

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState is { Result: TestResult.Failed })
        {
            Output.WriteLine($"What the portal wrote:\n{shared.Portal.Output}");
            foreach (var visitor in _visitors)
            {
                Output.WriteLine($"What a page showed ({visitor.Page.Url}):\n{await visitor.Page.Locator("body").InnerTextAsync()}");
            }
        }

        foreach (var visitor in _visitors)
        {
            await visitor.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}
