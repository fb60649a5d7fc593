#!/usr/bin/env bash
# The lamp on a line of a GPIO chip that a real kernel drives: Debian's, in a virtual machine that a GPIO adapter on USB is
# plugged into. The lines are looked at from outside the machine, at the adapter. Judged: on, off, low level, lines that are
# taken, missing or pulled out, our end, and a whole hall. Arguments: the example `lamp` of the package `lamp`, and hallgate.
set -euo pipefail
program=$(realpath "$1")
hallgate=$(realpath "$2")
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need qemu-system-x86_64=qemu-system-x86 busybox=busybox-static cpio=cpio strip=binutils

# In the order in which they are to be loaded.
modules='usb-common usbcore uhci-hcd hid usbhid hid-cp2112'
kernel=$judges_cache/kernel
if [ "$(cat "$kernel/complete" 2>/dev/null)" != "$modules" ]; then
  rm -rf "$kernel"
  mkdir -p "$kernel"
  apt-get update -qq
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p')
  echo "fetching $package"
  (cd "$kernel" && apt-get download -qq "$package") 2>/dev/null || fail 'cannot fetch the kernel'
  mapfile -t wanted < <(printf '*/%s.ko\n' $modules)
  dpkg --fsys-tarfile "$kernel"/*.deb |
    tar -x -C "$kernel" --transform='s,.*/,,;s,^vmlinuz-.*,vmlinuz,' --wildcards './boot/vmlinuz-*' "${wanted[@]}"
  rm "$kernel"/*.deb
  echo "$modules" >"$kernel/complete" # written last: what was cut off is fetched anew
fi

exec timeout --kill-after=10 240 python3 -B "$here/gpio_judge.py" "$kernel" "$program" "$hallgate"
