using System.Buffers.Binary;
using SnapshotPortal.Operations.Engine;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Operations.Consoles;

/// <summary>
/// Reads what a viewer sends to a display (RFB 3.7 and 3.8: RFC 6143 and the community's list of extensions,
/// <c>rfbproto.rst</c>) and lets through whole messages of kinds it knows, bounded in size. From one who only watches, nothing
/// that a key, a mouse or a clipboard would send goes through: it is refused here and not only hidden in the browser.
/// </summary>
internal sealed class RfbGate(bool watchOnly)
{
    /// <summary>The longest text a clipboard may carry.</summary>
    public const int MaxText = 256 * 1024;

    private const int VersionLength = 12;

    private byte[] _waiting = new byte[1024];
    private int _held;

    /// <summary>How much must have come before there is something to decide.</summary>
    private int _needed;

    private Stage _stage = Stage.Version;

    private enum Stage
    {
        Version,
        Security,
        Init,
        Messages,
    }

    /// <summary>
    /// Takes what came and gives back what may go on; the rest of a message that is not whole yet waits. However small the pieces
    /// are, what waits is not copied with each of them.
    /// </summary>
    /// <exception cref="EngineException"><see cref="FailureCodes.ConsoleProtocol"/>: this is no RFB, or a part of it that the portal does not pass on.</exception>
    public byte[] Pass(ReadOnlySpan<byte> input)
    {
        Keep(input);
        if (_held < _needed)
        {
            return [];
        }

        ReadOnlySpan<byte> rest = _waiting.AsSpan(0, _held);
        using var passed = new MemoryStream(_held);
        int? length;
        while ((length = Next(rest)) is { } whole && whole <= rest.Length)
        {
            Decide(rest[..whole], passed);
            rest = rest[whole..];
        }

        rest.CopyTo(_waiting);
        (_held, _needed) = (rest.Length, length ?? 0);
        return passed.ToArray();
    }

    private void Keep(ReadOnlySpan<byte> input)
    {
        if (_held + input.Length > _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(_held + input.Length, 2 * _waiting.Length));
        }

        input.CopyTo(_waiting.AsSpan(_held));
        _held += input.Length;
    }

    /// <summary>How long the next message is; <see langword="null"/> while too little of it has come to tell.</summary>
    private int? Next(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            return null;
        }

        return _stage switch
        {
            Stage.Version => VersionLength,
            Stage.Security or Stage.Init => 1,
            _ => MessageLength(rest),
        };
    }

    private static int? MessageLength(ReadOnlySpan<byte> rest)
    {
        switch (rest[0])
        {
            case Message.SetPixelFormat:
                return 20;
            case Message.SetEncodings:
                return rest.Length < 4 ? null : 4 + (4 * BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
            case Message.UpdateRequest:
            case Message.ContinuousUpdates:
                return 10;
            case Message.Key:
                return 8;
            case Message.Pointer:
                return 6;
            case Message.Clipboard:
                return rest.Length < 8 ? null : 8 + TextLength(BinaryPrimitives.ReadInt32BigEndian(rest[4..]));
            case Message.Fence:
                return rest.Length < 9 ? null : 9 + FencePayload(rest[8]);
            case Message.DesktopSize:
                return rest.Length < 7 ? null : 8 + (16 * rest[6]);
            case Message.Qemu when rest.Length < 2:
                return null;
            case Message.Qemu when rest[1] == Message.QemuKey:
                return 12;
            default:
                throw Refused($"a message of kind {rest[0]}");
        }
    }

    // The extended clipboard tells its length as a negative number.
    private static int TextLength(int told)
    {
        var length = Math.Abs((long)told);
        return length <= MaxText ? (int)length : throw Refused($"a text of {length} bytes; at most {MaxText} are passed on");
    }

    private static int FencePayload(byte length) => length <= 64 ? length : throw Refused("a fence longer than 64 bytes");

    private void Decide(ReadOnlySpan<byte> message, MemoryStream passed)
    {
        switch (_stage)
        {
            case Stage.Version:
                // In 3.3 the server alone decides how to authenticate, and a message less is sent: this gate would count wrongly.
                if (!message.SequenceEqual("RFB 003.008\n"u8) && !message.SequenceEqual("RFB 003.007\n"u8))
                {
                    throw Refused("another version of the protocol than 3.7 and 3.8");
                }

                passed.Write(message);
                _stage = Stage.Security;
                break;
            case Stage.Security:
                const byte None = 1;
                if (message[0] != None)
                {
                    throw Refused($"authentication of kind {message[0]}: the portal has authenticated already");
                }

                passed.Write(message);
                _stage = Stage.Init;
                break;
            case Stage.Init:
                // Always shared: otherwise whoever comes would throw out who is there.
                passed.WriteByte(1);
                _stage = Stage.Messages;
                break;
            default:
                if (!watchOnly || !IsInput(message))
                {
                    passed.Write(message);
                }

                break;
        }
    }

    private static bool IsInput(ReadOnlySpan<byte> message)
        => message[0] is Message.Key or Message.Pointer or Message.Clipboard or Message.DesktopSize or Message.Qemu;

    private static EngineException Refused(string what) => new(FailureCodes.ConsoleProtocol, $"The viewer sent {what}. The connection was closed; the machine is as it was.");

    private static class Message
    {
        public const byte SetPixelFormat = 0;
        public const byte SetEncodings = 2;
        public const byte UpdateRequest = 3;
        public const byte Key = 4;
        public const byte Pointer = 5;
        public const byte Clipboard = 6;
        public const byte ContinuousUpdates = 150;
        public const byte Fence = 248;
        public const byte DesktopSize = 251;
        public const byte Qemu = 255;
        public const byte QemuKey = 0;
    }
}
