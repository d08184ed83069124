using System.Buffers.Binary;
using System.Net.Sockets;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>
/// A wire between the portal and libvirt that can be cut in the one moment that matters: when libvirt has done what it was
/// asked, and before its answer arrives.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    /// <summary>REMOTE_PROC_DOMAIN_DEFINE_XML_FLAGS in libvirt's remote_protocol.x.</summary>
    public const int DefineDomain = 350;

    // A packet: its length with these four bytes, program, version, procedure, type, serial, status; then what it carries.
    private const int ProcedureAt = 12;
    private const int TypeAt = 16;
    private const int Reply = 1;

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"sp-wire-{Guid.NewGuid().ToString("N")[..8]}");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _doomed;

    public Wire()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Uri => $"qemu+unix:///session?socket={_path}";

    /// <summary>The answer that was to be lost is.</summary>
    public bool HasLostIt => Volatile.Read(ref _doomed) == 0;

    private static string Daemon => Environment.IsPrivilegedProcess
        ? "/run/libvirt/libvirt-sock"
        : Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") ?? $"{Environment.GetEnvironmentVariable("HOME")}/.cache", "libvirt/libvirt-sock");

    /// <summary>The next answer to this procedure does not arrive, and its connection ends.</summary>
    public void LoseAnswerTo(int procedure) => Volatile.Write(ref _doomed, procedure);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        File.Delete(_path);
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var carried = new List<Task>();
        try
        {
            while (true)
            {
                carried.Add(CarryAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(carried);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        await using var near = new NetworkStream(client, ownsSocket: true);
        var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await using var far = new NetworkStream(await ConnectedAsync(daemon), ownsSocket: true);

        // Whichever side ends first, both end.
        await Task.WhenAny(near.CopyToAsync(far, _stop.Token), AnswersAsync(far, near));
    }

    private static async Task<Socket> ConnectedAsync(Socket socket)
    {
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Daemon));
        return socket;
    }

    private async Task AnswersAsync(Stream from, Stream to)
    {
        var length = new byte[4];
        while (true)
        {
            await from.ReadExactlyAsync(length, _stop.Token);
            var packet = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
            length.CopyTo(packet, 0);
            await from.ReadExactlyAsync(packet.AsMemory(length.Length), _stop.Token);
            var procedure = BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(ProcedureAt));
            if (BinaryPrimitives.ReadInt32BigEndian(packet.AsSpan(TypeAt)) == Reply && Interlocked.CompareExchange(ref _doomed, 0, procedure) == procedure)
            {
                return;
            }

            await to.WriteAsync(packet, _stop.Token);
        }
    }
}
