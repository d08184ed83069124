using System.Text;
using System.Text.Json;
using LibVirt;

namespace SnapshotPortal.Engine.Libvirt.Identities;

/// <summary>What a program in a guest ended with.</summary>
internal readonly record struct GuestProgramResult(int ExitCode, string Output);

/// <summary>
/// Talks to the agent of one guest. Every answer is a stranger's: it is bounded in time by libvirt and in size here, and
/// whatever has the wrong shape is no answer.
/// </summary>
internal sealed class GuestAgent(VirDomain domain, int timeoutSeconds)
{
    private const int MostFileBytes = 8 * 1024;

    /// <summary>The agent lets programs be run.</summary>
    public bool MayRunPrograms
        => Ask("guest-info", null) is { ValueKind: JsonValueKind.Object } info
            && info.TryGetProperty("supported_commands", out var commands) && commands.ValueKind == JsonValueKind.Array
            && commands.EnumerateArray().Any(static c => Text(c, "name") == "guest-exec" && c.TryGetProperty("enabled", out var on) && on.ValueKind == JsonValueKind.True);

    /// <summary>The guest's host name.</summary>
    public string? HostName() => TryAsk("guest-get-host-name", null) is { } answer ? Text(answer, "host-name") : null;

    /// <summary>The beginning of a file; <see langword="null"/> where it cannot be read.</summary>
    public string? ReadFile(string path)
    {
        if (TryAsk("guest-file-open", new Dictionary<string, object>(StringComparer.Ordinal) { ["path"] = path, ["mode"] = "r" }) is not { ValueKind: JsonValueKind.Number } opened || !opened.TryGetInt64(out var handle))
        {
            return null;
        }

        try
        {
            var answer = TryAsk("guest-file-read", new Dictionary<string, object>(StringComparer.Ordinal) { ["handle"] = handle, ["count"] = MostFileBytes });
            return answer is { } content && Text(content, "buf-b64") is { } text ? Decode(text, MostFileBytes) : null;
        }
        finally
        {
            TryAsk("guest-file-close", new Dictionary<string, object>(StringComparer.Ordinal) { ["handle"] = handle });
        }
    }

    /// <summary>Begins a shell script; its number.</summary>
    /// <exception cref="LibvirtException">The agent refuses.</exception>
    public long? StartShell(string[] arguments, string input)
    {
        var started = Ask("guest-exec", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["path"] = "/bin/sh",
            ["arg"] = arguments,
            ["input-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(input)),
            ["capture-output"] = true,
        });
        return started.ValueKind == JsonValueKind.Object && started.TryGetProperty("pid", out var pid) && pid.ValueKind == JsonValueKind.Number && pid.TryGetInt64(out var number) ? number : null;
    }

    /// <summary>How a program ended; <see langword="null"/> while it runs.</summary>
    /// <exception cref="LibvirtException">The agent does not know it.</exception>
    public GuestProgramResult? Ended(long pid, int mostOutput)
    {
        var status = Ask("guest-exec-status", new Dictionary<string, object>(StringComparer.Ordinal) { ["pid"] = pid });
        if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty("exited", out var exited) || exited.ValueKind != JsonValueKind.True)
        {
            return null;
        }

        // A signal ended it: as a shell would tell.
        var code = Number(status, "exitcode") ?? 128 + (Number(status, "signal") ?? 0);
        return new GuestProgramResult(code, Decode(Text(status, "out-data") ?? "", mostOutput) ?? "");
    }

    private JsonElement? TryAsk(string command, object? arguments)
    {
        try
        {
            return Ask(command, arguments);
        }
        catch (LibvirtException e) when (e.Code is LibvirtErrorCode.InternalError or LibvirtErrorCode.OperationUnsupported or LibvirtErrorCode.ArgumentUnsupported && e.Domain is not (LibvirtErrorDomain.Rpc or LibvirtErrorDomain.Remote))
        {
            // The agent answers, and says no: no such file, no such command.
            return null;
        }
    }

    private JsonElement Ask(string command, object? arguments)
    {
        var request = new Dictionary<string, object>(StringComparer.Ordinal) { ["execute"] = command };
        if (arguments is not null)
        {
            request["arguments"] = arguments;
        }

        try
        {
            using var answer = JsonDocument.Parse(domain.QemuAgentCommand(JsonSerializer.Serialize(request), timeoutSeconds), new JsonDocumentOptions { MaxDepth = 16 });
            return answer.RootElement.ValueKind == JsonValueKind.Object && answer.RootElement.TryGetProperty("return", out var value) ? value.Clone() : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement element, string name)
        => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    /// <summary>The beginning of a text that came as base64; what is no Unicode shows as such.</summary>
    private static string? Decode(string base64, int most)
    {
        var wanted = base64[..Math.Min(base64.Length, (most + 2) / 3 * 4)];
        var bytes = new byte[(wanted.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(wanted, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, Math.Min(length, most)) : null;
    }
}
