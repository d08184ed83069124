using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>A program on the hub that keeps what it hears, from the very first event on.</summary>
public sealed class HubListener : IAsyncDisposable
{
    private readonly HubConnection _connection;
    private readonly List<JsonElement> _events = [];
    private readonly CancellationTokenSource _gone = new();
    private readonly Task _listening;

    private HubListener(HubConnection connection)
    {
        _connection = connection;
        _listening = ListenAsync();
    }

    public IReadOnlyList<JsonElement> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Connects with somebody's access token.</summary>
    public static async Task<HubListener> ConnectAsync(PortalApi person)
    {
        var connection = new HubConnectionBuilder()
            .WithUrl($"{person.Url}/hubs/operations", o => o.AccessTokenProvider = () => Task.FromResult<string?>(person.Token))
            .Build();
        await connection.StartAsync();
        return new HubListener(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _listening;
        await _connection.DisposeAsync();
        _gone.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (var e in _connection.StreamAsync<JsonElement>("Subscribe", 0L, _gone.Token))
            {
                lock (_events)
                {
                    _events.Add(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has heard enough.
        }
    }
}
