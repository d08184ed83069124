namespace SnapshotPortal.EndToEnd.Portal;

/// <summary>What people and programs do on a good day, and what they do wrong.</summary>
[CollectionDefinition(Name)]
public sealed class GoodDays : ICollectionFixture<PortalWithGuest>
{
    public const string Name = "good days";
}

/// <summary>The portal dies and comes back.</summary>
[CollectionDefinition(Name)]
public sealed class Deaths : ICollectionFixture<PortalWithGuest>
{
    public const string Name = "deaths";
}
