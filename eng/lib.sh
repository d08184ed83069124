# Shared by the scripts in eng/: source it, it runs nothing by itself.
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables here are for the scripts that source this file

REPO=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
DATA=${SNAPSHOTPORTAL_DATA:-$REPO/.data}
LIBVIRT_URI=${SNAPSHOTPORTAL_LIBVIRT_URI:-qemu:///session}

log() { printf '==> %s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

virsh_() { LC_ALL=C virsh --quiet --connect "$LIBVIRT_URI" "$@"; }

# ---- packages ---------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo "$@"
  else
    return 77
  fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

package_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages NAME...: installs what is missing, and only then touches apt at all.
need_packages() {
  command -v dpkg-query >/dev/null 2>&1 ||
    die "this is not a Debian or Ubuntu machine; install by your own means: $*"
  local name missing=()
  for name in "$@"; do
    package_installed "$name" || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  log "installing Debian packages: ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! as_root true; then
    die "these packages are missing and neither root nor sudo is at hand; ask an administrator for:
    apt-get install --no-install-recommends ${missing[*]}"
  fi
  # The package lists of a fresh machine are absent or old; a second try with new ones costs seconds.
  apt_get install --no-install-recommends "${missing[@]}" >&2 && return 0
  log "not found in the package lists at hand, refreshing them"
  apt_get update >&2 || die "apt-get update failed"
  apt_get install --no-install-recommends "${missing[@]}" >&2 ||
    die "could not install: ${missing[*]}"
}

need_dotnet() {
  local wanted
  command -v dotnet >/dev/null 2>&1 ||
    die "the .NET SDK is not on PATH; install .NET SDK 10 (https://dotnet.microsoft.com/download)"
  wanted=$(sed -n 's/.*"version": *"\([0-9]*\)\..*/\1/p' "$REPO/global.json" | head -n 1)
  (cd "$REPO" && dotnet --version >/dev/null 2>&1) ||
    die "no .NET SDK that global.json accepts (${wanted:-10}.x); found: $(cd / && dotnet --list-sdks | tr '\n' ' ')"
}

# need_node: npm, with a Node.js that the bundler runs on; from Debian's packages where there is none.
need_node() {
  if ! command -v npm >/dev/null 2>&1; then
    need_packages nodejs npm
  fi
  node -e 'process.exit(+process.versions.node.split(".")[0] >= 18 ? 0 : 1)' ||
    die "Node.js 18 or later is needed; found: $(node --version)"
}

# ---- directories ------------------------------------------------------------------------------

# reachable_by_others DIR: may an unrelated user walk into DIR (or into its nearest existing parent)?
reachable_by_others() {
  local dir=$1 mode
  while [ ! -d "$dir" ]; do dir=$(dirname -- "$dir"); done
  while :; do
    mode=$(stat -L -c %a -- "$dir")
    [ $((8#$mode & 1)) -eq 1 ] || return 1
    [ "$dir" != / ] || return 0
    dir=$(dirname -- "$dir")
  done
}

# The system daemon runs QEMU as a user of its own, which has to get at kernels and disks. A session
# daemon runs it as the caller, for whom every directory of his will do.
vm_dir() {
  if [ "$(id -u)" != 0 ] || reachable_by_others "$DATA"; then
    printf '%s\n' "$DATA"
  else
    printf '%s\n' /var/lib/snapshotportal-demo
  fi
}

make_vm_dir() {
  local dir
  dir=$(vm_dir)
  [ "$dir" = "$DATA" ] ||
    log "QEMU's own user cannot reach $DATA: virtual machines go to $dir instead"
  mkdir -p -- "$dir"
  [ "$(id -u)" != 0 ] || chmod a+x -- "$dir"
}

# ---- libvirt ----------------------------------------------------------------------------------

libvirt_answers() { timeout 20 virsh --quiet --connect "$LIBVIRT_URI" uri >/dev/null 2>&1; }

# What ensure_libvirt started, for stop_libvirt: "pid:NUMBER" or "unit:NAME".
LIBVIRT_STARTED=()

# start_daemon NAME: runs it in the background under tini, which adopts and buries what the daemon leaves behind.
# A QEMU that has ended stays a zombie until its adoptive parent collects it, and libvirt waits for that at every
# stop; the first process of a container may take seconds over it.
start_daemon() {
  local name=$1 pid_file=/run/$1.pid
  if [ -s "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; then
    return 0
  fi
  setsid tini -s -- "$name" </dev/null >/dev/null 2>&1 &
  LIBVIRT_STARTED+=("pid:$!")
}

# Where no udev runs, /dev/kvm may be closed to the user that QEMU runs as. libvirt then finds KVM when it looks as
# root, misses it as that user, takes its knowledge of QEMU for outdated, and probes anew at every single call:
# seconds each. This does what udev's rule does.
open_kvm_device() {
  [ -e /dev/kvm ] && getent group kvm >/dev/null || return 0
  if [ "$(stat -c %G:%a /dev/kvm)" = root:600 ]; then
    log "no udev here: giving /dev/kvm to the group kvm"
    chgrp kvm /dev/kvm && chmod 660 /dev/kvm
  fi
}

ensure_libvirt() {
  if [ "$(id -u)" = 0 ] && [ ! -d /run/systemd/system ]; then
    open_kvm_device
  fi
  libvirt_answers && return 0
  if [ "$(id -u)" != 0 ]; then
    # The client starts the session daemon itself; there is nothing that we could start for it.
    virsh --connect "$LIBVIRT_URI" uri >&2 || true
    die "libvirt's session daemon does not answer on $LIBVIRT_URI (does \$HOME exist and belong to you?)"
  fi
  if [ -d /run/systemd/system ]; then
    log "starting libvirtd"
    systemctl start libvirtd.service || die "libvirtd did not start; see: journalctl -u libvirtd"
    LIBVIRT_STARTED+=(unit:libvirtd.service unit:libvirtd.socket unit:libvirtd-ro.socket unit:libvirtd-admin.socket)
  else
    log "no systemd here: starting virtlogd and libvirtd"
    start_daemon virtlogd
    start_daemon libvirtd
  fi
  local try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    libvirt_answers && return 0
    sleep 0.5
  done
  die "libvirt does not answer on $LIBVIRT_URI"
}

stop_libvirt() {
  local i entry
  for ((i = ${#LIBVIRT_STARTED[@]} - 1; i >= 0; i--)); do
    entry=${LIBVIRT_STARTED[i]}
    case $entry in
      pid:*) kill "${entry#pid:}" 2>/dev/null || true ;;
      unit:*) systemctl stop "${entry#unit:}" 2>/dev/null || true ;;
    esac
  done
  LIBVIRT_STARTED=()
}

# domain_uses NAME DIR: has the domain a disk in DIR?
domain_uses() { virsh_ domblklist "$1" 2>/dev/null | awk '{ $1 = ""; print substr($0, 2) }' | grep -qF -- "$2/"; }

# domains_in DIR: names of the running domains with a disk in DIR.
domains_in() {
  local name
  while IFS= read -r name; do
    if [ -n "$name" ] && domain_uses "$name" "$1"; then
      printf '%s\n' "$name"
    fi
  done < <(virsh_ list --name)
}

# stop_domains_in DIR [EXCEPT]: shuts them down, but for the names in EXCEPT (one a line); what has not
# stopped in 15 s is switched off.
stop_domains_in() {
  local dir=$1 except=${2:-} name stopping=() try running left
  while IFS= read -r name; do
    if [ -z "$name" ] || grep -qxF -- "$name" <<<"$except"; then
      continue
    fi
    log "stopping the virtual machine $name"
    stopping+=("$name")
  done < <(domains_in "$dir")
  [ ${#stopping[@]} -gt 0 ] || return 0
  for ((try = 0; try < 30; try++)); do
    running=$(virsh_ list --name)
    left=0
    for name in "${stopping[@]}"; do
      grep -qxF -- "$name" <<<"$running" || continue
      left=1
      # A guest that is still booting does not hear the power button: press it again.
      [ $((try % 6)) != 0 ] ||
        timeout 10 virsh --quiet --connect "$LIBVIRT_URI" shutdown "$name" --mode acpi >/dev/null 2>&1 || true
    done
    [ $left = 1 ] || return 0
    sleep 0.5
  done
  for name in "${stopping[@]}"; do
    virsh_ destroy "$name" >/dev/null 2>&1 || true
  done
}
