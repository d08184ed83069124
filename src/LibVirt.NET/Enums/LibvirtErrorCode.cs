namespace LibVirt;

/// <summary>What went wrong, as libvirt numbers it.</summary>
/// <remarks>C: <c>virErrorNumber</c>, virterror.h.</remarks>
public enum LibvirtErrorCode
{
    /// <summary>Ok. C: <c>VIR_ERR_OK</c>.</summary>
    Ok = 0,

    /// <summary>Internal error. C: <c>VIR_ERR_INTERNAL_ERROR</c>.</summary>
    InternalError = 1,

    /// <summary>No memory. C: <c>VIR_ERR_NO_MEMORY</c>.</summary>
    NoMemory = 2,

    /// <summary>No support. C: <c>VIR_ERR_NO_SUPPORT</c>.</summary>
    NoSupport = 3,

    /// <summary>Unknown host. C: <c>VIR_ERR_UNKNOWN_HOST</c>.</summary>
    UnknownHost = 4,

    /// <summary>No connect. C: <c>VIR_ERR_NO_CONNECT</c>.</summary>
    NoConnect = 5,

    /// <summary>Invalid conn. C: <c>VIR_ERR_INVALID_CONN</c>.</summary>
    InvalidConn = 6,

    /// <summary>Invalid domain. C: <c>VIR_ERR_INVALID_DOMAIN</c>.</summary>
    InvalidDomain = 7,

    /// <summary>Invalid arg. C: <c>VIR_ERR_INVALID_ARG</c>.</summary>
    InvalidArg = 8,

    /// <summary>Operation failed. C: <c>VIR_ERR_OPERATION_FAILED</c>.</summary>
    OperationFailed = 9,

    /// <summary>Get failed. C: <c>VIR_ERR_GET_FAILED</c>.</summary>
    GetFailed = 10,

    /// <summary>Post failed. C: <c>VIR_ERR_POST_FAILED</c>.</summary>
    PostFailed = 11,

    /// <summary>Http error. C: <c>VIR_ERR_HTTP_ERROR</c>.</summary>
    HttpError = 12,

    /// <summary>Sexpr serial. C: <c>VIR_ERR_SEXPR_SERIAL</c>.</summary>
    SexprSerial = 13,

    /// <summary>No xen. C: <c>VIR_ERR_NO_XEN</c>.</summary>
    NoXen = 14,

    /// <summary>Xen call. C: <c>VIR_ERR_XEN_CALL</c>.</summary>
    XenCall = 15,

    /// <summary>Os type. C: <c>VIR_ERR_OS_TYPE</c>.</summary>
    OsType = 16,

    /// <summary>No kernel. C: <c>VIR_ERR_NO_KERNEL</c>.</summary>
    NoKernel = 17,

    /// <summary>No root. C: <c>VIR_ERR_NO_ROOT</c>.</summary>
    NoRoot = 18,

    /// <summary>No source. C: <c>VIR_ERR_NO_SOURCE</c>.</summary>
    NoSource = 19,

    /// <summary>No target. C: <c>VIR_ERR_NO_TARGET</c>.</summary>
    NoTarget = 20,

    /// <summary>No name. C: <c>VIR_ERR_NO_NAME</c>.</summary>
    NoName = 21,

    /// <summary>No os. C: <c>VIR_ERR_NO_OS</c>.</summary>
    NoOs = 22,

    /// <summary>No device. C: <c>VIR_ERR_NO_DEVICE</c>.</summary>
    NoDevice = 23,

    /// <summary>No xenstore. C: <c>VIR_ERR_NO_XENSTORE</c>.</summary>
    NoXenstore = 24,

    /// <summary>Driver full. C: <c>VIR_ERR_DRIVER_FULL</c>.</summary>
    DriverFull = 25,

    /// <summary>Call failed. C: <c>VIR_ERR_CALL_FAILED</c>.</summary>
    CallFailed = 26,

    /// <summary>Xml error. C: <c>VIR_ERR_XML_ERROR</c>.</summary>
    XmlError = 27,

    /// <summary>Domain exist. C: <c>VIR_ERR_DOM_EXIST</c>.</summary>
    DomainExist = 28,

