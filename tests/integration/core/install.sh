# shellcheck shell=bash
# Verbs that change unit files, on a running system: svcd answers systemctl as systemd does, and svcctl says what
# systemctl says. Without a manager: compat/install.
set_up() { root=$(container_cached_root); }

# Long explanations are svcctl's own; an edited file ends in a newline.
own_words() {
  awk '/^The unit files have no installation config/ {print "no installation config"; skip = 1; next}
       /^(\$|rc|Note|Created) / {skip = 0} !skip' |
    sed -E -e '/^(Run|See) /d' -e '/^$/d'
}

answers_of() { # INIT TOOL
  CONTAINER_UNITS='' container_boot it "$root" "$1"
  container_wait it >/dev/null || { echo "$1 did not boot" >&2; return 1; }
  cp same/installing.sh "${container_dir[it]}/share/question"
  container_run it env tool="$2" timeout 100 bash /share/question 2>&1 | normalise | own_words
  container_stop it
}

compare() { # TOOL
  local code=0
  answers_of /lib/systemd/systemd systemctl >"/tmp/svcd-install-$$.systemd"
  answers_of /usr/lib/svcd/svcd "$1" >"/tmp/svcd-install-$$.svcd"
  diff -u --label systemd --label "svcd, $1" "/tmp/svcd-install-$$".{systemd,svcd} || code=1
  [[ $(wc -l <"/tmp/svcd-install-$$.systemd") -gt 100 ]] || { echo "no answers" >&2; code=1; }
  rm -f "/tmp/svcd-install-$$".*
  return "$code"
}

test_systemctl_changes_unit_files_alike() { compare systemctl; }
test_svcctl_says_what_systemctl_says() { compare svcctl; }
