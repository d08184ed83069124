namespace LibVirt;

/// <summary>Which numbering the key codes follow.</summary>
/// <remarks>C: <c>virKeycodeSet</c>, libvirt-domain.h.</remarks>
public enum KeycodeSet
{
    /// <summary>Linux. C: <c>VIR_KEYCODE_SET_LINUX</c>.</summary>
    Linux = 0,

    /// <summary>Xt. C: <c>VIR_KEYCODE_SET_XT</c>.</summary>
    Xt = 1,

    /// <summary>At set1. C: <c>VIR_KEYCODE_SET_ATSET1</c>.</summary>
    AtSet1 = 2,

    /// <summary>At set2. C: <c>VIR_KEYCODE_SET_ATSET2</c>.</summary>
    AtSet2 = 3,

    /// <summary>At set3. C: <c>VIR_KEYCODE_SET_ATSET3</c>.</summary>
    AtSet3 = 4,

    /// <summary>Osx. C: <c>VIR_KEYCODE_SET_OSX</c>.</summary>
    Osx = 5,

    /// <summary>Xt kbd. C: <c>VIR_KEYCODE_SET_XT_KBD</c>.</summary>
    XtKbd = 6,

    /// <summary>Usb. C: <c>VIR_KEYCODE_SET_USB</c>.</summary>
    Usb = 7,

    /// <summary>Win32. C: <c>VIR_KEYCODE_SET_WIN32</c>.</summary>
    Win32 = 8,

    /// <summary>Qnum. C: <c>VIR_KEYCODE_SET_QNUM</c>.</summary>
    QNum = 9,
}
