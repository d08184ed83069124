using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using LibVirt;

namespace SnapshotPortal.TestSupport;

/// <summary>A running guest, as seen through its agent and its definition.</summary>
public sealed class Guest(VirConnection connection, Guid id)
{
    private const int AgentSeconds = 10;

    public Guid Id => id;

    /// <summary>Waits until the guest's agent answers.</summary>
    /// <exception cref="TimeoutException">It does not; with what can be seen of the guest from outside.</exception>
    public async Task<Guest> BootedAsync(TimeSpan? atMost = null)
    {
        try
        {
            await Eventually.TrueAsync(() => Task.Run(AgentAnswers), "the guest's agent answers", atMost ?? TimeSpan.FromSeconds(120));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} {await SilentGuest.DescribeAsync(connection, id)}", e);
        }

        return this;
    }

    public bool AgentAnswers()
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(id);
            domain.AgentSetResponseTimeout(2);
            domain.QemuAgentCommand("""{"execute":"guest-ping"}""", 2);
            return true;
        }
        catch (LibvirtException)
        {
            return false;
        }
    }

    /// <summary>Runs a shell command in the guest and returns what it printed.</summary>
    public async Task<string> ShAsync(string command)
    {
        var started = Ask("guest-exec", new { path = "/bin/sh", arg = new[] { "-c", command }, capture_output = true }.Renamed());
        var pid = started.GetProperty("pid").GetInt32();
        var status = await Eventually.GetAsync(
            () => Task.Run(() => Ask("guest-exec-status", new { pid }) is var s && s.GetProperty("exited").GetBoolean() ? (JsonElement?)s : null),
            $"the guest has run “{command}”",
            TimeSpan.FromSeconds(60));
        var output = status!.Value.TryGetProperty("out-data", out var data) ? Encoding.UTF8.GetString(Convert.FromBase64String(data.GetString()!)) : "";
        var code = status.Value.GetProperty("exitcode").GetInt32();
        return code == 0
            ? output
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"“{command}” ended with {code} in the guest: {output}"));
    }

    /// <summary>Runs a command in the guest again and again, also while its agent does not answer, until it succeeds.</summary>
    public Task ShUntilAsync(string command, TimeSpan atMost) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await ShAsync(command);
                return true;
            }
            catch (Exception e) when (e is LibvirtException or InvalidOperationException or TimeoutException)
            {
                return false;
            }
        },
        $"“{command}” succeeds in the guest",
        atMost);

    /// <summary>Writes a file in the guest and makes sure that it is on its disk.</summary>
    public Task WriteAsync(string path, string content) => ShAsync($"printf %s '{content}' > {path} && sync");

    /// <summary>Reads a file in the guest.</summary>
    public Task<string> ReadAsync(string path) => ShAsync($"cat {path}");

    /// <summary><c>thawed</c> or <c>frozen</c>.</summary>
    public string FreezeStatus() => Ask("guest-fsfreeze-status", null).GetString()!;

    /// <summary>False too while its agent does not answer.</summary>
    public bool SaysThawed()
    {
        try
        {
            return string.Equals(FreezeStatus(), "thawed", StringComparison.Ordinal);
        }
        catch (LibvirtException)
        {
            return false;
        }
    }

    public bool IsActive
    {
        get
        {
            using var domain = connection.LookupDomainByUuid(id);
            return domain.IsActive;
        }
    }

    public string Xml(DomainXmlFlags flags = DomainXmlFlags.None)
    {
        using var domain = connection.LookupDomainByUuid(id);
        return domain.GetXmlDescription(flags);
    }

    public string MacAddress => XElement.Parse(Xml()).Descendants("mac").First().Attribute("address")!.Value;

    /// <summary>The file that a disk lies in.</summary>
    public string DiskFile(string target) => XElement.Parse(Xml()).Descendants("disk")
        .Single(d => d.Element("target")!.Attribute("dev")!.Value == target).Element("source")!.Attribute("file")!.Value;

    /// <summary>The files of a disk's chain as QEMU's own tool reads them from the headers, top first.</summary>
    public IReadOnlyList<string> Chain(string target)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                using var info = JsonDocument.Parse(GuestHost.Run("qemu-img", "info", "-U", "--backing-chain", "--output=json", DiskFile(target)));
                return [.. info.RootElement.EnumerateArray().Select(static e => e.GetProperty("filename").GetString()!)];
            }
            catch (InvalidOperationException) when (look < 10)
            {
                // A merge took one of the files away after the domain, or the file above it, had named it.
            }
        }
    }

    public void Do(Action<VirDomain> act)
    {
        using var domain = connection.LookupDomainByUuid(id);
        act(domain);
    }

    private JsonElement Ask(string command, object? arguments)
    {
        using var domain = connection.LookupDomainByUuid(id);
        domain.AgentSetResponseTimeout(AgentSeconds);
        var request = arguments is null
            ? JsonSerializer.Serialize(new { execute = command })
            : JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal) { ["execute"] = command, ["arguments"] = arguments });
        using var answer = JsonDocument.Parse(domain.QemuAgentCommand(request, AgentSeconds));
        return answer.RootElement.GetProperty("return").Clone();
    }
}

/// <summary>The agent's protocol has hyphens in its names, which C# has not.</summary>
internal static class AgentNames
{
    public static Dictionary<string, JsonElement> Renamed(this object value)
        => JsonSerializer.SerializeToElement(value).EnumerateObject().ToDictionary(static p => p.Name.Replace('_', '-'), static p => p.Value, StringComparer.Ordinal);
}
