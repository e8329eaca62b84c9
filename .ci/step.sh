# Sourced by the scripts beside it: `step NAME COMMAND...` runs a command and says how long it took.

step() {
    local name=$1 begun=$SECONDS
    shift
    printf '\n== %s: %s\n' "$name" "$*"
    if "$@"; then
        printf '== %s: ok, %d s\n' "$name" "$((SECONDS - begun))"
    else
        local code=$?
        printf '== %s: FAILED (%d), %d s\n' "$name" "$code" "$((SECONDS - begun))" >&2
        return "$code"
    fi
}
