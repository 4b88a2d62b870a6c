#!/usr/bin/env bash
# Makes sure that what a chore needs is on this machine: deps.sh test|e2e|race|pictures.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it names it and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

missing=() packages=()

# need PACKAGE WHAT TEST... notes the package when the test fails.
need() {
    local package=$1 what=$2
    shift 2
    if ! "$@" >/dev/null 2>&1; then
        missing+=("$what")
        packages+=("$package")
    fi
}

collect() {
    missing=() packages=()
    case $1 in
    test) need_tmux && need_postgres && need_softphone && need_disks ;;
    e2e) need_tmux ;;
    race) need_tmux && need_postgres && need_softphone && need gcc "a C compiler (gcc)" command -v "$(CGO_ENABLED=1 go env CC)" ;;
    pictures)
        need_tmux
        need aha "aha, which turns terminal colours into HTML" command -v aha
        need chromium "Chromium, which draws the pictures" command -v chromium
        need fonts-dejavu-core "the font DejaVu Sans Mono" ls /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
        need fonts-noto-color-emoji "the font Noto Color Emoji" ls /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
        need pngquant "pngquant, which makes the pictures small" command -v pngquant
        need fonts-noto-cjk "the font Noto Sans Mono CJK" ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
        ;;
    *)
        echo "usage: deps.sh test|e2e|race|pictures" >&2
        exit 2
        ;;
    esac
}

need_tmux() { need tmux "tmux, the terminal of the end-to-end stories" command -v tmux; }

# need_disks asks for what makes the file systems of the power cuts; mounting them takes root.
need_disks() {
    if [[ $(id -u) == 0 ]]; then
        need e2fsprogs "mkfs.ext4, which makes the disks of the power cuts" command -v mkfs.ext4
    fi
}

# need_softphone asks for two real SIP phones that call each other, and for what tells one to.
need_softphone() {
    need baresip-core "baresip, the softphone of the dialling tests" command -v baresip
    need sip-tester "sipp, which answers in the dialling tests" command -v sipp
    need curl "curl, which tells a running softphone to dial" command -v curl
}

need_postgres() {
    if [[ ${RINGBACK_TEST_PG-} == "" ]]; then
        need postgresql "PostgreSQL's server programs (or set RINGBACK_TEST_PG=postgres://... to use a running one, or RINGBACK_TEST_PG=skip to go without)" ./find-postgres.sh
    fi
}

collect "$1"
if ((${#missing[@]})) && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "installing ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
    collect "$1"
fi
if ((${#missing[@]})); then
    printf 'missing on this machine: %s\n' "${missing[@]}" >&2
    echo "install with: apt-get install ${packages[*]}" >&2
    exit 1
fi
