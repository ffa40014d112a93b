#!/bin/sh
# Fetches what the page takes from npm, and refuses what is not what was reviewed. Needs npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm pack --silent zxing-wasm@3.1.4 tweetnacl@1.0.3 >/dev/null
for package in *.tgz; do
    mkdir "${package%.tgz}" && tar -xzf "$package" -C "${package%.tgz}"
done
mkdir vendor
cp zxing-wasm-3.1.4/package/dist/iife/reader/index.js vendor/zxing-reader.js
cp zxing-wasm-3.1.4/package/dist/reader/zxing_reader.wasm vendor/
cp tweetnacl-1.0.3/package/nacl-fast.min.js vendor/
(cd vendor && sha256sum --check "$here/vendor/SHA256SUMS")
cp vendor/* "$here/vendor/"