    /// <summary>Operation denied. C: <c>VIR_ERR_OPERATION_DENIED</c>.</summary>
    OperationDenied = 29,

    /// <summary>Open failed. C: <c>VIR_ERR_OPEN_FAILED</c>.</summary>
    OpenFailed = 30,

    /// <summary>Read failed. C: <c>VIR_ERR_READ_FAILED</c>.</summary>
    ReadFailed = 31,

    /// <summary>Parse failed. C: <c>VIR_ERR_PARSE_FAILED</c>.</summary>
    ParseFailed = 32,

    /// <summary>Conf syntax. C: <c>VIR_ERR_CONF_SYNTAX</c>.</summary>
    ConfSyntax = 33,

    /// <summary>Write failed. C: <c>VIR_ERR_WRITE_FAILED</c>.</summary>
    WriteFailed = 34,

    /// <summary>Xml detail. C: <c>VIR_ERR_XML_DETAIL</c>.</summary>
    XmlDetail = 35,

    /// <summary>Invalid network. C: <c>VIR_ERR_INVALID_NETWORK</c>.</summary>
    InvalidNetwork = 36,

    /// <summary>Network exist. C: <c>VIR_ERR_NETWORK_EXIST</c>.</summary>
    NetworkExist = 37,

    /// <summary>System error. C: <c>VIR_ERR_SYSTEM_ERROR</c>.</summary>
    SystemError = 38,

    /// <summary>Rpc. C: <c>VIR_ERR_RPC</c>.</summary>
    Rpc = 39,

    /// <summary>Gnutls error. C: <c>VIR_ERR_GNUTLS_ERROR</c>.</summary>
    GnutlsError = 40,

    /// <summary>War no network. C: <c>VIR_WAR_NO_NETWORK</c>.</summary>
    WarNoNetwork = 41,

    /// <summary>No domain. C: <c>VIR_ERR_NO_DOMAIN</c>.</summary>
    NoDomain = 42,

    /// <summary>No network. C: <c>VIR_ERR_NO_NETWORK</c>.</summary>
    NoNetwork = 43,

    /// <summary>Invalid mac. C: <c>VIR_ERR_INVALID_MAC</c>.</summary>
    InvalidMac = 44,

    /// <summary>Auth failed. C: <c>VIR_ERR_AUTH_FAILED</c>.</summary>
    AuthFailed = 45,

    /// <summary>Invalid storage pool. C: <c>VIR_ERR_INVALID_STORAGE_POOL</c>.</summary>
    InvalidStoragePool = 46,

    /// <summary>Invalid storage volume. C: <c>VIR_ERR_INVALID_STORAGE_VOL</c>.</summary>
    InvalidStorageVolume = 47,

    /// <summary>War no storage. C: <c>VIR_WAR_NO_STORAGE</c>.</summary>
    WarNoStorage = 48,

    /// <summary>No storage pool. C: <c>VIR_ERR_NO_STORAGE_POOL</c>.</summary>
    NoStoragePool = 49,

    /// <summary>No storage volume. C: <c>VIR_ERR_NO_STORAGE_VOL</c>.</summary>
    NoStorageVolume = 50,

    /// <summary>War no node. C: <c>VIR_WAR_NO_NODE</c>.</summary>
    WarNoNode = 51,

    /// <summary>Invalid node device. C: <c>VIR_ERR_INVALID_NODE_DEVICE</c>.</summary>
    InvalidNodeDevice = 52,

    /// <summary>No node device. C: <c>VIR_ERR_NO_NODE_DEVICE</c>.</summary>
    NoNodeDevice = 53,

    /// <summary>No security model. C: <c>VIR_ERR_NO_SECURITY_MODEL</c>.</summary>
    NoSecurityModel = 54,

    /// <summary>Operation invalid. C: <c>VIR_ERR_OPERATION_INVALID</c>.</summary>
    OperationInvalid = 55,

    /// <summary>War no interface. C: <c>VIR_WAR_NO_INTERFACE</c>.</summary>
    WarNoInterface = 56,

    /// <summary>No interface. C: <c>VIR_ERR_NO_INTERFACE</c>.</summary>
    NoInterface = 57,

