namespace LibVirt;

/// <summary>Which storage pools to list; none means all.</summary>
/// <remarks>C: <c>virConnectListAllStoragePoolsFlags</c>, libvirt-storage.h.</remarks>
[Flags]
public enum ListStoragePoolsFlags : uint
{
    /// <summary>Nothing special asked for.</summary>
    None = 0,

    /// <summary>Inactive. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE</c>.</summary>
    Inactive = 1,

    /// <summary>Active. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE</c>.</summary>
    Active = 2,

    /// <summary>Persistent. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT</c>.</summary>
    Persistent = 4,

    /// <summary>Transient. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT</c>.</summary>
    Transient = 8,

    /// <summary>Autostart. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART</c>.</summary>
    Autostart = 0x10,

    /// <summary>No autostart. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART</c>.</summary>
    NoAutostart = 0x20,

    /// <summary>Dir. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_DIR</c>.</summary>
    Dir = 0x40,

    /// <summary>File system. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_FS</c>.</summary>
    FileSystem = 0x80,

    /// <summary>Netfs. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_NETFS</c>.</summary>
    Netfs = 0x100,

    /// <summary>Logical. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_LOGICAL</c>.</summary>
    Logical = 0x200,

    /// <summary>Disk. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_DISK</c>.</summary>
    Disk = 0x400,

    /// <summary>Iscsi. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI</c>.</summary>
    Iscsi = 0x800,

    /// <summary>Scsi. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_SCSI</c>.</summary>
    Scsi = 0x1000,

    /// <summary>Mpath. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_MPATH</c>.</summary>
    Mpath = 0x2000,

    /// <summary>Rbd. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_RBD</c>.</summary>
    Rbd = 0x4000,

    /// <summary>Sheepdog. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_SHEEPDOG</c>.</summary>
    Sheepdog = 0x8000,

    /// <summary>Gluster. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_GLUSTER</c>.</summary>
    Gluster = 0x10000,

    /// <summary>Zfs. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_ZFS</c>.</summary>
    Zfs = 0x20000,

    /// <summary>Vstorage. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_VSTORAGE</c>.</summary>
    Vstorage = 0x40000,

    /// <summary>Iscsi direct. C: <c>VIR_CONNECT_LIST_STORAGE_POOLS_ISCSI_DIRECT</c>.</summary>
    IscsiDirect = 0x80000,
}
