using System.Reflection;

namespace SnapshotPortal.Architecture.Tests;

/// <summary>
/// The rules that give the portal's user what it needs of libvirt, compared with the libvirt functions that the portal calls.
/// What each function asks for is written down here, from the @acl lines of libvirt's remote_protocol.x and qemu_protocol.x (9.0);
/// that libvirt really asks so is tried by eng/try-polkit.
/// </summary>
public sealed class LibvirtPermissionTests
{
    private const string Binding = "LibVirt.NET";
    private const string RulesFile = "eng/polkit/50-snapshotportal.rules";

    /// <summary>Those that a call asks for, the ones included that depend on its flags where the portal uses such flags.</summary>
    private static readonly Dictionary<string, string[]> _needed = new(StringComparer.Ordinal)
    {
        ["virConnectOpenAuth"] = ["connect.getattr"],
        ["virConnectDomainEventDeregisterAny"] = ["connect.read"],
        ["virConnectDomainEventRegisterAny"] = ["connect.search-domains", "domain.getattr"],
        ["virConnectGetAllDomainStats"] = ["connect.search-domains", "domain.read"],
        ["virDomainListGetStats"] = ["connect.search-domains", "domain.read"], // The same call over the wire, with domains.
        ["virConnectGetCapabilities"] = ["connect.read"],
        ["virConnectGetLibVersion"] = ["connect.getattr"],
        ["virConnectGetType"] = ["connect.getattr"],
        ["virConnectGetVersion"] = ["connect.getattr"],
        ["virConnectListAllDomains"] = ["connect.search-domains", "domain.getattr"],
        ["virConnectListAllNetworks"] = ["connect.search-networks", "network.getattr"],
        ["virConnectListAllStoragePools"] = ["connect.search-storage-pools", "storage-pool.getattr"],
        ["virConnectRegisterCloseCallback"] = ["connect.getattr"],
        ["virConnectUnregisterCloseCallback"] = ["connect.getattr"],
        ["virNodeGetCPUStats"] = ["connect.read"],
        ["virNodeGetFreeMemory"] = ["connect.read"],
        ["virNodeGetInfo"] = ["connect.read"],
        ["virNodeGetMemoryStats"] = ["connect.read"],

        ["virDomainAbortJobFlags"] = ["domain.write"],
        ["virDomainAgentSetResponseTimeout"] = ["domain.write"],
        ["virDomainBackupBegin"] = ["domain.checkpoint", "domain.block-write"],
        ["virDomainBlockCommit"] = ["domain.block-write"],
        ["virDomainBlockJobAbort"] = ["domain.write"],
        ["virDomainBlockPull"] = ["domain.block-write"],
        ["virDomainCreateWithFlags"] = ["domain.start"],
        ["virDomainCreateXML"] = ["domain.write", "domain.start"],
        ["virDomainDefineXMLFlags"] = ["domain.write", "domain.save"],
        ["virDomainDestroyFlags"] = ["domain.stop"],
        ["virDomainFSFreeze"] = ["domain.fs-freeze"],
        ["virDomainFSThaw"] = ["domain.fs-freeze"],
        ["virDomainGetAutostart"] = ["domain.read"],
        ["virDomainGetBlockInfo"] = ["domain.read"],
        ["virDomainGetBlockJobInfo"] = ["domain.read"],
        ["virDomainGetInfo"] = ["domain.read"],
        ["virDomainGetJobInfo"] = ["domain.read"],
        ["virDomainGetJobStats"] = ["domain.read"],
        ["virDomainGetState"] = ["domain.read"],
        ["virDomainGetXMLDesc"] = ["domain.read", "domain.read-secure"],
        ["virDomainHasManagedSaveImage"] = ["domain.read"],
        ["virDomainInterfaceAddresses"] = ["domain.read", "domain.write", "network.getattr", "network.read"], // The agent is a write; leases are looked up as the portal.
        ["virDomainIsActive"] = ["domain.read"],
        ["virDomainIsPersistent"] = ["domain.read"],
        ["virDomainListAllSnapshots"] = ["domain.read"],
        ["virDomainLookupByName"] = ["domain.getattr"],
        ["virDomainLookupByUUID"] = ["domain.getattr"],
        ["virDomainOpenConsole"] = ["domain.open-device"],
        ["virDomainOpenGraphicsFD"] = ["domain.open-graphics"],
        ["virDomainQemuAgentCommand"] = ["domain.write"],
        ["virDomainReboot"] = ["domain.init-control", "domain.write"],
        ["virDomainRename"] = ["domain.write", "domain.save"],
        ["virDomainRestoreFlags"] = ["domain.start", "domain.write"],
        ["virDomainResume"] = ["domain.suspend"],
        ["virDomainSaveImageGetXMLDesc"] = ["domain.write"],
        ["virDomainScreenshot"] = ["domain.screenshot"],
        ["virDomainSetAutostart"] = ["domain.write"],
        ["virDomainSetMemoryStatsPeriod"] = ["domain.write"],
        ["virDomainSetMetadata"] = ["domain.write", "domain.save"],
        ["virDomainShutdownFlags"] = ["domain.init-control", "domain.write"],
        ["virDomainSnapshotCreateXML"] = ["domain.snapshot"],
        ["virDomainUndefineFlags"] = ["domain.delete"],

        ["virNetworkIsActive"] = ["network.read"],

        // storage-pool.start and .write are not in the list below but in makingPools, which an administrator switches on.
        ["virStoragePoolCreateXML"] = [],
        ["virStoragePoolGetInfo"] = ["storage-pool.read"],
        ["virStoragePoolGetXMLDesc"] = ["storage-pool.read"],
        ["virStoragePoolIsActive"] = ["storage-pool.read"],
        ["virStoragePoolListAllVolumes"] = ["storage-pool.search-storage-vols", "storage-vol.getattr"],
        ["virStoragePoolLookupByName"] = ["storage-pool.getattr"],
        ["virStoragePoolLookupByTargetPath"] = ["storage-pool.getattr"],
        ["virStoragePoolRefresh"] = ["storage-pool.refresh"],
        ["virStorageVolCreateXML"] = ["storage-vol.create"],
        ["virStorageVolDelete"] = ["storage-vol.delete"],
        ["virStorageVolDownload"] = ["storage-vol.data-read"],
        ["virStorageVolGetInfo"] = ["storage-vol.read"],
        ["virStorageVolGetInfoFlags"] = ["storage-vol.read"],
        ["virStorageVolGetPath"] = ["storage-vol.read"],
        ["virStorageVolGetXMLDesc"] = ["storage-vol.read"],
        ["virStorageVolLookupByName"] = ["storage-vol.getattr"],
        ["virStorageVolLookupByPath"] = ["storage-vol.getattr"],
        ["virStorageVolUpload"] = ["storage-vol.data-write"],
    };