    /// <summary>Invalid interface. C: <c>VIR_ERR_INVALID_INTERFACE</c>.</summary>
    InvalidInterface = 58,

    /// <summary>Multiple interfaces. C: <c>VIR_ERR_MULTIPLE_INTERFACES</c>.</summary>
    MultipleInterfaces = 59,

    /// <summary>War no network filter. C: <c>VIR_WAR_NO_NWFILTER</c>.</summary>
    WarNoNetworkFilter = 60,

    /// <summary>Invalid network filter. C: <c>VIR_ERR_INVALID_NWFILTER</c>.</summary>
    InvalidNetworkFilter = 61,

    /// <summary>No network filter. C: <c>VIR_ERR_NO_NWFILTER</c>.</summary>
    NoNetworkFilter = 62,

    /// <summary>Build firewall. C: <c>VIR_ERR_BUILD_FIREWALL</c>.</summary>
    BuildFirewall = 63,

    /// <summary>War no secret. C: <c>VIR_WAR_NO_SECRET</c>.</summary>
    WarNoSecret = 64,

    /// <summary>Invalid secret. C: <c>VIR_ERR_INVALID_SECRET</c>.</summary>
    InvalidSecret = 65,

    /// <summary>No secret. C: <c>VIR_ERR_NO_SECRET</c>.</summary>
    NoSecret = 66,

    /// <summary>Config unsupported. C: <c>VIR_ERR_CONFIG_UNSUPPORTED</c>.</summary>
    ConfigUnsupported = 67,

    /// <summary>Operation timeout. C: <c>VIR_ERR_OPERATION_TIMEOUT</c>.</summary>
    OperationTimeout = 68,

    /// <summary>Migrate persist failed. C: <c>VIR_ERR_MIGRATE_PERSIST_FAILED</c>.</summary>
    MigratePersistFailed = 69,

    /// <summary>Hook script failed. C: <c>VIR_ERR_HOOK_SCRIPT_FAILED</c>.</summary>
    HookScriptFailed = 70,

    /// <summary>Invalid domain snapshot. C: <c>VIR_ERR_INVALID_DOMAIN_SNAPSHOT</c>.</summary>
    InvalidDomainSnapshot = 71,

    /// <summary>No domain snapshot. C: <c>VIR_ERR_NO_DOMAIN_SNAPSHOT</c>.</summary>
    NoDomainSnapshot = 72,

    /// <summary>Invalid stream. C: <c>VIR_ERR_INVALID_STREAM</c>.</summary>
    InvalidStream = 73,

    /// <summary>Argument unsupported. C: <c>VIR_ERR_ARGUMENT_UNSUPPORTED</c>.</summary>
    ArgumentUnsupported = 74,

    /// <summary>Storage probe failed. C: <c>VIR_ERR_STORAGE_PROBE_FAILED</c>.</summary>
    StorageProbeFailed = 75,

    /// <summary>Storage pool built. C: <c>VIR_ERR_STORAGE_POOL_BUILT</c>.</summary>
    StoragePoolBuilt = 76,

    /// <summary>Snapshot revert risky. C: <c>VIR_ERR_SNAPSHOT_REVERT_RISKY</c>.</summary>
    SnapshotRevertRisky = 77,

    /// <summary>Operation aborted. C: <c>VIR_ERR_OPERATION_ABORTED</c>.</summary>
    OperationAborted = 78,

    /// <summary>Auth cancelled. C: <c>VIR_ERR_AUTH_CANCELLED</c>.</summary>
    AuthCancelled = 79,

    /// <summary>No domain metadata. C: <c>VIR_ERR_NO_DOMAIN_METADATA</c>.</summary>
    NoDomainMetadata = 80,

    /// <summary>Migrate unsafe. C: <c>VIR_ERR_MIGRATE_UNSAFE</c>.</summary>
    MigrateUnsafe = 81,

    /// <summary>Overflow. C: <c>VIR_ERR_OVERFLOW</c>.</summary>
    Overflow = 82,

    /// <summary>Block copy active. C: <c>VIR_ERR_BLOCK_COPY_ACTIVE</c>.</summary>
    BlockCopyActive = 83,

