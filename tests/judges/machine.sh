# What the judges need of the machine they run on. Sourced, not run: Debian 12, as root where something is missing.

# Where installed Python packages are kept between runs.
judges_cache=${XDG_CACHE_HOME:-$HOME/.cache}/hallgate-judges

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

install_packages() {
  echo "installing $*"
  {
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@"
  } >/dev/null || fail "cannot install $*"
}

# need PROGRAM=PACKAGE …: installs the packages of programs that are not there. The package lists are only fetched then.
need() {
  local wanted missing=()
  for wanted in "$@"; do
    command -v "${wanted%%=*}" >/dev/null || missing+=("${wanted#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  install_packages "${missing[@]}"
  for wanted in "$@"; do
    command -v "${wanted%%=*}" >/dev/null || fail "${wanted#*=} was installed and there is no ${wanted%%=*}"
  done
}

# venv NAME PYTHON PACKAGE==VERSION …: prints the directory of a virtual environment with these packages, made once.
venv() {
  local directory=$judges_cache/$1 python=$2
  shift 2
  if [ "$(cat "$directory/complete" 2>/dev/null)" != "$*" ] || ! "$directory/bin/python" -c '' 2>/dev/null; then
    rm -rf "$directory"
    mkdir -p "$judges_cache"
    can_make_venv "$python"
    "$python" -m venv "$directory" >&2 || fail "$python cannot make a virtual environment"
    "$directory/bin/pip" install --quiet --disable-pip-version-check "$@" >&2 || fail "cannot install $*"
    echo "$*" >"$directory/complete" # written last: an installation that was cut off is made anew
  fi
  echo "$directory"
}

# Debian keeps a part of its own Python's venv in a package of its own.
can_make_venv() {
  "$1" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv >&2
}

# Prints the path of a Python of at least 3.MINOR; nothing if the machine has none.
python_from() {
  local least=$1 found candidate
  for candidate in python3 python3.15 python3.14 python3.13 $(pyenv_pythons); do
    found=$("$candidate" -c "import sys; sys.version_info >= (3, $least) and print(sys.executable)" 2>/dev/null) || continue
    if [ -n "$found" ]; then
      echo "$found"
      return
    fi
  done
}

# Every Python that pyenv keeps, newest first, whether or not pyenv itself is on the path.
pyenv_pythons() {
  find "${PYENV_ROOT:-$HOME/.pyenv}/versions" -maxdepth 3 -path '*/bin/python3' 2>/dev/null | sort -rV
}
