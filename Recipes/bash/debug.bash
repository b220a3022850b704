# Amber: a prompt where this script fails, and one before each command. bash reads this through BASH_ENV.
if { builtin : < /.amber-debug/target; } 2>/dev/null; then
    if [[ -n ${AMBER_DEBUG_BASH_ENV+set} ]]; then
        export BASH_ENV=$AMBER_DEBUG_BASH_ENV
        [[ -n $BASH_ENV && -r $BASH_ENV ]] && builtin source "$BASH_ENV"
    else
        builtin unset BASH_ENV
    fi
    __amber_mode=run __amber_depth=0 __amber_breaks=() __amber_place=("$0" 0 '') __amber_end= __amber_seen=
    [[ $AMBER_DEBUG_POINT == start ]] && __amber_mode=step
    builtin unset AMBER_DEBUG_POINT AMBER_DEBUG_BASH_ENV

    __amber_list() {
        local lines number mark
        [[ -r $1 ]] && builtin mapfile -t lines < "$1" || return 0
        for ((number = $2 - 5; number <= $2 + 5; number++)); do
            ((number < 1 || number > ${#lines[@]})) && continue
            mark='  '
            ((number == $2)) && mark='->'
            builtin printf '%s%5d  %s\n' "$mark" "$number" "${lines[number - 1]}"
        done
    }

    # The calls, without this debugger's own, which are the innermost.
    __amber_stack() {
        local index=1 own
        while [[ ${FUNCNAME[index]-} == __amber_* ]]; do ((index++)); done
        builtin printf '#0 %s at %s:%s\n' "${FUNCNAME[index]:-main}" "${__amber_place[@]:0:2}"
        for ((own = index++; index < ${#FUNCNAME[@]}; index++)); do
            builtin printf '#%d %s at %s:%s\n' $((index - own)) "${FUNCNAME[index]}" "${BASH_SOURCE[index]}" \
                "${BASH_LINENO[index - 1]}"
        done
    }

    # Talks until the program is to go on; the program's own arguments are its own, so that $1 is what it is there.
    __amber_prompt() {
        builtin local __amber_line
        builtin printf '> %s:%s  %s\n' "${__amber_place[@]}" >&211
        while builtin printf '(amber) ' >&211 && builtin read -r -u 210 __amber_line; do
            case $__amber_line in
                '') ;;
                h | help)
                    builtin printf '%s\n' 'n, s: the next command; s goes into functions' 'c: go on' \
                        'b LINE, b FUNCTION: stop there' 'bt: the calls' 'l: the source' 'x: switch set -x' 'q: end' \
                        'anything else is carried out here: echo "$name", local -p' >&211
                    ;;
                bt) __amber_stack >&211 ;;
                l) __amber_list "${__amber_place[@]:0:2}" >&211 ;;
                'b '*) __amber_breaks+=("${__amber_line#b }") ;;
                x) if [[ $- == *x* ]]; then builtin set +x; else builtin set -x; fi ;;
                q) builtin trap - EXIT ERR DEBUG; builtin exit 1 ;;
                c) __amber_mode=run; return 0 ;;
                n) __amber_mode=next __amber_depth=$((${#FUNCNAME[@]} - 2)); return 0 ;;
                s) __amber_mode=step; return 0 ;;
                *) builtin eval "$__amber_line" >&211 2>&211 ;;
            esac
        done
        # Nobody is there any more.
        __amber_mode=run __amber_breaks=() __amber_seen=1
    }

    # Before every command; the status of the one before it, its line, its text, the program's arguments.
    __amber_step() {
        [[ ${FUNCNAME[1]-} == __amber_* || ${FUNCNAME[1]-} == trap ]] && return 0
        # The trap of the shell's end is announced under the name of what ended it, at line 1.
        [[ $2 -le 1 && $3 == "${__amber_place[2]}" && ${__amber_place[1]} -gt 1 ]] && return 0
        __amber_place=("${BASH_SOURCE[1]:-$0}" "$2" "$3")
        builtin local __amber_break __amber_code
        for __amber_break in "${__amber_breaks[@]}"; do
            if [[ $__amber_break == "$2" || $__amber_break == "${__amber_place[0]##*/}:$2" ||
                $__amber_break == "${3%% *}" ]]; then
                __amber_prompt "${@:4}"
                return 0
            fi
        done
        if [[ $__amber_mode == step || ($__amber_mode == next && $((${#FUNCNAME[@]} - 1)) -le $__amber_depth) ]]; then
            __amber_prompt "${@:4}"
        elif [[ $3 == exit || $3 =~ ^exit[[:space:]]+([0-9]+|\"?\$\{?[A-Za-z_?][A-Za-z_0-9]*\}?\"?)$ ]]; then
            __amber_code=$1
            if [[ $3 != exit ]]; then
                # `$?` in it is the program's, not ours.
                (builtin exit "$1")
                builtin eval "__amber_code=${BASH_REMATCH[1]}"
            fi
            if ((__amber_code)); then __amber_failed "${@:4}"; fi
        fi
        return 0
    }

    __amber_failed() {
        __amber_seen=1
        __amber_prompt "$@"
    }

    # A command failed, and not in a condition.
    __amber_error() {
        __amber_place=("${BASH_SOURCE[1]:-$0}" "$2" "$3")
        if [[ $- == *e* && -z $__amber_seen ]]; then __amber_failed "${@:4}"; fi
        return 0
    }

    __amber_exit() {
        if (($1)) && [[ -z $__amber_seen ]]; then __amber_failed "${@:2}"; fi
        builtin trap - DEBUG
        builtin eval "$__amber_end"
    }

    # What the script sets up for its own end comes after the prompt.
    trap() {
        if [[ $# -ge 2 && $1 != -* ]]; then
            local __amber_rest=() __amber_name
            for __amber_name in "${@:2}"; do
                case $__amber_name in
                    EXIT | exit | SIGEXIT | 0) __amber_end=$1 ;;
                    *) __amber_rest+=("$__amber_name") ;;
                esac
            done
            if ((${#__amber_rest[@]})); then builtin trap "$1" "${__amber_rest[@]}"; fi
            return 0
        fi
        builtin trap "$@"
    }

    builtin set -ET
    builtin trap '__amber_exit $? "$@"' EXIT
    builtin trap '__amber_error $? "$LINENO" "$BASH_COMMAND" "$@"' ERR
    builtin trap '__amber_step $? "$LINENO" "$BASH_COMMAND" "$@"' DEBUG
fi
