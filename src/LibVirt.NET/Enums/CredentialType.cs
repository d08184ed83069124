namespace LibVirt;

/// <summary>What an authentication callback is asked for.</summary>
/// <remarks>C: <c>virConnectCredentialType</c>, libvirt-host.h.</remarks>
public enum CredentialType
{
    /// <summary>Username. C: <c>VIR_CRED_USERNAME</c>.</summary>
    Username = 1,

    /// <summary>Authentication name. C: <c>VIR_CRED_AUTHNAME</c>.</summary>
    AuthenticationName = 2,

    /// <summary>Language. C: <c>VIR_CRED_LANGUAGE</c>.</summary>
    Language = 3,

    /// <summary>Cnonce. C: <c>VIR_CRED_CNONCE</c>.</summary>
    Cnonce = 4,

    /// <summary>Passphrase. C: <c>VIR_CRED_PASSPHRASE</c>.</summary>
    Passphrase = 5,

    /// <summary>Echo prompt. C: <c>VIR_CRED_ECHOPROMPT</c>.</summary>
    EchoPrompt = 6,

    /// <summary>No echo prompt. C: <c>VIR_CRED_NOECHOPROMPT</c>.</summary>
    NoEchoPrompt = 7,

    /// <summary>Realm. C: <c>VIR_CRED_REALM</c>.</summary>
    Realm = 8,

    /// <summary>External. C: <c>VIR_CRED_EXTERNAL</c>.</summary>
    External = 9,
}
