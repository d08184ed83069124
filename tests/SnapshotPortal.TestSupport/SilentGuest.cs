using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LibVirt;

namespace SnapshotPortal.TestSupport;

/// <summary>What can be learned from outside about a guest that does not answer: whether it works, hangs, or sits at a shell of its first process.</summary>
internal static partial class SilentGuest
{
    private const int ScreenWidth = 80;

    /// <summary>Looks at its processor, its screen and what its serial console says when it is asked.</summary>
    public static async Task<string> DescribeAsync(VirConnection connection, Guid id)
    {
        try
        {
            using var domain = connection.LookupDomainByUuid(id);
            var before = domain.GetInfo();
            if (!domain.IsActive)
            {
                return $"The domain is {before.State}.";
            }

            var (at, watch) = (Counter(domain), Stopwatch.StartNew());
            var said = await ConsoleAsync(connection, domain);
            var used = domain.GetInfo().CpuTime - before.CpuTime;
            return string.Create(CultureInfo.InvariantCulture, $"""
                The domain is {before.State}; of {watch.Elapsed.TotalSeconds:F1} s it used {used.TotalSeconds:F1} s of CPU, {before.CpuTime.TotalSeconds:F0} s in all before.
                Where it was and is: {at}, {Counter(domain)}. The agent's channel, says libvirt: {Channel(domain)}.
                Its screen:
                {Screen(domain)}
                Its serial console, asked for the kernel's last words:
                {said}
                """);
        }
        catch (LibvirtException e)
        {
            return $"It cannot be looked at: {e.Message}";
        }
    }

    private static string Channel(VirDomain domain)
        => XElement.Parse(domain.GetXmlDescription()).Descendants("channel").Elements("target").FirstOrDefault()?.Attribute("state")?.Value ?? "none";

    private static string Counter(VirDomain domain) => InstructionPointer().Match(Ask(domain, "info registers")).Value;

    /// <summary>The text mode's memory: a character and its colour in two bytes each.</summary>
    private static string Screen(VirDomain domain)
    {
        var cells = Cell().Matches(Ask(domain, "xp /2000hx 0xb8000")).Select(static m => (char)(Convert.ToUInt16(m.Groups["cell"].Value, 16) & 0xff));
        var lines = cells.Select(static c => c is >= ' ' and <= '~' ? c : ' ').Chunk(ScreenWidth).Select(static l => new string(l).TrimEnd());
        return string.Join('\n', lines.Where(static l => l.Length > 0));
    }

    private static async Task<string> ConsoleAsync(VirConnection connection, VirDomain domain)
    {
        using var stream = connection.CreateStream(VirStreamFlags.NonBlocking);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        var said = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            domain.OpenConsole(null, stream, DomainConsoleFlags.Force);
            await using var console = stream.AsStream();
            await console.WriteAsync("\rdmesg | tail -n 20; ps | tail -n 20\r"u8.ToArray(), patience.Token);
            while (await console.ReadAsync(buffer, patience.Token) is var count and > 0)
            {
                said.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
        }
        catch (OperationCanceledException)
        {
            // That is what it had to say.
        }
        catch (LibvirtException e)
        {
            said.Append(e.Message);
        }

        return said.ToString();
    }

    private static string Ask(VirDomain domain, string command) => domain.QemuMonitorCommand(command, QemuMonitorCommandFlags.Human);

    [GeneratedRegex("RIP=[0-9a-f]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex InstructionPointer();

    [GeneratedRegex(" 0x(?<cell>[0-9a-f]{4})\\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Cell();
}
