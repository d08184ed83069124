using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LibVirt;

/// <summary>
/// Named values as libvirt passes them (<c>virTypedParameter</c>, libvirt-common.h). A value is an <see cref="int"/>,
/// <see cref="uint"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="double"/>, <see cref="bool"/> or <see cref="string"/>.
/// </summary>
#pragma warning disable CA1710 // The name is libvirt's.
public sealed class TypedParameters : IReadOnlyDictionary<string, object>
#pragma warning restore CA1710
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>How many values there are.</summary>
    public int Count => _values.Count;

    /// <summary>The names.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>The values.</summary>
    public IEnumerable<object> Values => _values.Values;

    /// <summary>One value by its name, such as <c>cpu.time</c>.</summary>
    /// <param name="key">The name; at most 79 bytes in UTF-8.</param>
    /// <exception cref="KeyNotFoundException">There is no value of this name.</exception>
    public object this[string key]
    {
        get => _values[key];
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            ArgumentNullException.ThrowIfNull(value);
            _values[key] = value;
        }
    }

    /// <summary>Whether a value of this name exists.</summary>
    /// <param name="key">The name.</param>
    /// <returns>True if it does.</returns>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <summary>Gets a value if it exists.</summary>
    /// <param name="key">The name.</param>
    /// <param name="value">The value.</param>
    /// <returns>True if it exists.</returns>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _values.TryGetValue(key, out value);

    /// <summary>Gets a whole number of any width.</summary>
    /// <param name="key">The name.</param>
    /// <returns>The number, or null if there is none of this name, or it is negative or no whole number.</returns>
    public ulong? GetUInt64(string key) => _values.GetValueOrDefault(key) switch
    {
        int number when number >= 0 => (ulong)number,
        uint number => number,
        long number when number >= 0 => (ulong)number,
        ulong number => number,
        _ => null,
    };

    /// <summary>Gets a text.</summary>
    /// <param name="key">The name.</param>
    /// <returns>The text, or null if there is none of this name or it is not a text.</returns>
    public string? GetString(string key) => _values.GetValueOrDefault(key) as string;

    /// <summary>Gets a truth value.</summary>
    /// <param name="key">The name.</param>
    /// <returns>The value, or null if there is none of this name or it is not a truth value.</returns>
    public bool? GetBoolean(string key) => _values.GetValueOrDefault(key) as bool?;

    /// <summary>Enumerates the names and values.</summary>
    /// <returns>An enumerator.</returns>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    /// <summary>All names and values in one line, for logs.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Join(", ", _values.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
