namespace SnapshotPortal.Domain.Access;

/// <summary>What an access token may be used for; its account's rights are the other limit.</summary>
[Flags]
public enum TokenScopes
{
    None = 0,

    /// <summary>See what one sees: machines, snapshots, operations, events.</summary>
    Read = 1,

    /// <summary>Take, restore, delete and export snapshots, and set schedules.</summary>
    Snapshot = 2,

    /// <summary>Start, stop and set up machines.</summary>
    Power = 4,

    /// <summary>Make machines, put them back to their template, and delete them.</summary>
    Clone = 8,

    /// <summary>What teachers do: classes, deployments, templates, and their students' machines.</summary>
    Class = 16,

    /// <summary>What administrators do; without it a token sees its owner's own things only.</summary>
    Admin = 32,

    /// <summary>Everything that the account may.</summary>
    All = Read | Snapshot | Power | Clone | Class | Admin,
}
