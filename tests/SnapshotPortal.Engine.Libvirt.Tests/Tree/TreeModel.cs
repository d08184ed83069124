namespace SnapshotPortal.Engine.Libvirt.Tests.Tree;

/// <summary>What must be on the disks of one machine, and in each of its snapshots.</summary>
internal sealed class ModelMachine(BlankMachine machine, ModelDisks present)
{
    public BlankMachine Machine => machine;

    public ModelDisks Present { get; set; } = present;

    /// <summary>What its snapshots hold, by their ids.</summary>
    public Dictionary<Guid, ModelDisks> Snapshots { get; } = [];
}

/// <summary>The contents of a machine's disks, a value for each cell. Never changed once it is made.</summary>
internal sealed class ModelDisks
{
    private readonly byte[][] _cells;

    private ModelDisks(byte[][] cells) => _cells = cells;

    public static ModelDisks Blank { get; } = new([.. BlankMachine.Targets.Select(static _ => new byte[BlankMachine.Cells])]);

    public ModelDisks With(string target, int cell, byte value)
    {
        byte[][] copy = [.. _cells.Select(static c => (byte[])c.Clone())];
        copy[Array.IndexOf(BlankMachine.Targets, target)][cell] = value;
        return new ModelDisks(copy);
    }

    /// <summary>Compares every byte.</summary>
    public void AssertOn(BlankMachine machine, string when)
    {
        foreach (var (target, cells) in BlankMachine.Targets.Zip(_cells))
        {
            var bytes = machine.Read(target);
            Assert.Equal(BlankMachine.Cells * BlankMachine.CellBytes, bytes.Length);
            for (var cell = 0; cell < cells.Length; cell++)
            {
                var wrong = bytes.AsSpan(cell * BlankMachine.CellBytes, BlankMachine.CellBytes).IndexOfAnyExcept(cells[cell]);
                Assert.True(wrong < 0, $"{when}: cell {cell} of {target} of {machine.Id} holds {bytes[(cell * BlankMachine.CellBytes) + Math.Max(wrong, 0)]} where {cells[cell]} was written.");
            }
        }
    }
}
