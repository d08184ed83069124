using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SnapshotPortal.Domain.Identities;
using SnapshotPortal.Domain.Snapshots;

namespace SnapshotPortal.Operations.Requests;

/// <summary>What can be told of a clone's options without asking the host.</summary>
internal static partial class CloneChecks
{
    /// <summary>Less is too little for any guest.</summary>
    public const long LeastMemory = 64L << 20;

    private const int MostSshKeys = 20;

    /// <summary>Why the options cannot be; <see langword="null"/> if they can.</summary>
    public static Failure? Check(CloneVmRequest request, Snapshot snapshot)
        => CheckSize(request.VCpus, request.MemoryBytes) ?? CheckDisks(request.DropDisks, snapshot) ?? (request.Identity is { } identity ? Check(identity) : null);

    /// <summary>Why no machine can have so much; what the host has is the host's to say.</summary>
    public static Failure? CheckSize(int? vcpus, long? memory)
    {
        if (vcpus is < 1)
        {
            return new Failure(FailureKind.Invalid, FailureCodes.ProcessorsInvalid, "A virtual machine has at least one processor. Ask for 1 or more.", "vCpus");
        }

        return memory is < LeastMemory or > (1L << 50)
            ? new Failure(FailureKind.Invalid, FailureCodes.MemoryInvalid, string.Create(CultureInfo.InvariantCulture, $"A virtual machine has at least {LeastMemory >> 20} MiB of memory, and no host has petabytes of it. Choose a size in between."), "memoryBytes")
            : null;
    }

    /// <summary>Why no guest runs such a script.</summary>
    public static Failure? CheckScript(string script) => script switch
    {
        _ when Encoding.UTF8.GetByteCount(script) > GuestIdentity.MaxScriptBytes => new Failure(FailureKind.Invalid, FailureCodes.IdentityInvalid, "A script has at most 64 KiB. Let it fetch the rest from somewhere.", "script"),
        _ when script.Contains('\0', StringComparison.Ordinal) => new Failure(FailureKind.Invalid, FailureCodes.IdentityInvalid, "A script is text, and this one has characters that no text has. Choose another file.", "script"),
        _ => null,
    };

    private static Failure? CheckDisks(IReadOnlyList<string> dropped, Snapshot snapshot)
    {
        var held = snapshot.Disks.Where(static d => d.Included).Select(static d => d.Target).ToList();
        if (dropped.FirstOrDefault(d => !held.Contains(d, StringComparer.Ordinal)) is { } unknown)
        {
            return Wrong($"“{snapshot.Name}” holds no disk “{unknown}”. It holds {string.Join(", ", held)}.");
        }

        return held.TrueForAll(d => dropped.Contains(d, StringComparer.Ordinal)) ? Wrong("A machine needs the disk it boots from. Keep at least that one.") : null;

        static Failure Wrong(string message) => new(FailureKind.Invalid, FailureCodes.DisksInvalid, message, "dropDisks");
    }

    private static Failure? Check(IdentityRequest identity)
    {
        if (identity.Script is { } script && CheckScript(script) is { } wrongScript)
        {
            return wrongScript;
        }

        if (identity is { Script: not null, ByAgent: false })
        {
            return Wrong("A script is run through the guest agent. Ask for the identity through the agent too, or leave the script out.", "script");
        }

        if (identity.CloudInit is not { } cloud)
        {
            return null;
        }

        if (cloud.User is { } user && !UserName().IsMatch(user))
        {
            return Wrong("A user name in the guest begins with a small letter and holds a–z, 0–9, hyphens and underscores, up to 32 characters.", "user");
        }

        if (cloud.PasswordHash is { } hash && !CryptHash().IsMatch(hash))
        {
            return Wrong("This is no password hash: it looks like “$6$salt$…”. Make one with “openssl passwd -6”; the portal never wants the password itself.", "passwordHash");
        }

        if (cloud is { PasswordHash: not null, User: null })
        {
            return Wrong("A password belongs to an account. Name the user too.", "user");
        }

        var keys = cloud.SshKeys ?? [];
        if (keys.Count > MostSshKeys)
        {
            return Wrong(string.Create(CultureInfo.InvariantCulture, $"At most {MostSshKeys} SSH keys are taken."), "sshKeys");
        }

        return keys.FirstOrDefault(static k => SshHostKey.Fingerprint(k) is null || k.Any(char.IsControl)) is { } bad
            ? Wrong($"“{bad[..Math.Min(bad.Length, 30)]}…” is no public SSH key: it is one line such as “ssh-ed25519 AAAA… name”.", "sshKeys")
            : null;

        static Failure Wrong(string message, string field) => new(FailureKind.Invalid, FailureCodes.IdentityInvalid, message, field);
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_-]{0,31}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UserName();

    [GeneratedRegex(@"^\$(?:5|6|y|7|2[aby])\$[./A-Za-z0-9$=,]{20,200}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CryptHash();
}
