# Sourced by the scripts beside it. `prepare runtime` or `prepare dev` makes .venv what this checkout needs,
# and does nothing when it already is. Sets $root and $python. Says nothing on standard output.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
venv=$root/.venv
python=$venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1

say() { printf '%s\n' "$@" >&2; }

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1; }

# Sets $found to a Python of at least 3.11 with the venv module, or says what is missing.
find_python() {
  old=""
  for found in python3 python3.13 python3.12 python3.11; do
    if recent "$found"; then
      "$found" -c 'import ensurepip, venv' > /dev/null 2>&1 && return
      say "balt : $found n'a pas le module venv. Sous Debian ou Ubuntu : sudo apt install python3-venv" \
          "balt: $found lacks the venv module. On Debian or Ubuntu: sudo apt install python3-venv"
      exit 1
    fi
    [ -n "$old" ] || old=$("$found" -V 2> /dev/null || true)
  done
  say "balt : il faut Python 3.11 ou plus récent (ici : ${old:-aucun Python 3})." \
      "balt: Python 3.11 or later is needed (here: ${old:-no Python 3})."
  exit 1
}

fingerprint() {
  { printf '%s\n' "$root"; cd "$root" && cat pyproject.toml constraints.txt scripts/compile_catalogues.py &&
    cat balt/locale/*/LC_MESSAGES/balt.po; } 2> /dev/null | cksum | tr ' \t' '--'
}

fresh() {
  recent "$python" && [ -f "$stamp" ] && grep -qE "^($1|dev) $now\$" "$stamp"
}

install() {
  extra=""
  [ "$1" = dev ] && extra="[dev]"
  if command -v uv > /dev/null 2>&1; then
    if ! recent "$python"; then
      rm -rf "$venv"
      uv venv -q --python '>=3.11' "$venv" || return 1
    fi
    uv pip install -q --python "$python" -c constraints.txt -e ".$extra"
  else
    if ! recent "$python" || ! "$python" -m pip -V > /dev/null 2>&1; then
      find_python
      rm -rf "$venv"
      "$found" -m venv "$venv" || return 1
    fi
    "$python" -m pip install -q -c constraints.txt -e ".$extra"
  fi
}

prepare() {
  stamp=$venv/balt-setup
  now=$(fingerprint)
  if fresh "$1"; then return; fi
  command -v uv > /dev/null 2>&1 || recent "$python" || find_python
  say "balt : préparation de .venv… / setting up .venv…"
  log=$(mktemp "${TMPDIR:-/tmp}/balt-setup.XXXXXX")
  if (cd "$root" && install "$1") > "$log" 2>&1; then
    rm -f "$log"
    printf '%s %s\n' "$1" "$now" > "$stamp"
  else
    cat "$log" >&2
    rm -f "$log"
    say "balt : l'installation n'a pas abouti (voir ci-dessus) ; vérifiez l'accès au réseau, puis relancez." \
        "balt: the installation did not succeed (see above); check network access, then run this again."
    exit 1
  fi
}
