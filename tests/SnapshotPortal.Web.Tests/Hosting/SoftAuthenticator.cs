using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SnapshotPortal.Web.Tests.Hosting;

/// <summary>
/// An authenticator and the browser in front of it (W3C WebAuthn level 3, chapters 5.1 to 6.5), with one ES256 key: it answers as
/// a real one does, or wrongly where a test wants that.
/// </summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte HasKey = 0x40;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(32);
    private string _user = "";
    private uint _count;

    /// <summary>Where the browser says that it is.</summary>
    public string Origin { get; set; } = "http://localhost";

    /// <summary>Whether it verifies who uses it: fingerprint, face or PIN.</summary>
    public bool Verifies { get; set; } = true;

    /// <summary>What a form calls the key.</summary>
    public string Id => Base64Url.EncodeToString(_id);

    /// <summary><c>navigator.credentials.create</c>.</summary>
    public string Create(string options)
    {
        using var asked = JsonDocument.Parse(options);
        var root = asked.RootElement;
        _user = root.GetProperty("user").GetProperty("id").GetString()!;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;

        // COSE (RFC 9053): EC2 key, ES256, P-256, x, y.
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] credential = [.. new byte[16], 0, (byte)_id.Length, .. _id, .. cose];
        var data = Data(root.GetProperty("rp").GetProperty("id").GetString()!, HasKey, credential);

        // CBOR (RFC 8949): { fmt: "none", attStmt: {}, authData: bytes }.
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Answer(new
        {
            clientDataJSON = Base64Url.EncodeToString(Client("webauthn.create", root)),
            attestationObject = Base64Url.EncodeToString(attestation),
            transports = new[] { "internal" },
        });
    }

    /// <summary><c>navigator.credentials.get</c>.</summary>
    public string Get(string options)
    {
        using var asked = JsonDocument.Parse(options);
        var root = asked.RootElement;
        var data = Data(root.GetProperty("rpId").GetString()!, 0, []);
        var client = Client("webauthn.get", root);
        byte[] signed = [.. data, .. SHA256.HashData(client)];
        return Answer(new
        {
            clientDataJSON = Base64Url.EncodeToString(client),
            authenticatorData = Base64Url.EncodeToString(data),
            signature = Base64Url.EncodeToString(_key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
            userHandle = _user,
        });
    }

    public void Dispose() => _key.Dispose();

    private byte[] Data(string domain, byte flags, byte[] credential)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, ++_count);
        var all = (byte)(flags | UserPresent | (Verifies ? 0x04 : 0));
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(domain)), all, .. count, .. credential];
    }

    private byte[] Client(string type, JsonElement options)
        => JsonSerializer.SerializeToUtf8Bytes(new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private string Answer(object response)
        => JsonSerializer.Serialize(new { id = Id, rawId = Id, type = "public-key", authenticatorAttachment = "platform", clientExtensionResults = new { }, response });
}
