using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SnapshotPortal.Operations.Requests;

namespace SnapshotPortal.Engine.Libvirt.Cloning;

/// <summary>
/// What cloud-init's NoCloud source reads: a disc labelled CIDATA with the files <c>meta-data</c> and <c>user-data</c>. Both are
/// written as JSON, which is YAML too, so that nothing that a person typed can become more than a text in it.
/// </summary>
internal static class CloudInitSeed
{
    private const string Label = "CIDATA";

    /// <summary>The disc. Each has an instance id of its own: cloud-init takes the guest for a new machine.</summary>
    public static byte[] Make(string hostName, CloudInitRequest request) => IsoImage.Make(
        Label,
        [
            ("meta-data", Json(new JsonObject { ["instance-id"] = $"iid-{Guid.NewGuid():N}", ["local-hostname"] = hostName })),
            ("user-data", [.. "#cloud-config\n"u8, .. Json(UserData(hostName, request))]),
        ]);

    private static JsonObject UserData(string hostName, CloudInitRequest request)
    {
        var keys = new JsonArray([.. (request.SshKeys ?? []).Select(static k => (JsonNode)k)]);
        var data = new JsonObject
        {
            ["hostname"] = hostName,
            ["preserve_hostname"] = false,
            ["ssh_deletekeys"] = true,
        };
        if (request.User is { } name)
        {
            var user = new JsonObject
            {
                ["name"] = name,
                ["shell"] = "/bin/bash",
                ["sudo"] = "ALL=(ALL) NOPASSWD:ALL",
                ["lock_passwd"] = request.PasswordHash is null,
                ["ssh_authorized_keys"] = keys,
            };
            if (request.PasswordHash is { } hash)
            {
                user["hashed_passwd"] = hash;
            }

            data["users"] = new JsonArray("default", user);
        }
        else if (keys.Count > 0)
        {
            data["ssh_authorized_keys"] = keys;
        }

        return data;
    }

    private static byte[] Json(JsonObject value) => Encoding.UTF8.GetBytes(value.ToJsonString(JsonSerializerOptions.Default) + "\n");
}
