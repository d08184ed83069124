// One machine with a real guest on it: whatever ran at the same time would only take the time away.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(SnapshotPortal.EndToEnd.Portal.Chromium))]