    /// <summary>Functions of the library itself, and those that only read what a handle holds: nobody is asked.</summary>
    private static readonly HashSet<string> _asksNobody = new(StringComparer.Ordinal)
    {
        "virConnectIsAlive", "virConnectSetKeepAlive", "virDomainGetID", "virDomainGetName", "virDomainGetUUID", "virDomainInterfaceFree", "virDomainSnapshotGetName", "virDomainStatsRecordListFree",
        "virEventAddTimeout", "virEventRegisterDefaultImpl", "virEventRunDefaultImpl", "virGetLastError", "virInitialize", "virNetworkGetName", "virSetErrorFunc",
        "virStoragePoolGetName", "virStorageVolGetName", "virStreamAbort", "virStreamEventRemoveCallback", "virStreamFinish", "virStreamNew", "virStreamRecv", "virStreamSend",
        "virTypedParamsFree",
    };

    /// <summary>Whoever may do these has everything: no rule is to give them, and so no call may need them.</summary>
    private static readonly string[] _never = ["connect.write"];

    [Fact]
    public void Rules_AllowWhatTheCallsNeed_AndNothingElse()
    {
        var calls = CallsOfThePortal();
        var unknown = calls.Where(static c => !_needed.ContainsKey(c) && !_asksNobody.Contains(c)).Order(StringComparer.Ordinal).ToList();
        Assert.True(
            unknown.Count == 0,
            $"The portal calls {string.Join(", ", unknown)}, and nobody has looked up what that needs. Find it in libvirt's src/remote/remote_protocol.x (@acl), add it to {nameof(LibvirtPermissionTests)}, and its permission with a reason to {RulesFile}.");

        var needed = calls.SelectMany(static c => _needed.GetValueOrDefault(c, [])).ToHashSet(StringComparer.Ordinal);
        var allowed = ListOf("permissions");
        Assert.Equal(allowed.Distinct(StringComparer.Ordinal), allowed);
        var missing = needed.Except(allowed, StringComparer.Ordinal).Select(n => $"{n} (for {string.Join(", ", calls.Where(c => _needed.GetValueOrDefault(c, []).Contains(n)))})");
        Assert.True(!missing.Any(), $"Not allowed in {RulesFile}, though the portal needs it: {string.Join("; ", missing)}.");
        var needless = allowed.Except(needed, StringComparer.Ordinal);
        Assert.True(!needless.Any(), $"Allowed in {RulesFile}, though no call needs it: {string.Join(", ", needless)}. Take it out.");
    }

    [Fact]
    public void Rules_NeverAllow_WhatWouldAllowEverything()
    {
        Assert.Empty(_needed.Values.SelectMany(static v => v).Intersect(_never));
        Assert.Empty(((string[])["permissions", "onBehalf", "makingPools", "filtering"]).SelectMany(ListOf).Intersect(_never));
    }

    [Fact]
    public void Table_HoldsNoFunction_ThatThePortalDoesNotCall()
        => Assert.Empty(_needed.Keys.Concat(_asksNobody).Except(CallsOfThePortal()));

    /// <summary>One of the lists in the rules: a name in quotes on each line.</summary>
    private static List<string> ListOf(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, RulesFile)).Select(static l => l.Trim())
            .SkipWhile(l => l != $"var {name} = [").Skip(1)
            .TakeWhile(static l => l != "];")
            .Where(static l => l.StartsWith('"'))
            .Select(static l => l.Trim('"', ','))
            .ToList();
        Assert.True(lines.Count > 0, $"{RulesFile} has no list “{name}”.");
        return lines;
    }

    /// <summary>The libvirt functions at the ends of all paths from the portal's and the guard's code into the binding.</summary>
    private static HashSet<string> CallsOfThePortal()
    {
        var seen = new HashSet<MethodBase>();
        var left = new Queue<MethodBase>(((string[])["SnapshotPortal.Engine.Libvirt", "SnapshotPortal.ThawGuard"])
            .SelectMany(static name => IntermediateCode.MethodsOf(LayeringTests.Load(name)))
            .SelectMany(IntermediateCode.Uses)
            .Where(IsBinding));
        while (left.TryDequeue(out var method))
        {
            if (seen.Add(method))
            {
                foreach (var used in IntermediateCode.Uses(method).Where(IsBinding))
                {
                    left.Enqueue(used);
                }
            }
        }

        return [.. seen.Select(static m => m.Name).Where(static n => n.StartsWith("vir", StringComparison.Ordinal))];
    }

    private static bool IsBinding(MethodBase method) => method.Module.Assembly.GetName().Name == Binding;
}
