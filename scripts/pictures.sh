#!/usr/bin/env bash
# Draws the running program: pictures.sh SCENES FOLDER COMMAND... For every scene of the file and
# every size the command is started afresh in a terminal of its own (tmux) with an empty home,
# driven by the scene's keys, and its screen goes capture-pane -> aha -> HTML -> Chromium -> PNG.
set -euo pipefail

scenes=$1 folder=$2
shift 2
sizes=(80x24 120x40)
patience=30 # seconds to wait for a text: the first start makes a whole year of calls

work=$(mktemp -d /tmp/ringback-pictures.XXXXXX)
terminal=(tmux -S "$work/tmux" -f /dev/null)
stop() {
    "${terminal[@]}" kill-server 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

screen() { "${terminal[@]}" capture-pane -p -t picture "$@"; }

# until_seen TEXT waits for the text to stand on the screen.
until_seen() {
    local tries
    for ((tries = 0; tries < patience * 10; tries++)); do
        if screen | grep -qF -- "$1"; then return; fi
        sleep 0.1
    done
    echo "scene $name at $size: \"$1\" did not appear in $patience s; the screen was:" >&2
    screen >&2
    exit 1
}

# until_still waits until nothing has moved for half a second, or for two seconds if a clock runs.
until_still() {
    local last="" now tries
    for ((tries = 0; tries < 4; tries++)); do
        now=$(screen)
        if [[ $now == "$last" ]]; then return; fi
        last=$now
        sleep 0.5
    done
}

start() {
    local home=$work/home-$name-$size
    mkdir -p "$home"
    "${terminal[@]}" new-session -d -s picture -x "${size%x*}" -y "${size#*x}" \
        env -u TMUX -u TMUX_PANE -u NO_COLOR HOME="$home" XDG_CONFIG_HOME="$home/config" \
        XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" \
        TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8 "$@"
    "${terminal[@]}" set-option -g remain-on-exit on
}

send() {
    case $1 in
    wait:*) until_seen "${1#wait:}" ;;
    type:*) "${terminal[@]}" send-keys -t picture -l -- "${1#type:}" ;;
    *) "${terminal[@]}" send-keys -t picture -- "$1" && until_still ;;
    esac
}

# page turns a captured screen into HTML. Faint text, which aha does not know, becomes grey; wide
# characters get a box of exactly two cells, since no font in the list promises that.
page() {
    cat <<-'HTML'
		<!doctype html><meta charset="utf-8"><style>
		body { margin: 0; background: #16161e; }
		pre { margin: 0; padding: 16px; color: #d8d8e0; font: 16px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; line-height: 18px; }
		i.w { display: inline-block; width: 2ch; font-style: inherit; height: 18px; vertical-align: top; overflow: hidden; }
		</style><pre>
	HTML
    sed 's/\x1b\[2m/\x1b[38;5;245m/g' | aha --no-header --black |
        perl -CSD -pe 's/([\x{1100}-\x{115f}\x{2e80}-\x{303e}\x{3041}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe6f}\x{ff00}-\x{ff60}\x{ffe0}-\x{ffe6}\x{1f300}-\x{1faff}\x{20000}-\x{3fffd}])/<i class="w">$1<\/i>/g'
    echo '</pre>'
}

# draw PAGE PICTURE. With the font above a cell is 9.633 px wide and 18 px high (a little less than
# the font asks for, so that the lines of boxes meet); the margin is 16 px.
draw() {
    local columns=${size%x*} rows=${size#*x}
    local sandbox=()
    if [[ $(id -u) == 0 ]]; then sandbox=(--no-sandbox); fi
    chromium --headless "${sandbox[@]}" --disable-gpu --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --disable-quic --hide-scrollbars \
        --user-data-dir="$work/chromium" --force-device-scale-factor=1.5 \
        --window-size="$(((columns * 9633 + 999) / 1000 + 32)),$((rows * 18 + 32))" \
        --screenshot="$2" "file://$1" >"$work/chromium.log" 2>&1 ||
        { cat "$work/chromium.log" >&2 && exit 1; }
}

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
while read -r name keys; do
    if [[ -z $name || $name == \#* ]]; then continue; fi
    mapfile -t words < <(xargs -n 1 printf '%s\n' <<<"$keys")
    for size in "${sizes[@]}"; do
        start "$@"
        for word in "${words[@]}"; do send "$word"; done
        until_still
        screen -e -N | page >"$work/page.html"
        "${terminal[@]}" kill-server
        draw "$work/page.html" "$folder/$name-$size.png"
        echo "$folder/$name-$size.png"
    done
done <"$scenes"
