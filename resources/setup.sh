#!/bin/sh
# Sets up Samvad Kiosk beside itself, in .venv; may be run again at any time.
#   sh resources/setup.sh          what the kiosk needs
#   sh resources/setup.sh --test   and what its tests need
#   sh resources/setup.sh --lock   writes requirements.lock anew (for developers)
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 3; }

mode=run
case "${1:-}" in
  "") ;;
  --test) mode=test ;;
  --lock) mode=lock ;;
  *) die "unknown option $1 (there are --test and --lock)" ;;
esac

# --- system packages: one a line, "package  what shows that it is there" ---------------------
shared_library() { /sbin/ldconfig -p 2>/dev/null | grep -q "$1"; }

wanted() {
  cat <<'LIST'
libegl1 lib:libEGL.so.1
libgl1 lib:libGL.so.1
libxkbcommon0 lib:libxkbcommon.so.0
libdbus-1-3 lib:libdbus-1.so.3
libfontconfig1 lib:libfontconfig.so.1
libglib2.0-0 lib:libglib-2.0.so.0
libxcb-cursor0 lib:libxcb-cursor.so.0
libwayland-cursor0 lib:libwayland-cursor.so.0
libxkbcommon-x11-0 lib:libxkbcommon-x11.so.0
libxcb-icccm4 lib:libxcb-icccm.so.4
libxcb-image0 lib:libxcb-image.so.0
libxcb-keysyms1 lib:libxcb-keysyms.so.1
libxcb-randr0 lib:libxcb-randr.so.0
libxcb-render-util0 lib:libxcb-render-util.so.0
libxcb-shape0 lib:libxcb-shape.so.0
libxcb-xinerama0 lib:libxcb-xinerama.so.0
libxcb-xkb1 lib:libxcb-xkb.so.1
fonts-noto-core file:/usr/share/fonts/truetype/noto/NotoNastaliqUrdu-Regular.ttf
tzdata file:/usr/share/zoneinfo/Asia/Kolkata
LIST
  [ "$mode" = test ] && cat <<'LIST'
pango1.0-tools cmd:pango-view
qpdf cmd:qpdf
librsvg2-bin cmd:rsvg-convert
libharfbuzz-bin cmd:hb-shape
unicode-data file:/usr/share/unicode/BidiTest.txt
poppler-utils cmd:pdftoppm
cups-client cmd:lp
cups-daemon file:/usr/sbin/cupsd
cups-filters-core-drivers file:/usr/lib/cups/filter/pdftopdf
xvfb cmd:Xvfb
postgresql any:/usr/lib/postgresql/*/bin/initdb
faketime cmd:faketime
strace cmd:strace
LIST
  python_for_venv >/dev/null || echo "python3-venv cmd:false"
  return 0
}

python_for_venv() {
  for python in python3 python3.13 python3.12 python3.11; do
    if command -v "$python" >/dev/null 2>&1 &&
      "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
    then echo "$python"; return 0; fi
  done
  return 1
}

missing=""
list=$(wanted)
while read -r package sign; do
  what=${sign#*:}
  case "$sign" in
    lib:*) shared_library "$what" || missing="$missing $package" ;;
    file:*) [ -e "$what" ] || missing="$missing $package" ;;
    # shellcheck disable=SC2086 # the pattern is meant
    any:*) ls $what >/dev/null 2>&1 || missing="$missing $package" ;;
    cmd:*) command -v "$what" >/dev/null 2>&1 && [ "$what" != false ] || missing="$missing $package" ;;
  esac
done <<END
$list
END

if [ -n "$missing" ]; then
  line="apt-get update && apt-get install -y --no-install-recommends$missing"
  command -v apt-get >/dev/null 2>&1 || die "please install these packages (names as on Debian):$missing"
  say "system packages that are missing:$missing"
  if [ "$(id -u)" = 0 ]; then root=""
  elif command -v sudo >/dev/null 2>&1; then root="sudo"
  else die "please let an administrator run: $line"; fi
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # words are meant
  { $root apt-get update -q && $root apt-get install -q -y --no-install-recommends $missing; } ||
    die "that did not work; please let an administrator run: $line"
fi

# --- Python packages, by version and hash ----------------------------------------------------
[ -x .venv/bin/python ] || {
  python=$(python_for_venv) || die "Python 3.11 or newer with its venv module is needed"
  say "making .venv with $("$python" --version)"
  "$python" -m venv .venv
}

if [ "$mode" = lock ]; then
  .venv/bin/python -m pip install -q uv
  lock() { .venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --emit-build-options "$@"; }
  work=$(mktemp -d)
  echo "setuptools>=77" > "$work/build.in"
  # all first: what the tests need may hold a version back, and both are to be the same
  lock pyproject.toml "$work/build.in" --extra test -o "$work/all.txt"
  lock pyproject.toml "$work/build.in" -c "$work/all.txt" -o "$work/run.txt"
  {
    echo "# Versions and hashes of everything, for every platform. Made by: sh resources/setup.sh --lock"
    cat "$work/run.txt"
    echo "# --- for the tests only ---"
    .venv/bin/python - "$work/run.txt" "$work/all.txt" <<'PY'
import sys
def blocks(path):
    text = open(path, encoding="utf-8").read().replace("\\\n", "\\\0")
    return {line.split("\\")[0].strip(): line.replace("\0", "\n") for line in text.splitlines() if line and line[0] not in "#-"}
run, everything = map(blocks, sys.argv[1:])
print("\n".join(text for name, text in everything.items() if name not in run))
PY
  } > requirements.lock
  rm -r "$work"
  say "wrote requirements.lock"
  exit 0
fi

stamp=$(cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)-$mode
if [ "$(cat .venv/samvad-stamp 2>/dev/null)" = "$stamp" ] ||
  [ "$(cat .venv/samvad-stamp 2>/dev/null)" = "${stamp%-*}-test" ]; then
  say "Python packages are as the lock says"
else
  say "installing Python packages (versions and hashes as in requirements.lock)"
  chosen=.venv/requirements.txt
  if [ "$mode" = test ]; then cp requirements.lock "$chosen"
  else sed '/^# --- for the tests only ---/,$d' requirements.lock > "$chosen"; fi
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$chosen"
  PYTHONWARNINGS=ignore .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
  echo "$stamp" > .venv/samvad-stamp
fi

if [ "$mode" = test ]; then say "ready; the tests: .venv/bin/pytest"
else say "ready; the kiosk on a practice day: .venv/bin/samvad-kiosk --demo"; fi
