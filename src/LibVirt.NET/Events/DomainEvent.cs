namespace LibVirt;

/// <summary>Something that happened to a domain (virConnectDomainEventRegisterAny, libvirt-domain.h).</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
public abstract record DomainEvent(Guid DomainUuid, string DomainName);

/// <summary>A domain was defined, started, stopped and so on.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="Type">What happened.</param>
/// <param name="Detail">Why; the meaning depends on <paramref name="Type"/>, see for instance <see cref="DomainEventStoppedDetail"/>.</param>
public sealed record DomainLifecycleEvent(Guid DomainUuid, string DomainName, DomainLifecycleEventType Type, int Detail)
    : DomainEvent(DomainUuid, DomainName);

/// <summary>The guest rebooted.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
public sealed record DomainRebootEvent(Guid DomainUuid, string DomainName) : DomainEvent(DomainUuid, DomainName);

/// <summary>A disk of the guest reported an I/O error to the hypervisor.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="SourcePath">The file or device on the host; may be empty.</param>
/// <param name="DeviceAlias">The alias of the disk in the domain's XML.</param>
/// <param name="Action">What the hypervisor did about it.</param>
/// <param name="Reason">A word for the cause, such as <c>enospc</c>; may be empty.</param>
public sealed record DomainIoErrorEvent(
    Guid DomainUuid, string DomainName, string SourcePath, string DeviceAlias, DomainIoErrorAction Action, string Reason)
    : DomainEvent(DomainUuid, DomainName);

/// <summary>A block job became ready or ended (the second version of the event, which names the disk by its target).</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="Disk">The target of the disk, such as <c>vda</c>.</param>
/// <param name="Type">The kind of job.</param>
/// <param name="Status">How it stands.</param>
public sealed record DomainBlockJobEvent(
    Guid DomainUuid, string DomainName, string Disk, DomainBlockJobType Type, DomainBlockJobStatus Status)
    : DomainEvent(DomainUuid, DomainName);

/// <summary>A device has gone after a request to detach it.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="DeviceAlias">The alias of the device in the domain's XML.</param>
public sealed record DomainDeviceRemovedEvent(Guid DomainUuid, string DomainName, string DeviceAlias) : DomainEvent(DomainUuid, DomainName);

/// <summary>The guest agent connected or disconnected.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="State">Whether it is connected.</param>
/// <param name="Reason">Why that changed.</param>
public sealed record DomainAgentLifecycleEvent(Guid DomainUuid, string DomainName, DomainAgentState State, DomainAgentReason Reason)
    : DomainEvent(DomainUuid, DomainName);

/// <summary>A job such as a save or a backup ended.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="Stats">Its statistics, named as in virDomainGetJobStats.</param>
public sealed record DomainJobCompletedEvent(Guid DomainUuid, string DomainName, TypedParameters Stats) : DomainEvent(DomainUuid, DomainName);

/// <summary>The metadata of a domain changed.</summary>
/// <param name="DomainUuid">The UUID of the domain.</param>
/// <param name="DomainName">The name of the domain when it happened.</param>
/// <param name="Type">The kind of metadata.</param>
/// <param name="NamespaceUri">The namespace of an element; null for titles and descriptions.</param>
public sealed record DomainMetadataChangeEvent(Guid DomainUuid, string DomainName, DomainMetadataType Type, string? NamespaceUri)
    : DomainEvent(DomainUuid, DomainName);
