using SnapshotPortal.Domain.Layers;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Domain.Vms;

namespace SnapshotPortal.Domain.Tests;

/// <summary>Every pair of states of every machine: the legal edges are listed here once more, all others must throw.</summary>
public sealed class TransitionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly HashSet<(OperationState From, OperationState To)> OperationEdges =
    [
        (OperationState.Queued, OperationState.Running),
        (OperationState.Queued, OperationState.Failed),
        (OperationState.Queued, OperationState.Cancelled),
        (OperationState.Running, OperationState.Queued),
        (OperationState.Running, OperationState.Succeeded),
        (OperationState.Running, OperationState.Failed),
        (OperationState.Running, OperationState.Cancelled),
    ];

    private static readonly HashSet<(LayerState From, LayerState To)> LayerEdges =
    [
        (LayerState.Planned, LayerState.Head),
        (LayerState.Planned, LayerState.Frozen),
        (LayerState.Planned, LayerState.Deleting),
        (LayerState.Head, LayerState.Frozen),
        (LayerState.Head, LayerState.Released),
        (LayerState.Head, LayerState.Deleting),
        (LayerState.Frozen, LayerState.Released),
        (LayerState.Frozen, LayerState.Head),
        (LayerState.Released, LayerState.Merging),
        (LayerState.Released, LayerState.Deleting),
        (LayerState.Released, LayerState.Frozen),
        (LayerState.Merging, LayerState.Released),
        (LayerState.Merging, LayerState.Deleting),
        (LayerState.Deleting, LayerState.Released),
    ];

    private static readonly HashSet<(VmPresence From, VmPresence To)> VmEdges =
    [
        (VmPresence.Creating, VmPresence.Present),
        (VmPresence.Creating, VmPresence.Deleting),
        (VmPresence.Present, VmPresence.Missing),
        (VmPresence.Present, VmPresence.Deleting),
        (VmPresence.Missing, VmPresence.Present),
        (VmPresence.Missing, VmPresence.Deleting),
        (VmPresence.Deleting, VmPresence.Present),
    ];

    public static TheoryData<OperationState, OperationState> OperationPairs() => Pairs<OperationState>();

    public static TheoryData<LayerState, LayerState> LayerPairs() => Pairs<LayerState>();

    public static TheoryData<VmPresence, VmPresence> VmPairs() => Pairs<VmPresence>();

    public static TheoryData<SnapshotPhase> Phases() => [.. Enum.GetValues<SnapshotPhase>()];

    public static TheoryData<OperationState> OperationStates() => [.. Enum.GetValues<OperationState>()];

    [Theory]
    [MemberData(nameof(OperationPairs))]
    public void Operation_EveryPair_MovesOnlyAlongAnEdge(OperationState from, OperationState to)
    {
        var operation = InState(from);
        if (OperationEdges.Contains((from, to)))
        {
            Assert.True(operation.TryTransition(from, to));
            Assert.Equal(to, operation.State);
        }
        else
        {
            Assert.Throws<IllegalTransitionException>(() => operation.TryTransition(from, to));
            Assert.Equal(from, operation.State);
        }
    }

    [Fact]
    public void Operation_OtherStateThanExpected_ChangesNothing()
    {
        var operation = InState(OperationState.Running);

        Assert.False(operation.TryTransition(OperationState.Queued, OperationState.Running));
        Assert.False(operation.TryClaim("a", Now, TimeSpan.FromSeconds(30)));

        Assert.Equal(OperationState.Running, operation.State);
        Assert.Equal(1, operation.Attempt);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Operation_WhoseInstanceDied_GoesBackToTheQueueOnlyBeforeItsFirstStep(bool begun)
    {
        var operation = InState(OperationState.Running);
        operation.CurrentStep = begun ? "Capture" : null;

        if (begun)
        {
            Assert.Throws<IllegalTransitionException>(operation.Requeue);
            Assert.Equal(OperationState.Running, operation.State);
            return;
        }

        operation.Requeue();

        Assert.Equal(OperationState.Queued, operation.State);
        Assert.Null(operation.LeaseOwner);
        Assert.True(operation.TryClaim("b", Now, TimeSpan.FromSeconds(30)));
        Assert.Equal(2, operation.Attempt);
    }

    [Theory]
    [MemberData(nameof(OperationStates))]
    public void Operation_End_OnlyFromWhereItIsLegal(OperationState from)
    {
        foreach (var (to, end) in new (OperationState, Action<Operation>)[]
        {
            (OperationState.Succeeded, static o => o.Succeed(Now)),
            (OperationState.Failed, static o => o.Fail(Now, "code", "message")),
            (OperationState.Cancelled, static o => o.Cancel(Now, "message")),
        })
        {
            var operation = InState(from);
            if (OperationEdges.Contains((from, to)))
            {
                end(operation);
                Assert.Equal(to, operation.State);
                Assert.Equal(Now, operation.CompletedAt);
                Assert.False(operation.IsActive);
            }
            else
            {
                Assert.Throws<IllegalTransitionException>(() => end(operation));
                Assert.Equal(from, operation.State);
            }
        }
    }

    [Fact]
    public void Operation_Ends_LeaseProgressAndWaitingAreGoneAndRunningStepsEnd()
    {
        var operation = InState(OperationState.Running);
        operation.Percent = 40;
        operation.WaitingFor = "the host";
        operation.Steps.Add(new OperationStep { Ordinal = 0, Name = "Inspect", StartedAt = Now - TimeSpan.FromSeconds(3) });

        operation.Fail(Now, "drift", "Something.");

        Assert.Null(operation.LeaseOwner);
        Assert.Null(operation.LeaseUntil);
        Assert.Null(operation.Percent);
        Assert.Null(operation.WaitingFor);
        Assert.Equal("drift", operation.ErrorCode);
        Assert.Equal(StepState.Failed, operation.Steps[0].State);
        Assert.Equal(TimeSpan.FromSeconds(3), operation.Steps[0].Duration);
    }

    [Fact]
    public void Operation_CancelAskedTwice_KeepsTheFirst()
    {
        var operation = InState(OperationState.Running);

        operation.RequestCancel("Anna", Now);
        operation.RequestCancel("Ben", Now.AddSeconds(1));

        Assert.Equal("Anna", operation.CancelRequestedBy);
        Assert.Equal(Now, operation.CancelRequestedAt);
    }

    [Fact]
    public void Step_ClockWentBack_HasNoNegativeDuration()
    {
        var step = new OperationStep { Ordinal = 0, Name = "Freeze", StartedAt = Now };

        step.End(Now.AddSeconds(-5), StepState.Done);

        Assert.Equal(TimeSpan.Zero, step.Duration);
    }

    [Theory]
    [MemberData(nameof(LayerPairs))]
    public void Layer_EveryPair_MovesOnlyAlongAnEdge(LayerState from, LayerState to)
    {
        var layer = Layer(from);
        if (LayerEdges.Contains((from, to)))
        {
            Assert.True(layer.TryTransition(from, to));
            Assert.Equal(to, layer.State);
        }
        else
        {
            Assert.Throws<IllegalTransitionException>(() => layer.TryTransition(from, to));
            Assert.Equal(from, layer.State);
        }
    }

    [Fact]
    public void Layer_NoHeadAnyMore_BelongsToNoMachine()
    {
        foreach (var next in (LayerState[])[LayerState.Frozen, LayerState.Released, LayerState.Deleting])
        {
            var layer = Layer(LayerState.Head);
            layer.HeadOfVmId = Guid.NewGuid();

            layer.TryTransition(LayerState.Head, next);

            Assert.Null(layer.HeadOfVmId);
        }
    }

    [Fact]
    public void Layer_OtherStateThanExpected_ChangesNothing()
    {
        var layer = Layer(LayerState.Released);

        Assert.False(layer.TryTransition(LayerState.Head, LayerState.Frozen));

        Assert.Equal(LayerState.Released, layer.State);
    }

    [Theory]
    [MemberData(nameof(VmPairs))]
    public void VirtualMachine_EveryPair_MovesOnlyAlongAnEdge(VmPresence from, VmPresence to)
    {
        var vm = Vm(from);
        if (VmEdges.Contains((from, to)))
        {
            Assert.True(vm.TryTransition(from, to));
            Assert.Equal(to, vm.Presence);
        }
        else
        {
            Assert.Throws<IllegalTransitionException>(() => vm.TryTransition(from, to));
            Assert.Equal(from, vm.Presence);
        }
    }

    [Fact]
    public void VirtualMachine_OtherStateThanExpected_ChangesNothing()
    {
        var vm = Vm(VmPresence.Deleting);

        Assert.False(vm.TryTransition(VmPresence.Present, VmPresence.Missing));

        Assert.Equal(VmPresence.Deleting, vm.Presence);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Snapshot_Succeed_OnlyInProgress(SnapshotPhase from)
        => Check(from, SnapshotPhase.Succeeded, static s => s.Succeed(Now), from == SnapshotPhase.InProgress);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Snapshot_Fail_OnlyInProgress(SnapshotPhase from)
        => Check(from, SnapshotPhase.Failed, static s => s.Fail(Now, "code", "message", "Capture"), from == SnapshotPhase.InProgress);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Snapshot_BeginDelete_OnceItIsComplete(SnapshotPhase from)
        => Check(from, SnapshotPhase.Deleting, static s => s.BeginDelete(), from != SnapshotPhase.InProgress);

    [Theory]
    [MemberData(nameof(Phases))]
    public void Snapshot_TakeBackDelete_OnlyWhileItIsDeleted(SnapshotPhase from)
        => Check(from, SnapshotPhase.Succeeded, static s => s.TakeBackDelete(), from == SnapshotPhase.Deleting);

    [Fact]
    public void Snapshot_TakeBackDeleteOfOneThatFailed_LeavesItFailed()
    {
        var failed = InPhase(SnapshotPhase.Failed);
        failed.BeginDelete();

        failed.TakeBackDelete();

        Assert.Equal(SnapshotPhase.Failed, failed.Phase);
    }

    [Fact]
    public void Snapshot_SucceedWithoutAnIncludedDisk_Throws()
    {
        var none = Snapshot();
        var excluded = Snapshot();
        excluded.Disks.Add(new SnapshotDisk { Target = "sda", Included = false, ExclusionReason = "A CD-ROM." });

        Assert.Throws<IllegalTransitionException>(() => none.Succeed(Now));
        Assert.Throws<IllegalTransitionException>(() => excluded.Succeed(Now));

        Assert.Equal(SnapshotPhase.InProgress, none.Phase);
        Assert.Null(none.CompletedAt);
    }

    [Fact]
    public void Snapshot_SucceedWithOneIncludedDiskWithoutALayer_Throws()
    {
        var snapshot = Snapshot();
        snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = Guid.NewGuid() });
        snapshot.Disks.Add(new SnapshotDisk { Target = "vdb", Included = true });

        Assert.Throws<IllegalTransitionException>(() => snapshot.Succeed(Now));

        Assert.Equal(SnapshotPhase.InProgress, snapshot.Phase);
    }

    [Fact]
    public void Snapshot_Succeeds_ExcludedDisksNeedNoLayer()
    {
        var snapshot = Snapshot();
        snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = Guid.NewGuid() });
        snapshot.Disks.Add(new SnapshotDisk { Target = "sda", Included = false });

        snapshot.Succeed(Now);

        Assert.Equal(Now, snapshot.CompletedAt);
        Assert.Null(snapshot.FailureCode);
    }

    [Fact]
    public void Snapshot_Fails_HoldsNoLayerAndSaysWhy()
    {
        var snapshot = Snapshot();
        snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = Guid.NewGuid() });

        snapshot.Fail(Now, "not-enough-space", "The pool is full.", "Plan");

        Assert.All(snapshot.Disks, static d => Assert.Null(d.LayerId));
        Assert.Equal(("not-enough-space", "The pool is full.", "Plan", Now), (snapshot.FailureCode, snapshot.FailureMessage, snapshot.FailureStep, snapshot.CompletedAt));
    }

    private static void Check(SnapshotPhase from, SnapshotPhase to, Action<Snapshot> act, bool legal)
    {
        var snapshot = InPhase(from);
        if (legal)
        {
            act(snapshot);
            Assert.Equal(to, snapshot.Phase);
        }
        else
        {
            Assert.Throws<IllegalTransitionException>(() => act(snapshot));
            Assert.Equal(from, snapshot.Phase);
        }
    }

    private static TheoryData<T, T> Pairs<T>()
        where T : struct, Enum
    {
        var data = new TheoryData<T, T>();
        foreach (var from in Enum.GetValues<T>())
        {
            foreach (var to in Enum.GetValues<T>())
            {
                data.Add(from, to);
            }
        }

        return data;
    }

    private static Operation InState(OperationState state)
    {
        var operation = new Operation
        {
            Kind = OperationKind.TakeSnapshot,
            VmId = Guid.NewGuid(),
            HostId = Guid.NewGuid(),
            OwnerId = Guid.NewGuid(),
            RequestedByName = "Anna",
            RequestedAt = Now,
            Deadline = Now.AddMinutes(5),
        };
        if (state != OperationState.Queued)
        {
            operation.TryClaim("this", Now, TimeSpan.FromSeconds(30));
        }

        if (state is not (OperationState.Queued or OperationState.Running))
        {
            operation.TryTransition(OperationState.Running, state);
        }

        return operation;
    }

    private static DiskLayer Layer(LayerState state) => new()
    {
        HostId = Guid.NewGuid(),
        Pool = "default",
        Volume = "a.qcow2",
        Path = "/pool/a.qcow2",
        Format = "qcow2",
        State = state,
        Target = "vda",
        CreatedByPortal = true,
    };

    private static VirtualMachine Vm(VmPresence presence)
    {
        var vm = new VirtualMachine { Id = Guid.NewGuid(), HostId = Guid.NewGuid(), Name = "web", OwnerId = Guid.NewGuid(), Origin = VmOrigin.Adopted };
        if (presence == VmPresence.Creating)
        {
            vm.AsCreating();
        }
        else if (presence != VmPresence.Present)
        {
            vm.TryTransition(VmPresence.Present, presence);
        }

        return vm;
    }

    private static Snapshot Snapshot() => new() { VmId = Guid.NewGuid(), Name = "s", Origin = SnapshotOrigin.Manual, RequestedAt = Now };

    private static Snapshot InPhase(SnapshotPhase phase)
    {
        var snapshot = Snapshot();
        snapshot.Disks.Add(new SnapshotDisk { Target = "vda", Included = true, LayerId = Guid.NewGuid() });
        switch (phase)
        {
            case SnapshotPhase.Succeeded:
                snapshot.Succeed(Now);
                break;
            case SnapshotPhase.Failed:
                snapshot.Fail(Now, "code", "message", null);
                break;
            case SnapshotPhase.Deleting:
                snapshot.Succeed(Now);
                snapshot.BeginDelete();
                break;
            case SnapshotPhase.InProgress:
            default:
                break;
        }

        return snapshot;
    }
}
