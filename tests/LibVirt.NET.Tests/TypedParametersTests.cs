using LibVirt.Interop;

namespace LibVirt.Tests;

public sealed class TypedParametersTests
{
    [Fact]
    public void WriteAndRead_EveryType_IsTheSame()
    {
        var parameters = new TypedParameters
        {
            ["int"] = -5,
            ["uint"] = uint.MaxValue,
            ["long"] = long.MinValue,
            ["ulong"] = ulong.MaxValue,
            ["double"] = -0.25,
            ["yes"] = true,
            ["no"] = false,
            ["text"] = "Käse ✓",
        };
        using var buffer = TypedParameterInterop.Write(parameters);
        var read = buffer.Read(0, parameters.Count);
        Assert.Equal(parameters.AsEnumerable(), read.AsEnumerable());
    }

    [Fact]
    public void Getters_OtherType_GiveNull()
    {
        var parameters = new TypedParameters { ["negative"] = -1, ["number"] = 7, ["text"] = "t", ["flag"] = true };
        Assert.Null(parameters.GetUInt64("negative"));
        Assert.Equal(7UL, parameters.GetUInt64("number"));
        Assert.Null(parameters.GetUInt64("text"));
        Assert.Null(parameters.GetUInt64("missing"));
        Assert.Equal("t", parameters.GetString("text"));
        Assert.True(parameters.GetBoolean("flag"));
        Assert.Throws<KeyNotFoundException>(() => parameters["missing"]);
        Assert.Contains("number=7", parameters.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TypeOrNameThatLibvirtHasNot_Throws()
    {
        Assert.Throws<ArgumentException>(() => TypedParameterInterop.Write(new TypedParameters { ["when"] = TimeSpan.Zero }));
        Assert.Throws<ArgumentException>(() => TypedParameterInterop.Write(new TypedParameters { [new string('x', 80)] = 1 }));
    }
}
