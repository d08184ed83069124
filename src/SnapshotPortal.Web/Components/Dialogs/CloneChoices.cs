using System.Globalization;
using SnapshotPortal.Domain;
using SnapshotPortal.Operations.Requests;
using SnapshotPortal.Operations.Views;
using SnapshotPortal.Web.Texts;

namespace SnapshotPortal.Web.Components.Dialogs;

/// <summary>What a person chooses for new machines: as it was typed, what is wrong with it, and the request that it becomes.</summary>
public sealed class CloneChoices
{
    /// <summary>The most machines that are asked for at once.</summary>
    public const int MostAtOnce = 50;

    private const long Mebibyte = 1L << 20;

    public string Description { get; set; } = "";

    public bool Start { get; set; } = true;

    public bool Full { get; set; }

    public string Count { get; set; } = "1";

    public string VCpus { get; set; } = "";

    public string Mebibytes { get; set; } = "";

    public HashSet<string> Dropped { get; } = new(StringComparer.Ordinal);

    /// <summary><c>keep</c>, <c>none</c>, or <c>net:</c> and a network's name.</summary>
    public string Network { get; set; } = "keep";

    /// <summary>Give the guest an identity through its agent.</summary>
    public bool Identity { get; set; }

    public string Script { get; set; } = "";

    public bool CloudInit { get; set; }

    public string User { get; set; } = "";

    public string PasswordHash { get; set; } = "";

    public string SshKeys { get; set; } = "";

    /// <summary>What the host offers; nothing while it has not answered.</summary>
    public ClonePreviewView? Offer { get; set; }

    public string? DescriptionError => Names.CheckDescription(Description);

    public int? HowMany => Whole(Count, 1, MostAtOnce);

    public string? CountError => HowMany is null ? DialogTexts.FormatANumberFrom1ToMostAtOnce(MostAtOnce) : null;

    public string? VCpusError => VCpus.Trim().Length == 0 || Whole(VCpus, 1, Offer?.MostVCpus ?? int.MaxValue) is not null
        ? null
        : DialogTexts.FormatAWholeNumberFrom1To(Offer?.MostVCpus ?? 1);

    public string? MemoryError => (Mebibytes.Trim().Length == 0 && !HasTooMuch) || Whole(Mebibytes, LeastMebibytes, MostMebibytes) is not null
        ? null
        : DialogTexts.FormatAWholeNumberFromLeastMebibytesTo(LeastMebibytes, MostMebibytes);

    /// <summary>Nothing that can be told here stands in the way.</summary>
    public bool IsSound => CountError is null && VCpusError is null && MemoryError is null && DescriptionError is null;

    /// <summary>The snapshot's own memory is more than its host has.</summary>
    private bool HasTooMuch => Offer is { } offer && offer.MemoryBytes > offer.MostMemoryBytes;

    private int LeastMebibytes => (int)((Offer?.LeastMemoryBytes ?? Mebibyte) / Mebibyte);

    private int MostMebibytes => (int)Math.Min((Offer?.MostMemoryBytes ?? long.MaxValue) / Mebibyte, int.MaxValue);

    /// <summary>The request for the machine of this name.</summary>
    public CloneVmRequest ToRequest(string name, string key) => new(name, string.IsNullOrWhiteSpace(Description) ? null : Description.Trim(), Start, key)
    {
        Full = Full,
        VCpus = Whole(VCpus, 1, int.MaxValue),
        MemoryBytes = Whole(Mebibytes, 1, int.MaxValue) * Mebibyte,
        DropDisks = [.. Dropped.Order(StringComparer.Ordinal)],
        Network = Network switch
        {
            "keep" => null,
            "none" => new CloneNetwork(null),
            _ => new CloneNetwork(Network["net:".Length..]),
        },
        Identity = Identity || CloudInit ? new IdentityRequest(Identity, Identity ? Text(Script) : null, CloudInit ? new CloudInitRequest(Text(User), Text(PasswordHash), Lines(SshKeys)) : null) : null,
    };

    private static string? Text(string typed) => string.IsNullOrWhiteSpace(typed) ? null : typed.Trim();

    private static List<string> Lines(string typed) => [.. typed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static int? Whole(string typed, int least, int most)
        => int.TryParse(typed.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
