using System.Net.WebSockets;
using SnapshotPortal.EndToEnd.Portal;

namespace SnapshotPortal.EndToEnd;

/// <summary>How a page's connection is compressed.</summary>
public sealed class CompressionTests
{
    [Fact]
    public async Task PageConnection_BrowserThatCompresses_GetsEachMessageCompressedByItself()
    {
        await using var portal = await PortalProcess.StartAsync("test:///default");
        using var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", portal.Url);

        await socket.ConnectAsync(new Uri($"{portal.Url.Replace("http:", "ws:", StringComparison.Ordinal)}/_blazor"), TestContext.Current.CancellationToken);

        var agreed = Assert.Single(socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"]);
        Assert.Contains("permessage-deflate", agreed, StringComparison.Ordinal);
        Assert.Contains("server_no_context_takeover", agreed, StringComparison.Ordinal);
        socket.Abort();
    }
}
