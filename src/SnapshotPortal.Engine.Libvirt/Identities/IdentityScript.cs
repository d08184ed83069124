using System.Globalization;
using SnapshotPortal.Domain.Identities;

namespace SnapshotPortal.Engine.Libvirt.Identities;

/// <summary>The scripts that are run in guests: for <c>/bin/sh</c> as any Unix has it, with and without systemd.</summary>
internal static class IdentityScript
{
    /// <summary>Gives the guest the host name in its first argument, a new machine id and new SSH host keys; prints what it could not.</summary>
    public const string Text = """
        set -u
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
        name=$1
        failed=
        systemd=
        [ -d /run/systemd/system ] && systemd=yes
        old=$(cat /etc/hostname 2>/dev/null || hostname 2>/dev/null)

        # Host name
        if [ -n "$systemd" ] && hostnamectl set-hostname "$name" >/dev/null 2>&1; then
          :
        elif ! { printf '%s\n' "$name" >/etc/hostname && hostname "$name"; } >/dev/null 2>&1; then
          failed="$failed, the host name"
        fi
        if [ -n "$old" ] && [ "$old" != "$name" ] && [ -w /etc/hosts ]; then
          pattern=$(printf '%s' "$old" | sed 's/[.]/[.]/g')
          hosts=$(sed "s/\([[:space:]]\)$pattern\([[:space:].]\)/\1$name\2/g; s/\([[:space:]]\)$pattern\$/\1$name/" /etc/hosts) && [ -n "$hosts" ] && printf '%s\n' "$hosts" >/etc/hosts
        fi

        # Machine id
        if [ -e /etc/machine-id ] || [ -n "$systemd" ]; then
          id=$(tr -d - </proc/sys/kernel/random/uuid 2>/dev/null)
          if [ ${#id} = 32 ] && printf '%s\n' "$id" >/etc/machine-id; then
            [ -h /var/lib/dbus/machine-id ] || [ ! -e /var/lib/dbus/machine-id ] || printf '%s\n' "$id" >/var/lib/dbus/machine-id
            # It names itself to the DHCP server by the machine id.
            [ -z "$systemd" ] || systemctl try-restart systemd-networkd.service >/dev/null 2>&1 </dev/null
          else
            failed="$failed, the machine id"
          fi
        fi

        # SSH host keys
        if ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1; then
          if command -v ssh-keygen >/dev/null 2>&1; then
            rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
            ssh-keygen -A >/dev/null 2>&1 </dev/null || failed="$failed, the SSH host keys"
          elif command -v dropbearkey >/dev/null 2>&1; then
            for key in /etc/ssh/ssh_host_*_key; do
              type=${key#/etc/ssh/ssh_host_}
              rm -f "$key" "$key.pub"
              dropbearkey -t "${type%_key}" -f "$key" >/dev/null 2>&1 && dropbearkey -y -f "$key" 2>/dev/null | grep '^ssh-\|^ecdsa-' >"$key.pub" || failed="$failed, the SSH host key $key"
            done
          else
            failed="$failed, the SSH host keys (there is no ssh-keygen)"
          fi
          for service in ssh sshd dropbear; do
            if [ -n "$systemd" ]; then
              systemctl try-restart "$service.service" >/dev/null 2>&1 </dev/null
            elif [ -x "/etc/init.d/$service" ]; then
              "/etc/init.d/$service" restart >/dev/null 2>&1 </dev/null
            fi
          done
        fi

        sync
        if [ -n "$failed" ]; then
          echo "could not change ${failed#, }"
          exit 1
        fi
        exit 0
        """;

    /// <summary>Runs the script that comes on its standard input, for so many seconds, and prints the beginning of what that prints.</summary>
    public static string Wrapper(int seconds) => string.Create(
        CultureInfo.InvariantCulture,
        $"export PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin; limit=; command -v timeout >/dev/null 2>&1 && limit='timeout {seconds}'; out=$(mktemp) || exit 126; $limit /bin/sh -s >\"$out\" 2>&1; code=$?; head -c {GuestIdentity.MaxOutputLength} \"$out\"; rm -f \"$out\"; exit $code");
}
