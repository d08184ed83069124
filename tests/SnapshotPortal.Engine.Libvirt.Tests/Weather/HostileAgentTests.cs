using System.Diagnostics;
using System.Text;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Operations;
using SnapshotPortal.Domain.Snapshots;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.TestSupport;

namespace SnapshotPortal.Engine.Libvirt.Tests.Weather;

/// <summary>An agent that lies, in a real guest: it harms its own machine at the most.</summary>
public sealed class HostileAgentTests : IAsyncLifetime
{
    /// <summary>Deeper than .NET reads JSON unless it is told to, and not so deep that libvirt refuses it.</summary>
    private static readonly string _deep = $$$"""{"return": {{{new string('[', 100)}}}{{{new string(']', 100)}}}}""";

    private readonly GuestHost _host = GuestHost.Create();
    private PortalUnderTest _portal = null!;
    private Guest _hostile = null!;
    private Guest _honest = null!;

    public async ValueTask InitializeAsync()
    {
        _portal = await PortalUnderTest.StartAsync();
        var ids = new[] { "hostile", "honest" }.Select(name => _host.Define(_host.NewName(name))).ToList();
        _hostile = await _host.Guest(ids[0]).BootedAsync();
        _honest = await _host.Guest(ids[1]).BootedAsync();
        foreach (var id in ids)
        {
            await _portal.AdoptAsync(id);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _portal.DisposeAsync();
        _host.Dispose();
    }

    /// <summary>What it says to the freeze and to the question whether it is thawed.</summary>
    public static TheoryData<string> Lies => [.. new[] { "nested", "garbage", "numbers", "other-id" }];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Take_OfAGuestThatLies_HasAnOutcomeAndLeavesTheOthersAlone(string lie)
    {
        await TurnAsync(lie switch
        {
            "nested" => new() { ["fsfreeze-freeze"] = """{"return": 1}""", ["fsfreeze-thaw"] = _deep, ["fsfreeze-status"] = _deep },
            "garbage" => new() { ["fsfreeze-freeze"] = "@garbage", ["fsfreeze-status"] = """{"return": "frozen"}""" },
            "numbers" => new() { ["fsfreeze-freeze"] = """{"return": 99999999999999999999}""", ["fsfreeze-thaw"] = """{"return": "-1"}""", ["fsfreeze-status"] = "[]" },
            _ => new() { ["sync"] = """{"return": 4711}""" },
        });

        var taken = await _portal.EndAsync(await _portal.Snapshots.TakeAsync(_portal.Owner, _hostile.Id, new TakeSnapshotRequest(lie), CancellationToken.None), TimeSpan.FromMinutes(3));
        var other = await _portal.TakeAsync(_honest.Id, "other");

        Assert.True(taken.State is OperationState.Succeeded && taken.ErrorCode is null, $"{taken.ErrorCode}: {taken.ErrorMessage}");
        Assert.DoesNotContain(other.Indications, static i => i.Kind == IndicationKind.NoGuestAgent);
        Assert.True(_honest.SaysThawed());
    }

    [Fact]
    public async Task Identity_OfAGuestThatLies_IsWhatCanBeOneOrNothing()
    {
        await TurnAsync(new()
        {
            ["get-host-name"] = $$$"""{"return": {"host-name": "\u001b[2J{{{new string('a', 100_000)}}}"}}""",
            ["guest-info"] = """{"return": {"version": "x", "supported_commands": [1, {"name": "guest-exec", "enabled": true}]}}""",
            ["guest-exec-status"] = """{"return": {"exited": true, "exitcode": "no", "out-data": "////", "signal": []}}""",
            ["guest-exec"] = """{"return": {"pid": "none"}}""",
            ["guest-file-open"] = """{"return": "7"}""",
        });

        var ended = await _portal.EndAsync(await _portal.Vms.GiveIdentityAsync(_portal.Owner, _hostile.Id, new GiveIdentityRequest(true), CancellationToken.None), TimeSpan.FromMinutes(3));

        Assert.True(ended.State is OperationState.Succeeded, $"{ended.ErrorCode}: {ended.ErrorMessage}");
        var identity = (await _portal.Vms.GetAsync(_portal.Owner, _hostile.Id, CancellationToken.None)).Value!.Identity!;
        Assert.Null(identity.HostName);
        Assert.NotEqual(IdentityState.Unique, identity.State);
    }

    [Fact]
    public async Task ThawGuard_WithAGuestThatTalksNonsense_ThawsTheOthers()
    {
        await TurnAsync(new() { ["fsfreeze-status"] = _deep });
        using var guard = StartGuard();
        var said = guard.StandardError.ReadToEndAsync();
        await guard.StandardInput.WriteLineAsync($"freeze {_hostile.Id} {GuestHost.Uri}");
        await guard.StandardInput.WriteLineAsync($"freeze {_honest.Id} {GuestHost.Uri}");
        _honest.Do(static d => d.FsFreeze());
        Assert.Equal("frozen", _honest.FreezeStatus());

        guard.StandardInput.Close();
        await Eventually.TrueAsync(() => Task.Run(_honest.SaysThawed), "the honest guest is thawed", TimeSpan.FromSeconds(60));

        // It goes on with the other one, and has to be told that the machine has ended.
        Assert.False(guard.HasExited);
        _hostile.Do(static d => d.Destroy());
        await guard.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(guard.ExitCode == 0, await said);
    }

    [Fact]
    public async Task ThawGuard_WithAGuestThatIsSilent_ThawsTheOthersMeanwhile()
    {
        await _hostile.ShAsync("(sleep 1; kill -STOP $(pidof qemu-ga)) >/dev/null 2>&1 &");
        await Eventually.TrueAsync(() => Task.Run(() => !_hostile.AgentAnswers()), "the agent is silent", TimeSpan.FromSeconds(60));
        using var guard = StartGuard();
        await guard.StandardInput.WriteLineAsync($"freeze {_hostile.Id} {GuestHost.Uri}");
        await guard.StandardInput.WriteLineAsync($"freeze {_honest.Id} {GuestHost.Uri}");
        _honest.Do(static d => d.FsFreeze());

        guard.StandardInput.Close();

        // One after the other, the silent one would be told of first.
        Assert.Equal($"thaw guard: {_honest.Id} is thawed", await guard.StandardError.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("thawed", _honest.FreezeStatus());
        _hostile.Do(static d => d.Destroy());
        var rest = await guard.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await guard.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(guard.ExitCode == 0, rest);
    }

    private static Process StartGuard() => Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "thawguard", "SnapshotPortal.ThawGuard"))
    {
        RedirectStandardInput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;

    /// <summary>Puts another agent in the place of the guest's own: it answers each command by what is written for it.</summary>
    private async Task TurnAsync(Dictionary<string, string> answers)
    {
        const string Agent = """
            #!/bin/sh
            for port in /sys/class/virtio-ports/*; do
              [ "$(cat $port/name)" = org.qemu.guest_agent.0 ] && exec 3<>/dev/${port##*/}
            done
            while :; do
              # There is an end of the file for as long as the host has not come to the other side.
              IFS= read -r line <&3 || { sleep 1; continue; }
              case "$line" in
                *guest-sync*)
                  if [ -e /run/lies/sync ]; then cat /run/lies/sync >&3; continue; fi
                  printf '{"return": %s}\n' "$(echo "$line" | sed 's/.*"id" *: *\([0-9]*\).*/\1/')" >&3
                  continue ;;
              esac
              told=
              for lie in /run/lies/*; do
                case "$line" in
                  *"${lie##*/}\""*)
                    told=1
                    if [ "$(cat $lie)" = @garbage ]; then
                      dd if=/dev/zero bs=65536 count=800 2>/dev/null | tr '\0' x >&3
                      printf '\n{"return": 1}\n' >&3
                    else
                      cat $lie >&3
                    fi
                    break ;;
                esac
              done
              [ -n "$told" ] || printf '{"return": {}}\n' >&3
            done
            """;
        await PutAsync("/usr/sbin/guest-agent", Agent.ReplaceLineEndings("\n") + "\n");
        foreach (var (command, answer) in answers)
        {
            await PutAsync($"/run/lies/{command}", answer + "\n");
        }

        await _hostile.ShAsync("chmod 755 /usr/sbin/guest-agent; (sleep 1; kill $(pidof qemu-ga)) >/dev/null 2>&1 &");
        await Eventually.TrueAsync(() => Task.Run(() => answers.ContainsKey("sync") ? !_hostile.AgentAnswers() : AnswersAnything()), "the hostile agent is in place", TimeSpan.FromSeconds(60));
    }

    /// <summary>The guest's own agent refuses what it does not know.</summary>
    private bool AnswersAnything()
    {
        try
        {
            _hostile.Do(static d => d.QemuAgentCommand("""{"execute":"guest-sing"}""", 5));
            return true;
        }
        catch (LibVirt.LibvirtException)
        {
            return false;
        }
    }

    /// <summary>In pieces: a command line has an end.</summary>
    private async Task PutAsync(string path, string content)
    {
        await _hostile.ShAsync($"mkdir -p $(dirname {path}); rm -f {path}");
        foreach (var piece in Convert.ToBase64String(Encoding.UTF8.GetBytes(content)).Chunk(60_000))
        {
            await _hostile.ShAsync($"printf %s '{new string(piece)}' >> {path}.b64");
        }

        await _hostile.ShAsync($"base64 -d {path}.b64 > {path}; rm {path}.b64");
    }
}
