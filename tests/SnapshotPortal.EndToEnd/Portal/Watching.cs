namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>Notes what a page shows while it shows it: a phase may be over before a test can look.</summary>
public static class Watching
{
    /// <summary>From now on notes each phase and each step that the page shows for the snapshot.</summary>
    public static Task BeginAsync(IPage page, string snapshot) => page.EvaluateAsync(
        """
        name => {
          const seen = { phases: [], steps: [], clicked: null, succeeded: null };
          window.seenByTest = seen;
          const note = (list, value) => { if (value && list.at(-1) !== value) list.push(value); };
          const look = () => {
            for (const node of document.querySelectorAll('[data-testid=snapshot-node]')) {
              if (node.dataset.name !== name) continue;
              if (node.dataset.phase === 'Succeeded' && seen.succeeded === null) seen.succeeded = performance.now();
              note(seen.phases, node.dataset.phase);
              for (const step of node.querySelectorAll('[data-testid=operation-step][data-step]')) {
                if (!seen.steps.includes(step.dataset.step)) seen.steps.push(step.dataset.step);
              }
            }
          };
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
          document.addEventListener('click', e => {
            if (e.target.closest('[data-testid=take-snapshot]') && seen.clicked === null) seen.clicked = performance.now();
          }, true);
        }
        """,
        snapshot);

    /// <summary>From now on notes each title of the tab.</summary>
    public static Task TitlesAsync(IPage page) => page.EvaluateAsync(
        """
        () => {
          window.titlesSeenByTest = [document.title];
          new MutationObserver(() => window.titlesSeenByTest.push(document.title)).observe(document.head, { subtree: true, childList: true, characterData: true });
        }
        """);

    public static async Task<string[]> TitlesSeenAsync(IPage page) => await page.EvaluateAsync<string[]>("() => window.titlesSeenByTest");

    public static async Task<Seen> EndAsync(IPage page) => await page.EvaluateAsync<Seen>("() => window.seenByTest");
}

/// <summary>What a page showed of a snapshot.</summary>
public sealed class Seen
{
    public string[] Phases { get; set; } = [];

    public string[] Steps { get; set; } = [];

    /// <summary>Milliseconds on the page's own clock.</summary>
    public double? Clicked { get; set; }

    /// <summary>Milliseconds on the page's own clock.</summary>
    public double? Succeeded { get; set; }
}
