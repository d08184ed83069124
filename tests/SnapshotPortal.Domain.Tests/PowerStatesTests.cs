using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Domain.Tests;

public sealed class PowerStatesTests
{
    [Fact]
    public void IsOn_EveryState_IsOnAsLongAsTheHostHoldsItsMemory()
        => Assert.Equal([PowerState.Running, PowerState.Paused, PowerState.ShuttingDown], Enum.GetValues<PowerState>().Where(static p => p.IsOn()));
}
