using System.Globalization;

namespace LibVirt.Tests.Mock;

[Collection("alone")]
public sealed class LeakTests
{
    private const string Unused = "unused";

    [Fact]
    public void OpenAndClose_TenThousandTimes_ReturnsAllReferencesAndMemory()
    {
        Cycle(1_500);
        var before = ResidentBytes();
        Cycle(10_000);
        var grown = ResidentBytes() - before;

        // A forgotten connection would cost some 20 KiB each, 200 MiB altogether.
        Assert.True(grown < 24L * 1024 * 1024, $"{grown / 1024} KiB more than before.");
    }

    [Fact]
    public void StringsAndLists_ManyTimes_ReturnAllMemory()
    {
        using var host = new MockHost();
        Work(host, 2_000);
        var before = ResidentBytes();
        Work(host, 20_000);
        var grown = ResidentBytes() - before;

        // A leaked description would cost 1 KiB and more each time.
        Assert.True(grown < 16L * 1024 * 1024, $"{grown / 1024} KiB more than before.");
    }

    private static void Cycle(int times)
    {
        for (var i = 0; i < times; i++)
        {
            var connection = VirConnection.Open("test:///default");
            using (connection.WatchDomainEvents(CancellationToken.None))
            using (var domain = connection.LookupDomainByName("test"))
            {
                Assert.NotEqual(Unused, domain.Name);
            }

            connection.Dispose();
            Assert.Equal(0, connection.Handle.CloseResult);
        }
    }

    private static void Work(MockHost host, int times)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.NotEqual(Unused, host.Domain.GetXmlDescription());
            foreach (var domain in host.Connection.ListAllDomains())
            {
                domain.Dispose();
            }
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}

/// <summary>Measures memory, so nothing else may run meanwhile.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
