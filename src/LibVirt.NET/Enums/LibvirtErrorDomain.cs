namespace LibVirt;

/// <summary>The part of libvirt that reported an error.</summary>
/// <remarks>C: <c>virErrorDomain</c>, virterror.h.</remarks>
public enum LibvirtErrorDomain
{
    /// <summary>None. C: <c>VIR_FROM_NONE</c>.</summary>
    None = 0,

    /// <summary>Xen. C: <c>VIR_FROM_XEN</c>.</summary>
    Xen = 1,

    /// <summary>Xend. C: <c>VIR_FROM_XEND</c>.</summary>
    Xend = 2,

    /// <summary>Xenstore. C: <c>VIR_FROM_XENSTORE</c>.</summary>
    Xenstore = 3,

    /// <summary>Sexpr. C: <c>VIR_FROM_SEXPR</c>.</summary>
    Sexpr = 4,

    /// <summary>Xml. C: <c>VIR_FROM_XML</c>.</summary>
    Xml = 5,

    /// <summary>Dom. C: <c>VIR_FROM_DOM</c>.</summary>
    Dom = 6,

    /// <summary>Rpc. C: <c>VIR_FROM_RPC</c>.</summary>
    Rpc = 7,

    /// <summary>Proxy. C: <c>VIR_FROM_PROXY</c>.</summary>
    Proxy = 8,

    /// <summary>Conf. C: <c>VIR_FROM_CONF</c>.</summary>
    Conf = 9,

    /// <summary>Qemu. C: <c>VIR_FROM_QEMU</c>.</summary>
    Qemu = 10,

    /// <summary>Net. C: <c>VIR_FROM_NET</c>.</summary>
    Net = 11,

    /// <summary>Test. C: <c>VIR_FROM_TEST</c>.</summary>
    Test = 12,

    /// <summary>Remote. C: <c>VIR_FROM_REMOTE</c>.</summary>
    Remote = 13,

    /// <summary>Openvz. C: <c>VIR_FROM_OPENVZ</c>.</summary>
    Openvz = 14,

    /// <summary>Xenxm. C: <c>VIR_FROM_XENXM</c>.</summary>
    Xenxm = 15,

    /// <summary>Stats linux. C: <c>VIR_FROM_STATS_LINUX</c>.</summary>
    StatsLinux = 16,

    /// <summary>Lxc. C: <c>VIR_FROM_LXC</c>.</summary>
    Lxc = 17,

    /// <summary>Storage. C: <c>VIR_FROM_STORAGE</c>.</summary>
    Storage = 18,

    /// <summary>Network. C: <c>VIR_FROM_NETWORK</c>.</summary>
    Network = 19,

    /// <summary>Domain. C: <c>VIR_FROM_DOMAIN</c>.</summary>
    Domain = 20,

    /// <summary>Uml. C: <c>VIR_FROM_UML</c>.</summary>
    Uml = 21,

    /// <summary>Node device. C: <c>VIR_FROM_NODEDEV</c>.</summary>
    NodeDevice = 22,

    /// <summary>Xen inotify. C: <c>VIR_FROM_XEN_INOTIFY</c>.</summary>
    XenInotify = 23,

    /// <summary>Security. C: <c>VIR_FROM_SECURITY</c>.</summary>
    Security = 24,

    /// <summary>Vbox. C: <c>VIR_FROM_VBOX</c>.</summary>
    Vbox = 25,

    /// <summary>Interface. C: <c>VIR_FROM_INTERFACE</c>.</summary>
    Interface = 26,

    /// <summary>One. C: <c>VIR_FROM_ONE</c>.</summary>
    One = 27,

    /// <summary>Esx. C: <c>VIR_FROM_ESX</c>.</summary>
    Esx = 28,

    /// <summary>Phyp. C: <c>VIR_FROM_PHYP</c>.</summary>
    Phyp = 29,

    /// <summary>Secret. C: <c>VIR_FROM_SECRET</c>.</summary>
    Secret = 30,

    /// <summary>Cpu. C: <c>VIR_FROM_CPU</c>.</summary>
    Cpu = 31,

    /// <summary>Xenapi. C: <c>VIR_FROM_XENAPI</c>.</summary>
    Xenapi = 32,

    /// <summary>Network filter. C: <c>VIR_FROM_NWFILTER</c>.</summary>
    NetworkFilter = 33,

    /// <summary>Hook. C: <c>VIR_FROM_HOOK</c>.</summary>
    Hook = 34,

    /// <summary>Domain snapshot. C: <c>VIR_FROM_DOMAIN_SNAPSHOT</c>.</summary>
    DomainSnapshot = 35,

