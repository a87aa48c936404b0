# shellcheck shell=bash
# Install operations on copies of a root with a hundred packages, by the stock systemctl and by svcctl, neither of them
# with a manager: what they say, how they end and what they change is the same.
set_up() {
  mapfile -t packages < <(grep -v '^#' ../compat/properties/packages)
  root=$(container_cached_root "${packages[@]}")
}

# What TOOL says to each line of the file, behind --root= of a copy of the root; then all links below /etc.
try_all() { # TOOL FILE FOLDER
  local line code
  mkdir -p "$3/upper" "$3/work" "$3/root"
  mount -t overlay overlay -o "lowerdir=$root,upperdir=$3/upper,workdir=$3/work" "$3/root"
  while IFS= read -r line; do
    echo "\$ $line"
    code=0
    # shellcheck disable=SC2086
    env -i PATH="$PATH" LANG=C.UTF-8 "$1" --root="$3/root" --no-pager $line 2>&1 </dev/null || code=$?
    echo "rc $code"
  done <"$2" | sed -e "s|$3/root|ROOT|g" | in_order
  (cd "$3/root/etc" && find . -type l -printf '%p -> %l\n' -o -type d -printf '%p\n') | sort
  umount "$3/root"
  rm -rf "$3/upper" "$3/work" "$3/root"
}

# What a line answers, sorted: the order of what is removed, and of preset-all, is that of the entries of a folder. Of
# the explanation about units without [Install] the first line is enough: the others are svcctl's own.
in_order() {
  awk '/^The unit files have no installation config/ {print "no installation config" | "sort"; skip = 1; next}
       /^rc / {close("sort"); print; skip = 0; next}
       /^\$ / {print; next}
       !skip {print | "sort"}'
}

same_answers() {
  local work code=0
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/svcd-install.XXXXXX")
  cat >"$work/operations"
  try_all systemctl "$work/operations" "$work" >"$work/systemctl"
  try_all "$SVCD_BUILD/ctl/svcctl" "$work/operations" "$work" >"$work/svcctl"
  diff -u "$work/systemctl" "$work/svcctl" >"$work/diff" || code=1
  head -n 200 "$work/diff"
  (($(wc -l <"$work/systemctl") > 1000)) || { echo "no answers" >&2; code=1; }
  rm -rf "$work"
  return "$code"
}

each_unit() { # OPERATION…: with UNIT for its name
  local unit operation
  systemctl --root="$root" list-unit-files --no-legend --no-pager 2>/dev/null | while read -r unit _; do
    for operation in "$@"; do echo "${operation/UNIT/$unit}"; done
  done
}

test_preset_all_changes_the_same_links() {
  printf '%s\n' preset-all preset-all 'preset-all --preset-mode=disable-only' 'preset-all --runtime' list-unit-files |
    same_answers
}

test_each_unit_is_in_the_same_state() { each_unit 'is-enabled -- UNIT' | same_answers; }

test_each_unit_is_enabled_and_disabled_alike() {
  each_unit 'enable -- UNIT' 'disable -- UNIT' 'reenable -- UNIT' 'is-enabled -- UNIT' | same_answers
}

test_each_unit_is_masked_and_reverted_alike() {
  each_unit 'mask -- UNIT' 'is-enabled -- UNIT' 'revert -- UNIT' 'preset -- UNIT' 'add-wants -- graphical.target UNIT' |
    same_answers
}
