using System.Runtime.InteropServices;
using System.Text;

namespace LibVirt.Interop;

/// <summary>Translates between <see cref="TypedParameters"/> and arrays of <c>virTypedParameter</c>.</summary>
internal static unsafe class TypedParameterInterop
{
    private const int Int = 1;
    private const int UInt = 2;
    private const int LongLong = 3;
    private const int ULongLong = 4;
    private const int Double = 5;
    private const int Boolean = 6;
    private const int Text = 7;

    internal static TypedParameters Read(VirTypedParameter* parameters, int count)
    {
        var result = new TypedParameters();
        for (var i = 0; i < count; i++)
        {
            var parameter = parameters + i;
            var name = Marshal.PtrToStringUTF8((nint)parameter->Field);
            if (string.IsNullOrEmpty(name))
            {
                continue;
            }

            object? value = parameter->Type switch
            {
                Int => (int)parameter->Value,
                UInt => (uint)parameter->Value,
                LongLong => (long)parameter->Value,
                ULongLong => parameter->Value,
                Double => BitConverter.UInt64BitsToDouble(parameter->Value),
                Boolean => (parameter->Value & 0xff) != 0,
                Text => Marshal.PtrToStringUTF8((nint)parameter->Value),
                _ => null,
            };
            if (value is not null)
            {
                result[name] = value;
            }
        }

        return result;
    }

    /// <summary>Reads an array that libvirt allocated, and frees it.</summary>
    internal static TypedParameters Take(nint parameters, int count)
    {
        var array = (VirTypedParameter*)parameters;
        var result = Read(array, count);
        Native.virTypedParamsFree(array, count);
        return result;
    }

    /// <summary>An array for a function that wants the caller to bring the memory; strings in it are libvirt's to free.</summary>
    internal sealed class Buffer(int capacity) : IDisposable
    {
        internal VirTypedParameter* Pointer { get; private set; } =
            (VirTypedParameter*)NativeMemory.AllocZeroed((nuint)Math.Max(capacity, 1), (nuint)sizeof(VirTypedParameter));

        internal TypedParameters Read(int offset, int count) => TypedParameterInterop.Read(Pointer + offset, count);

        public void Dispose()
        {
            if (Pointer == null)
            {
                return;
            }

            Native.virTypedParamsClear(Pointer, capacity);
            NativeMemory.Free(Pointer);
            Pointer = null;
        }
    }

    /// <summary>A copy of parameters for a call. Its strings come from malloc, so that clearing frees them too.</summary>
    internal static Buffer Write(TypedParameters parameters)
    {
        var buffer = new Buffer(parameters.Count);
        try
        {
            var next = buffer.Pointer;
            foreach (var (name, value) in parameters)
            {
                var length = Encoding.UTF8.GetByteCount(name);
                if (length >= VirTypedParameter.FieldLength)
                {
                    throw new ArgumentException($"The name of parameter '{name}' is longer than 79 bytes.", nameof(parameters));
                }

                Encoding.UTF8.GetBytes(name, new Span<byte>(next->Field, VirTypedParameter.FieldLength));
                (next->Type, next->Value) = value switch
                {
                    int number => (Int, (ulong)(uint)number),
                    uint number => (UInt, number),
                    long number => (LongLong, (ulong)number),
                    ulong number => (ULongLong, number),
                    double number => (Double, BitConverter.DoubleToUInt64Bits(number)),
                    bool flag => (Boolean, flag ? 1UL : 0UL),
                    string text => (Text, (ulong)Malloc(text)),
                    _ => throw new ArgumentException($"Parameter '{name}' has a type that libvirt does not know.", nameof(parameters)),
                };
                next++;
            }

            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>A zero-terminated copy that C may free.</summary>
    internal static nint Malloc(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var copy = (byte*)NativeMemory.Alloc((nuint)length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(copy, length));
        copy[length] = 0;
        return (nint)copy;
    }
}