    /// <summary>Operation unsupported. C: <c>VIR_ERR_OPERATION_UNSUPPORTED</c>.</summary>
    OperationUnsupported = 84,

    /// <summary>Ssh. C: <c>VIR_ERR_SSH</c>.</summary>
    Ssh = 85,

    /// <summary>Agent unresponsive. C: <c>VIR_ERR_AGENT_UNRESPONSIVE</c>.</summary>
    AgentUnresponsive = 86,

    /// <summary>Resource busy. C: <c>VIR_ERR_RESOURCE_BUSY</c>.</summary>
    ResourceBusy = 87,

    /// <summary>Access denied. C: <c>VIR_ERR_ACCESS_DENIED</c>.</summary>
    AccessDenied = 88,

    /// <summary>Dbus service. C: <c>VIR_ERR_DBUS_SERVICE</c>.</summary>
    DbusService = 89,

    /// <summary>Storage volume exist. C: <c>VIR_ERR_STORAGE_VOL_EXIST</c>.</summary>
    StorageVolumeExist = 90,

    /// <summary>Cpu incompatible. C: <c>VIR_ERR_CPU_INCOMPATIBLE</c>.</summary>
    CpuIncompatible = 91,

    /// <summary>Xml invalid schema. C: <c>VIR_ERR_XML_INVALID_SCHEMA</c>.</summary>
    XmlInvalidSchema = 92,

    /// <summary>Migrate finish ok. C: <c>VIR_ERR_MIGRATE_FINISH_OK</c>.</summary>
    MigrateFinishOk = 93,

    /// <summary>Auth unavailable. C: <c>VIR_ERR_AUTH_UNAVAILABLE</c>.</summary>
    AuthUnavailable = 94,

    /// <summary>No server. C: <c>VIR_ERR_NO_SERVER</c>.</summary>
    NoServer = 95,

    /// <summary>No client. C: <c>VIR_ERR_NO_CLIENT</c>.</summary>
    NoClient = 96,

    /// <summary>Agent unsynced. C: <c>VIR_ERR_AGENT_UNSYNCED</c>.</summary>
    AgentUnsynced = 97,

    /// <summary>Libssh. C: <c>VIR_ERR_LIBSSH</c>.</summary>
    Libssh = 98,

    /// <summary>Device missing. C: <c>VIR_ERR_DEVICE_MISSING</c>.</summary>
    DeviceMissing = 99,

    /// <summary>Invalid network filter binding. C: <c>VIR_ERR_INVALID_NWFILTER_BINDING</c>.</summary>
    InvalidNetworkFilterBinding = 100,

    /// <summary>No network filter binding. C: <c>VIR_ERR_NO_NWFILTER_BINDING</c>.</summary>
    NoNetworkFilterBinding = 101,

    /// <summary>Invalid domain checkpoint. C: <c>VIR_ERR_INVALID_DOMAIN_CHECKPOINT</c>.</summary>
    InvalidDomainCheckpoint = 102,

    /// <summary>No domain checkpoint. C: <c>VIR_ERR_NO_DOMAIN_CHECKPOINT</c>.</summary>
    NoDomainCheckpoint = 103,

    /// <summary>No domain backup. C: <c>VIR_ERR_NO_DOMAIN_BACKUP</c>.</summary>
    NoDomainBackup = 104,

    /// <summary>Invalid network port. C: <c>VIR_ERR_INVALID_NETWORK_PORT</c>.</summary>
    InvalidNetworkPort = 105,

    /// <summary>Network port exist. C: <c>VIR_ERR_NETWORK_PORT_EXIST</c>.</summary>
    NetworkPortExist = 106,

    /// <summary>No network port. C: <c>VIR_ERR_NO_NETWORK_PORT</c>.</summary>
    NoNetworkPort = 107,

    /// <summary>No hostname. C: <c>VIR_ERR_NO_HOSTNAME</c>.</summary>
    NoHostname = 108,

    /// <summary>Checkpoint inconsistent. C: <c>VIR_ERR_CHECKPOINT_INCONSISTENT</c>.</summary>
    CheckpointInconsistent = 109,

    /// <summary>Multiple domains. C: <c>VIR_ERR_MULTIPLE_DOMAINS</c>.</summary>
    MultipleDomains = 110,
}