    /// <summary>Audit. C: <c>VIR_FROM_AUDIT</c>.</summary>
    Audit = 36,

    /// <summary>Sysinfo. C: <c>VIR_FROM_SYSINFO</c>.</summary>
    Sysinfo = 37,

    /// <summary>Streams. C: <c>VIR_FROM_STREAMS</c>.</summary>
    Streams = 38,

    /// <summary>Vmware. C: <c>VIR_FROM_VMWARE</c>.</summary>
    Vmware = 39,

    /// <summary>Event. C: <c>VIR_FROM_EVENT</c>.</summary>
    Event = 40,

    /// <summary>Libxl. C: <c>VIR_FROM_LIBXL</c>.</summary>
    Libxl = 41,

    /// <summary>Locking. C: <c>VIR_FROM_LOCKING</c>.</summary>
    Locking = 42,

    /// <summary>Hyperv. C: <c>VIR_FROM_HYPERV</c>.</summary>
    Hyperv = 43,

    /// <summary>Capabilities. C: <c>VIR_FROM_CAPABILITIES</c>.</summary>
    Capabilities = 44,

    /// <summary>Uri. C: <c>VIR_FROM_URI</c>.</summary>
    Uri = 45,

    /// <summary>Auth. C: <c>VIR_FROM_AUTH</c>.</summary>
    Auth = 46,

    /// <summary>Dbus. C: <c>VIR_FROM_DBUS</c>.</summary>
    Dbus = 47,

    /// <summary>Parallels. C: <c>VIR_FROM_PARALLELS</c>.</summary>
    Parallels = 48,

    /// <summary>Device. C: <c>VIR_FROM_DEVICE</c>.</summary>
    Device = 49,

    /// <summary>Ssh. C: <c>VIR_FROM_SSH</c>.</summary>
    Ssh = 50,

    /// <summary>Lockspace. C: <c>VIR_FROM_LOCKSPACE</c>.</summary>
    Lockspace = 51,

    /// <summary>Initctl. C: <c>VIR_FROM_INITCTL</c>.</summary>
    Initctl = 52,

    /// <summary>Identity. C: <c>VIR_FROM_IDENTITY</c>.</summary>
    Identity = 53,

    /// <summary>Cgroup. C: <c>VIR_FROM_CGROUP</c>.</summary>
    Cgroup = 54,

    /// <summary>Access. C: <c>VIR_FROM_ACCESS</c>.</summary>
    Access = 55,

    /// <summary>Systemd. C: <c>VIR_FROM_SYSTEMD</c>.</summary>
    Systemd = 56,

    /// <summary>Bhyve. C: <c>VIR_FROM_BHYVE</c>.</summary>
    Bhyve = 57,

    /// <summary>Crypto. C: <c>VIR_FROM_CRYPTO</c>.</summary>
    Crypto = 58,

    /// <summary>Firewall. C: <c>VIR_FROM_FIREWALL</c>.</summary>
    Firewall = 59,

    /// <summary>Polkit. C: <c>VIR_FROM_POLKIT</c>.</summary>
    Polkit = 60,

    /// <summary>Thread. C: <c>VIR_FROM_THREAD</c>.</summary>
    Thread = 61,

    /// <summary>Admin. C: <c>VIR_FROM_ADMIN</c>.</summary>
    Admin = 62,

    /// <summary>Logging. C: <c>VIR_FROM_LOGGING</c>.</summary>
    Logging = 63,

    /// <summary>Xenxl. C: <c>VIR_FROM_XENXL</c>.</summary>
    Xenxl = 64,

    /// <summary>Perf. C: <c>VIR_FROM_PERF</c>.</summary>
    Perf = 65,

    /// <summary>Libssh. C: <c>VIR_FROM_LIBSSH</c>.</summary>
    Libssh = 66,

    /// <summary>Resctrl. C: <c>VIR_FROM_RESCTRL</c>.</summary>
    Resctrl = 67,

    /// <summary>Firewalld. C: <c>VIR_FROM_FIREWALLD</c>.</summary>
    Firewalld = 68,

    /// <summary>Domain checkpoint. C: <c>VIR_FROM_DOMAIN_CHECKPOINT</c>.</summary>
    DomainCheckpoint = 69,

    /// <summary>Tpm. C: <c>VIR_FROM_TPM</c>.</summary>
    Tpm = 70,

    /// <summary>Bpf. C: <c>VIR_FROM_BPF</c>.</summary>
    Bpf = 71,

    /// <summary>Ch. C: <c>VIR_FROM_CH</c>.</summary>
    Ch = 72,
}
