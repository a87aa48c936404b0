# Completion of svcctl for bash: verbs, options, and the units that make sense for the verb.

_svcctl_units() { svcctl list-units --all --plain --no-legend --no-pager "$@" 2>/dev/null | cut -d' ' -f1; }
_svcctl_files() { svcctl list-unit-files --no-legend --no-pager "$@" 2>/dev/null | cut -d' ' -f1; }

# svcctl sim has options of its own. What stands behind their '=' is a word of its own here.
_svcctl_sim() {
  local option=$prev value=$cur
  [[ $cur != = ]] || value=''
  [[ $prev != = ]] || option=${COMP_WORDS[COMP_CWORD-2]}
  [[ $cur != = ]] || option=$prev
  case $option in
    --units|--root) COMPREPLY=($(compgen -d -- "$value")) ;;
    --output) COMPREPLY=($(compgen -f -- "$value")) ;;
    -o) COMPREPLY=($(compgen -W 'text json json-pretty svg' -- "$value")) ;;
    --start|--stop|--fail|--hang|--stubborn|--duration) COMPREPLY=($(compgen -W "$(_svcctl_files)" -- "$value")) ;;
    --shutdown|--until|--seed|--seeds) ;;
    *) COMPREPLY=($(compgen -W '--units= --root= --start= --stop= --fail= --hang= --stubborn= --duration= --shutdown --until= --seed=
      --seeds= --states -o --output= --help' -- "$cur"))
      [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace ;;
  esac
}

_svcctl() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb='' word i
  local verbs='list-units list-unit-files list-jobs list-dependencies status why plan show cat verify sim logs is-active is-failed
    is-enabled is-system-running start stop restart reload try-restart reload-or-restart try-reload-or-restart
    isolate kill reset-failed cancel enable disable reenable preset preset-all mask unmask link revert
    add-wants add-requires edit get-default set-default
    daemon-reload show-environment set-environment unset-environment import-environment poweroff reboot halt exit'
  local options='--all --type --state --failed --full --quiet --lines --output --property --value --plain --no-legend
    --no-pager --no-block --no-reload --no-warn --wait --now --runtime --global --dry-run --preset-mode --force --signal --kill-whom --job-mode
    --reverse --before --after --since --follow --pager-end --root --effective --help --version'
  local types='service mount swap socket target device automount timer path slice scope'
  local words=''
  if [[ ${COMP_WORDS[1]} == sim ]]; then _svcctl_sim; return; fi
  case $prev in
    -t|--type) words=$types ;;
    --state) words='loaded not-found bad-setting error masked active reloading inactive failed activating deactivating
      running exited dead listening waiting mounted enabled disabled static' ;;
    -o|--output) words='short short-full short-iso short-iso-precise short-precise short-monotonic short-unix
      with-unit verbose cat json json-pretty' ;;
    -s|--signal) words=$(svcctl kill -s list 2>/dev/null | awk '{print $2}') ;;
    --kill-whom|--kill-who) words='all main control' ;;
    --preset-mode) words='full enable-only disable-only' ;;
    --job-mode) words='replace fail replace-irreversibly isolate flush ignore-dependencies ignore-requirements' ;;
    -n|--lines|-S|--since|-p|-P|--property) return ;;
  esac
  if [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur")); return; fi
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur")); return; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    for known in $verbs; do [[ $word == "$known" ]] && verb=$word; done
    [[ -n $verb ]] && break
  done
  case $verb in
    '') words=$verbs ;;
    start) words="$(_svcctl_units --state=inactive,failed) $(_svcctl_files --state=enabled,disabled,static)" ;;
    stop|kill|try-restart|reload|try-reload-or-restart) words=$(_svcctl_units --state=active,reloading,activating) ;;
    restart|reload-or-restart|status|why|show|cat|logs|is-active|is-failed|list-dependencies|list-units)
      words="$(_svcctl_units) $(_svcctl_files)" ;;
    plan) words='start stop restart reload try-restart reload-or-restart try-reload-or-restart isolate'
      [[ $prev == plan ]] || words="$(_svcctl_units) $(_svcctl_files)" ;;
    verify) words="$(_svcctl_files) $(compgen -f -- "$cur")" ;;
    reset-failed) words=$(_svcctl_units --failed) ;;
    isolate|set-default) words=$(_svcctl_files --type=target) ;;
    enable) words=$(_svcctl_files --state=disabled,indirect) ;;
    disable|reenable) words=$(_svcctl_files --state=enabled,enabled-runtime) ;;
    mask|revert|edit|add-wants|add-requires) words=$(_svcctl_files) ;;
    link) COMPREPLY=($(compgen -f -- "$cur")); return ;;
    unmask) words=$(_svcctl_files --state=masked,masked-runtime) ;;
    is-enabled|preset|list-unit-files) words=$(_svcctl_files) ;;
    cancel) words=$(svcctl list-jobs --no-legend 2>/dev/null | cut -d' ' -f1) ;;
  esac
  # Unit names may hold backslashes and colons: they are one word to the shell only if quoted.
  local IFS=$'\n'
  COMPREPLY=($(compgen -W "$(tr -s ' \t\n' '\n' <<<"$words" | sed 's/\\/\\\\/g')" -- "$cur"))
}
complete -F _svcctl svcctl
