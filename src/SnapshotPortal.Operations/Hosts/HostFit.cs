using System.Globalization;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Hosts;

/// <summary>
/// What no machine can have because its host has not got it. Where nothing is known of the host, nothing is refused: the host
/// itself does, when the machine is made or started.
/// </summary>
internal sealed class HostFit(HostLoads loads)
{
    /// <summary>Why a machine cannot be on a host; <see langword="null"/> if it can.</summary>
    /// <param name="hostId">The host.</param>
    /// <param name="vcpus">The processors it would have.</param>
    /// <param name="memory">The memory it would have, in bytes.</param>
    /// <param name="keptVCpus">The processors that its source has, which it may keep whatever the host has.</param>
    public Failure? Check(Guid hostId, int vcpus, long memory, int keptVCpus = 0)
    {
        if (loads.Find(hostId) is not { } host)
        {
            return null;
        }

        if (vcpus > Math.Max(host.Processors, keptVCpus))
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ProcessorsInvalid, string.Create(CultureInfo.InvariantCulture, $"This host has {host.Processors} processors, and the machine asks for {vcpus}. Choose fewer."), "vCpus");
        }

        return memory > host.MemoryBytes
            ? new Failure(FailureKind.Invalid, FailureCodes.MemoryInvalid, $"This host has {ByteWords.Binary(host.MemoryBytes)} of memory, and the machine asks for {ByteWords.Binary(memory)}. Choose less.", "memoryBytes")
            : null;
    }

    /// <summary>What to know before many machines are made: that they cannot all run at once; <see langword="null"/> where they can.</summary>
    /// <param name="hostId">The host.</param>
    /// <param name="machines">How many machines would be made.</param>
    /// <param name="memory">The memory of each, in bytes.</param>
    public string? WarnOfAllTogether(Guid hostId, int machines, long memory)
    {
        if (loads.Find(hostId) is not { } host || machines == 0)
        {
            return null;
        }

        var wanted = machines * memory;
        if (wanted + host.PromisedMemoryBytes <= host.MemoryBytes)
        {
            return null;
        }

        var together = string.Create(CultureInfo.InvariantCulture, $"All {machines} machines running at once would need {ByteWords.Binary(wanted)} of memory, and this host has {ByteWords.Binary(host.MemoryBytes)}");
        return wanted > host.MemoryBytes
            ? $"{together}. Not all of them can run at the same time; some will not start."
            : $"{together}, of which {ByteWords.Binary(host.PromisedMemoryBytes)} are promised to machines that run already. Not all of them can run at the same time; some may not start.";
    }
}
