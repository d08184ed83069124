using SnapshotPortal.Operations.Reading;
using SnapshotPortal.Operations.Tests.Harness;

namespace SnapshotPortal.Operations.Tests.Reading;

/// <summary>One read for many who look at the same thing.</summary>
public sealed class SharedReadsTests
{
    private readonly List<TaskCompletionSource<int>> _begun = [];
    private readonly SharedReads<string, int> _reads;

    public SharedReadsTests()
        => _reads = new SharedReads<string, int>(_ =>
        {
            lock (_begun)
            {
                var read = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
                _begun.Add(read);
                return read.Task;
            }
        });

    [Fact]
    public async Task Read_ManyAskWhileOneIsUnderWay_ShareTheOneThatBeginsAfterThey()
    {
        var first = Read();
        await BegunAsync(1);
        var later = Enumerable.Range(0, 20).Select(_ => Read()).ToList();

        _begun[0].SetResult(1);
        await BegunAsync(2);
        _begun[1].SetResult(2);

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(later), static seen => Assert.Equal(2, seen));
        Assert.Equal(2, _begun.Count);
    }

    [Fact]
    public async Task Read_AfterAllHaveEnded_BeginsAnew()
    {
        for (var i = 1; i <= 3; i++)
        {
            var read = Read();
            await BegunAsync(i);
            _begun[i - 1].SetResult(i);
            Assert.Equal(i, await read);
        }
    }

    [Fact]
    public async Task Read_OfOthers_DoesNotWait()
    {
        var first = Read();
        var other = _reads.ReadAsync("other", TestContext.Current.CancellationToken);

        await BegunAsync(2);
        _begun.ForEach(static r => r.SetResult(0));

        await Task.WhenAll(first, other);
    }

    [Fact]
    public async Task Read_OneGoesAway_TheOthersGetTheirs()
    {
        using var gone = new CancellationTokenSource();
        var leaving = _reads.ReadAsync("it", gone.Token);
        await BegunAsync(1);
        var staying = Read();

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _begun[0].SetResult(1);
        await BegunAsync(2);
        _begun[1].SetResult(2);

        Assert.Equal(2, await staying);
    }

    [Fact]
    public async Task Read_Fails_IsToldToThoseWhoWaitedForItAndToNobodyElse()
    {
        var first = Read();
        await BegunAsync(1);
        var second = Read();

        _begun[0].SetException(new InvalidOperationException("no"));
        await BegunAsync(2);
        _begun[1].SetResult(2);

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        Assert.Equal(2, await second);
    }

    private Task<int> Read() => _reads.ReadAsync("it", TestContext.Current.CancellationToken);

    private Task BegunAsync(int count) => Wait.UntilAsync(
        () =>
        {
            lock (_begun)
            {
                return Task.FromResult(_begun.Count == count);
            }
        },
        $"{count} reads have begun");
}
