using SnapshotPortal.Operations.Consoles;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Tests.Consoles;

/// <summary>What a viewer may send to a display (RFC 6143, 7.1 to 7.5, and rfbproto's extensions).</summary>
public sealed class RfbGateTests
{
    private static readonly byte[] Greeting = [.. "RFB 003.008\n"u8, 1, 0];

    private static readonly byte[] UpdateRequest = [3, 1, 0, 0, 0, 0, 2, 128, 1, 224];
    private static readonly byte[] PixelFormat = [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
    private static readonly byte[] Encodings = [2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7];
    private static readonly byte[] Fence = [248, 0, 0, 0, 0, 0, 0, 1, 2, 9, 9];
    private static readonly byte[] Continuous = [150, 1, 0, 0, 0, 0, 2, 128, 1, 224];

    private static readonly byte[] Key = [4, 1, 0, 0, 0, 0, 0, 97];
    private static readonly byte[] Pointer = [5, 1, 0, 10, 0, 20];
    private static readonly byte[] Clipboard = [6, 0, 0, 0, 0, 0, 0, 2, 104, 105];
    private static readonly byte[] ExtendedClipboard = [6, 0, 0, 0, 255, 255, 255, 252, 1, 0, 0, 1];
    private static readonly byte[] DesktopSize = [251, 0, 2, 128, 1, 224, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 128, 1, 224, 0, 0, 0, 0];
    private static readonly byte[] ExtendedKey = [255, 0, 0, 1, 0, 0, 0, 97, 0, 0, 0, 30];

    private static readonly byte[][] Picture = [PixelFormat, Encodings, UpdateRequest, Fence, Continuous];
    private static readonly byte[][] Input = [Key, Pointer, Clipboard, ExtendedClipboard, DesktopSize, ExtendedKey];

    public static TheoryData<byte[]> EveryInput() => [.. Input];

    [Fact]
    public void Pass_FromOneWhoTakesPart_LetsEverythingThrough()
    {
        var gate = new RfbGate(watchOnly: false);
        byte[] sent = [.. Picture.Concat(Input).SelectMany(static m => m)];

        gate.Pass(Greeting);

        Assert.Equal(sent, gate.Pass(sent));
    }

    [Theory]
    [MemberData(nameof(EveryInput))]
    public void Pass_FromOneWhoWatches_KeepsBackEveryInput(byte[] input)
    {
        var gate = new RfbGate(watchOnly: true);
        gate.Pass(Greeting);

        Assert.Equal(UpdateRequest, gate.Pass([.. input, .. UpdateRequest]));
    }

    [Fact]
    public void Pass_FromOneWhoWatches_LetsThroughWhatOnlyAsksForThePicture()
    {
        var gate = new RfbGate(watchOnly: true);
        byte[] sent = [.. Picture.SelectMany(static m => m)];
        gate.Pass(Greeting);

        Assert.Equal(sent, gate.Pass(sent));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Pass_InPiecesOfAnySize_IsTheSameAsAtOnce(int size)
    {
        var whole = new RfbGate(watchOnly: true);
        var pieces = new RfbGate(watchOnly: true);
        byte[] sent = [.. Greeting, .. Picture.Zip(Input, static (a, b) => a.Concat(b)).SelectMany(static m => m)];

        var expected = whole.Pass(sent);
        byte[] passed = [.. sent.Chunk(size).SelectMany(p => pieces.Pass(p))];

        Assert.Equal(expected, passed);
    }

    [Fact]
    public void Pass_OneWhoWantsTheDisplayAlone_SharesItAllTheSame()
        => Assert.Equal([.. "RFB 003.008\n"u8, 1, 1], new RfbGate(watchOnly: false).Pass([.. "RFB 003.008\n"u8, 1, 0]));

    [Fact]
    public void Pass_APartOfAMessage_WaitsForTheRest()
    {
        var gate = new RfbGate(watchOnly: false);
        gate.Pass(Greeting);

        Assert.Empty(gate.Pass(Key.AsSpan(0, 5)));
        Assert.Equal(Key, gate.Pass(Key.AsSpan(5)));
    }

    /// <summary>A viewer that dribbles would otherwise have the portal copy the longest text with each of its bytes.</summary>
    [Fact]
    public void Pass_TheLongestTextInSinglePieces_CostsNoMoreThanAFewTimesItsLength()
    {
        var gate = new RfbGate(watchOnly: false);
        gate.Pass(Greeting);
        byte[] text = [6, 0, 0, 0, 0, 4, 0, 0, .. new byte[RfbGate.MaxText]];
        var before = GC.GetAllocatedBytesForCurrentThread();

        byte[] passed = [];
        for (var i = 0; i < text.Length; i++)
        {
            passed = gate.Pass(text.AsSpan(i, 1));
        }

        Assert.Equal(text.Length, passed.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16L * RfbGate.MaxText);
    }

    public static TheoryData<string, byte[]> Wrong() => new()
    {
        { "the version before authentication was the server's affair", [.. "RFB 003.003\n"u8] },
        { "no RFB at all", [.. "GET / HTTP/1"u8] },
        { "another authentication than none", [.. "RFB 003.008\n"u8, 2] },
        { "a kind of message that is not known", [.. Greeting, 77] },
        { "QEMU's audio", [.. Greeting, 255, 1, 0, 0] },
        { "a power button", [.. Greeting, 250, 0, 1, 2] },
        { "a text of 4 GB", [.. Greeting, 6, 0, 0, 0, 127, 255, 255, 255] },
        { "a text of -2^31 bytes", [.. Greeting, 6, 0, 0, 0, 128, 0, 0, 0] },
        { "a fence with too much in it", [.. Greeting, 248, 0, 0, 0, 0, 0, 0, 1, 65] },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Pass_WhatIsNotRfbOrNotKnown_IsRefused(string what, byte[] sent)
    {
        var refused = Assert.Throws<EngineException>(() => new RfbGate(watchOnly: false).Pass(sent));

        Assert.True(refused.Code == FailureCodes.ConsoleProtocol, what);
    }

    [Fact]
    public void Pass_AnyBytes_PassesRefusesOrWaits_AndNeverHoldsMoreThanTheLongestMessage()
    {
        var random = new Random(20_261);
        for (var round = 0; round < 2_000; round++)
        {
            var gate = new RfbGate(watchOnly: round % 2 == 0);
            gate.Pass(Greeting);
            var sent = new byte[random.Next(1, 400)];
            random.NextBytes(sent);
            try
            {
                Assert.True(gate.Pass(sent).Length <= sent.Length);
            }
            catch (EngineException e)
            {
                Assert.Equal(FailureCodes.ConsoleProtocol, e.Code);
            }
        }
    }
}
