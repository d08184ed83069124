using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>What lies between a browser and the portal, and can be pulled out: connections break, new ones are refused.</summary>
public sealed class Cable : IAsyncDisposable
{
    private readonly int _portalPort;
    private readonly ConcurrentDictionary<TcpClient, byte> _open = [];
    private readonly int _port = PortalProcess.FreePort();
    private CancellationTokenSource _plugged = new();
    private TcpListener? _listener;
    private Task _accepting = Task.CompletedTask;

    public Cable(string portalUrl)
    {
        _portalPort = new Uri(portalUrl).Port;
        Mend();
    }

    /// <summary>The portal's address at this end of the cable.</summary>
    public string Url => $"http://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>How much longer everything takes from the portal to the browser.</summary>
    public TimeSpan Delay { get; set; }

    public void Cut()
    {
        _plugged.Cancel();
        _listener?.Stop();
        foreach (var client in _open.Keys)
        {
            client.Dispose();
        }

        _open.Clear();
    }

    public void Mend()
    {
        _plugged.Dispose();
        _plugged = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync(_listener, _plugged.Token);
    }

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _accepting;
        _plugged.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken plugged)
    {
        try
        {
            while (true)
            {
                _ = ConnectAsync(await listener.AcceptTcpClientAsync(plugged), plugged);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It was pulled out.
        }
    }

    private async Task ConnectAsync(TcpClient near, CancellationToken plugged)
    {
        using var far = new TcpClient();
        _open.TryAdd(near, 0);
        _open.TryAdd(far, 0);
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _portalPort, plugged);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), plugged), CopySlowlyAsync(far.GetStream(), near.GetStream(), plugged));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Broken at one end is broken at both.
        }

        near.Dispose();
        _open.TryRemove(near, out _);
        _open.TryRemove(far, out _);
    }

    private async Task CopySlowlyAsync(NetworkStream from, NetworkStream to, CancellationToken plugged)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, plugged)) > 0)
        {
            await Task.Delay(Delay, TimeProvider.System, plugged);
            await to.WriteAsync(buffer.AsMemory(0, read), plugged);
        }
    }
}
