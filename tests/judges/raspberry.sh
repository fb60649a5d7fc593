#!/usr/bin/env bash
# The lamp on a pin of a Raspberry Pi's header, through rppal and through the kernel: on qemu's Raspberry Pi 3 B with Debian's
# kernel, the processor's registers read from outside the machine. To be run by hand: it fetches 200 MB, Debian's compiler
# for arm64 among them. Needs cargo.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/machine.sh"

need qemu-system-aarch64=qemu-system-arm cpio=cpio aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu
[ -e /usr/aarch64-linux-gnu/lib/libc.a ] || install_packages libc6-dev-arm64-cross

# Packages of arm64 are read from lists of our own, so that the machine's stay those of one processor; nothing is installed.
board=$judges_cache/raspberry
if [ ! -e "$board/complete" ]; then
  rm -rf "$board"
  mkdir -p "$board/lists/partial" "$board/cache/archives/partial" "$board/compiler"
  cat >"$board/apt.conf" <<END
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "root";
Dir::State::lists "$board/lists";
Dir::Cache "$board/cache";
END
  export APT_CONFIG=$board/apt.conf
  apt-get update -qq
  # depends PACKAGE PATTERN: what of this form the package depends on.
  depends() { apt-cache depends "$1" | sed -n "s/^ *Depends: \($2\).*/\1/p"; }
  kernel=$(depends linux-image-arm64:arm64 'linux-image-[^:]*')-unsigned
  std=$(depends libstd-rust-web-dev:amd64 'libstd-rust-web-[0-9.]*')
  llvm=$(depends "$std:amd64" 'libllvm[0-9]*')
  echo "fetching $kernel and $std"
  (cd "$board" && apt-get download -qq "$kernel:arm64" busybox-static:arm64 libstd-rust-web-dev:arm64 rustc-web:amd64 \
    libstd-rust-web-dev:amd64 "$std:amd64" "$llvm:amd64" libxml2:amd64 libz3-4:amd64) || fail 'cannot fetch the packages'
  for package in "$board"/lib*.deb "$board"/rustc*.deb; do
    dpkg -x "$package" "$board/compiler"
  done
  dpkg --fsys-tarfile "$board"/busybox*.deb | tar -xO ./bin/busybox >"$board/busybox"
  dpkg --fsys-tarfile "$board"/linux-image*.deb | tar -x -C "$board" --wildcards \
    --transform='s,.*/,,;s,^vmlinuz-.*,vmlinuz,' './boot/vmlinuz-*' '*/bcm2837-rpi-3-b.dtb'
  unset APT_CONFIG
  rm -r "$board"/*.deb "$board/lists" "$board/cache" "$board/apt.conf"
  echo fetched >"$board/complete" # written last: what was cut off is fetched anew
fi

cd "$here/../.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/raspberry
RUSTC=$board/compiler/usr/bin/rustc LD_LIBRARY_PATH=$board/compiler/usr/lib/x86_64-linux-gnu \
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
  CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS='-C target-feature=+crt-static' \
  cargo build --locked -p lamp --example lamp --target aarch64-unknown-linux-gnu
program=$CARGO_TARGET_DIR/aarch64-unknown-linux-gnu/debug/examples/lamp

exec timeout --kill-after=10 240 python3 -B "$here/raspberry_judge.py" "$board" "$program"
