#!/usr/bin/env bash
# The program as one file that needs no library of the system, for containers and clusters with an old one: build/puricell beside
# this script. Checked to be static, and by its self-test. CARGO_TARGET_DIR is respected.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
triple=x86_64-unknown-linux-gnu
fail() {
  printf 'static.sh: %s\n' "$*" >&2
  exit 1
}
# With --target the flag holds for the program and not for what builds it: procedural macros cannot be static.
RUSTFLAGS='-C target-feature=+crt-static' cargo build --release --locked --target "$triple"
mkdir -p "$here/build"
install -m 755 "${CARGO_TARGET_DIR:-target}/$triple/release/puricell" "$here/build/puricell"
program=$here/build/puricell
# An interpreter in the program headers is the loader of shared libraries.
if readelf --program-headers "$program" | grep -q INTERP; then fail "$program asks for a loader"; fi
if readelf --dynamic "$program" | grep -q NEEDED; then fail "$program needs shared libraries"; fi
# ldd ends with 1, or says so, for a program without any.
said=$(ldd "$program" 2>&1 || true)
case $said in *"not a dynamic executable"* | *"statically linked"*) ;; *) fail "ldd: $said" ;; esac
# Without anything of the environment.
env --ignore-environment "$program" self-test || fail "the self-test does not pass"
printf '%s: %s, %s bytes\n' "$program" "$("$program" --version)" "$(stat -c %s "$program")"
