#!/usr/bin/env bash
# Draws the running program: pictures.sh SCENES FOLDER COMMAND... The command is a demo; its team is
# made once, and for every scene and size the demo is started on a copy of it in a terminal of its
# own (tmux) with an empty home, driven by the scene's keys, and its screen goes
# capture-pane -> aha -> HTML -> Chromium -> PNG. ONLY=NAME draws one scene.
set -euo pipefail

scenes=$1 folder=$2
shift 2
sizes=(80x24 120x40)
patience=60 # seconds to wait for a text

work=$(mktemp -d /tmp/ringback-pictures.XXXXXX)
terminal=(tmux -S "$work/tmux" -f /dev/null)
stop() {
    "${terminal[@]}" kill-server 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

screen() { "${terminal[@]}" capture-pane -p -t picture "$@"; }

fail() {
    echo "scene $name at $size: $1; the screen was:" >&2
    screen >&2
    exit 1
}

# until_seen TEXT waits for the text to stand on the screen.
until_seen() {
    local tries
    for ((tries = 0; tries < patience * 10; tries++)); do
        if screen | grep -qF -- "$1"; then return; fi
        sleep 0.1
    done
    fail "\"$1\" did not appear in $patience s"
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

# start FOLDER COMMAND... runs the demo on a folder of its own in a fresh terminal.
start() {
    local home=$work/home-$name-$size demo=$1
    shift
    mkdir -p "$home"
    "${terminal[@]}" new-session -d -s picture -x "${size%x*}" -y "${size#*x}" \
        env -u TMUX -u TMUX_PANE -u NO_COLOR -u DISPLAY -u WAYLAND_DISPLAY HOME="$home" XDG_CONFIG_HOME="$home/config" \
        XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" XDG_STATE_HOME="$home/state" \
        RINGBACK_THEME=dark RINGBACK_KEYRING=off \
        TERM=xterm-256color COLORTERM=truecolor LANG=C.UTF-8 TZ=UTC "$@" --dir "$demo"
    "${terminal[@]}" set-option -g remain-on-exit on
}

send() {
    case $1 in
    as:*) ;; # said when the scene began
    wait:*) until_seen "${1#wait:}" ;;
    for:*) sleep "${1#for:}" ;;
    type:*) "${terminal[@]}" send-keys -t picture -l -- "${1#type:}" && until_still ;;
    *) "${terminal[@]}" send-keys -t picture -- "$1" && until_still ;;
    esac
}

# page turns a captured screen into HTML that keeps the terminal's columns: whatever the font may not
# draw one cell wide stands in a box of as many cells as the terminal gave it, and a run that is
# written from right to left in one box of its own, so that it does not carry its neighbours along.
# Faint text, which aha does not know, becomes grey. tmux leaves out cells that were erased in a colour:
# a line that ends in one is filled up to the terminal's width.
page() {
    cat <<-'HTML'
		<!doctype html><meta charset="utf-8"><style>
		body { margin: 0; background: #16161e; }
		pre { margin: 0; padding: 16px; color: #d8d8e0; font: 16px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Color Emoji", monospace; line-height: 18px; }
		i { display: inline-block; font-style: inherit; height: 18px; vertical-align: top; white-space: pre; unicode-bidi: isolate; }
		i.e { font-size: 14px; }
		</style><pre>
	HTML
    columns=${size%x*} perl -CSD -Mutf8 -ne '
        chomp;
        my $filled;
        for my $sgr (/\e\[([0-9;]*)m/g) {
            my @codes = split /;/, $sgr || 0;
            while (defined(my $code = shift @codes)) {
                if ($code == 38 || $code == 48) { splice @codes, 0, $codes[0] == 2 ? 4 : 2 }
                $filled = $code == 48 if $code == 0 || $code == 48 || $code == 49;
            }
        }
        (my $text = $_) =~ s/\e\[[0-9;]*m|[\p{Mn}\p{Me}\p{Cf}]//g;
        my $wide = () = $text =~ /[\p{EastAsianWidth=W}\p{EastAsianWidth=F}]/g;
        my $left = $ENV{columns} - length($text) - $wide;
        s/\e\[2m/\e[38;5;245m/g;
        print $_, $filled && $left > 0 ? " " x $left : "", "\n";
    ' | aha --no-header --black | perl -CSD -Mutf8 -pe '
        my $wide = qr/[\x{1100}-\x{115f}\x{2e80}-\x{303e}\x{3041}-\x{a4cf}\x{ac00}-\x{d7a3}\x{f900}-\x{faff}\x{fe30}-\x{fe6f}\x{ff00}-\x{ff60}\x{ffe0}-\x{ffe6}\x{20000}-\x{3fffd}]/;
        my $emoji = qr/[\x{2600}-\x{27bf}\x{1f300}-\x{1faff}](?:[\x{fe0f}\x{1f3fb}-\x{1f3ff}]|\x{200d}[\x{2600}-\x{27bf}\x{1f300}-\x{1faff}])*/;
        my $shaped = qr/[\x{0590}-\x{08ff}\x{0900}-\x{0dff}\x{0e00}-\x{0eff}\x{fb1d}-\x{fdff}\x{fe70}-\x{feff}]/;
        sub cells { my $t = shift; $t =~ s/[\p{Mn}\p{Me}\p{Cf}]//g; length $t }
        s{($shaped(?:[ .,!?:;\x{ab}\x{bb}0-9-]*$shaped)*)|($emoji)|($wide)}{
            defined $1 ? "<i style=\"width:" . cells($1) . "ch\">$1</i>"
          : defined $2 && ord($2) >= 0x1f300 ? "<i class=\"e\" style=\"width:2.286ch\">$2</i>"
          : defined $2 ? $2
          : "<i style=\"width:2ch\">$3</i>" }ge'
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
    if command -v pngquant >/dev/null; then pngquant --force --skip-if-larger --strip --output "$2" 64 "$2" || [[ $? == 98 ]]; fi
}

if [[ -z $(fc-list 'Noto Color Emoji') ]]; then echo 'The font Noto Color Emoji is missing: customers'\'' emoji will be blank boxes.' >&2; fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# The team is made once; every picture shows the same one.
name=team size=120x40
start "$work/team" "$@"
until_seen Queue
"${terminal[@]}" send-keys -t picture q
for ((tries = 0; tries < 100; tries++)); do
    if screen | grep -q 'Pane is dead'; then break; fi
    sleep 0.1
done
"${terminal[@]}" kill-server

while read -r name keys; do
    if [[ -z $name || $name == \#* || ${ONLY:-$name} != "$name" ]]; then continue; fi
    mapfile -t words < <(xargs -n 1 printf '%s\n' <<<"$keys")
    as=()
    if [[ ${words[0]} == as:* ]]; then as=(--as "${words[0]#as:}"); fi
    for size in "${sizes[@]}"; do
        rm -rf "$work/demo"
        cp -R "$work/team" "$work/demo"
        start "$work/demo" "$@" "${as[@]}"
        for word in "${words[@]}"; do send "$word"; done
        until_still
        screen -e -N | page >"$work/page.html"
        "${terminal[@]}" kill-server
        draw "$work/page.html" "$folder/$name-$size.png"
        echo "$folder/$name-$size.png"
    done
done <"$scenes"
