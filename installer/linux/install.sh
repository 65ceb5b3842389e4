#!/bin/sh
# Installs Zimu for this user, without root, or replaces an earlier version. Nothing outside of the home folder is touched.
#   ./install.sh             programs to ~/.local/lib/zimu, commands to ~/.local/bin, entry in the menu of programs
#   ./install.sh --remove    takes them away again; packs, settings and documents stay
# PREFIX=FOLDER puts it elsewhere. Packs, settings and documents never lie in the programs' folder.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
programs=$prefix/lib/zimu
share=$prefix/share
mark=.zimu-programs # a folder without it is not ours, and never deleted

say() { printf '%s\n' "$*"; }

fail() {
    say "$*" >&2
    exit 1
}

refresh() { # what desktops keep about programs and kinds of files; none of it is needed
    if command -v update-mime-database >/dev/null 2>&1 && [ -d "$share/mime/packages" ]; then
        update-mime-database "$share/mime" >/dev/null 2>&1 || true
    fi
    if command -v update-desktop-database >/dev/null 2>&1; then
        update-desktop-database "$share/applications" >/dev/null 2>&1 || true
    fi
    if command -v gtk-update-icon-cache >/dev/null 2>&1 && [ -f "$share/icons/hicolor/index.theme" ]; then
        gtk-update-icon-cache -q "$share/icons/hicolor" >/dev/null 2>&1 || true
    fi
}

unlinked() { # removes a command if it leads into our folder
    if [ -L "$1" ]; then
        case $(readlink "$1") in
        "$programs"/*) rm -f -- "$1" ;;
        *) ;;
        esac
    fi
}

remove_folder() { # a folder of programs, and only one that an install made
    if [ -e "$1" ]; then
        [ -f "$1/$mark" ] || fail "$1 was not made by this script; it is left alone."
        rm -rf -- "${1:?}"
    fi
}

remove() {
    remove_folder "$programs"
    unlinked "$prefix/bin/zimu"
    unlinked "$prefix/bin/zimu-desktop"
    rm -f -- "$share/applications/zimu.desktop" "$share/mime/packages/zimu.xml" "$share/icons/hicolor/scalable/apps/zimu.svg"
    for size in 16 24 32 48 64 128 256 512; do
        rm -f -- "$share/icons/hicolor/${size}x$size/apps/zimu.png"
    done
    refresh
    say "Zimu was removed. Packs, settings and the translation memory are still in ${XDG_DATA_HOME:-$HOME/.local/share}/zimu."
}

link() { # link NAME: the command in the bin folder; a file of somebody else is kept
    if [ -e "$prefix/bin/$1" ] && [ ! -L "$prefix/bin/$1" ]; then
        say "$prefix/bin/$1 is there already and is not ours: it is left; start $programs/$1 instead." >&2
    else
        ln -sfn "$programs/$1" "$prefix/bin/$1"
    fi
}

put_programs() { # first whole beside the old ones, then in their place: a full disk leaves what was there
    mkdir -p "$prefix/lib" "$prefix/bin"
    new=$programs.new
    remove_folder "$new"
    mkdir "$new"
    : >"$new/$mark"
    cp -RP "$here/zimu/." "$new/" || {
        rm -rf -- "${new:?}"
        fail "The programs could not be copied; nothing was changed."
    }
    remove_folder "$programs"
    mv "$new" "$programs"
    cp "$here/install.sh" "$programs/install.sh"
}

put_desktop() { # the entry in the menu, with full paths: ~/.local/bin need not be on the desktop's PATH
    mkdir -p "$share/applications" "$share/mime/packages" "$share/icons/hicolor/scalable/apps"
    escaped=$(printf '%s' "$programs/zimu-desktop" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
    while IFS= read -r line; do
        case $line in
        Exec=*) printf 'Exec="%s" %%F\n' "$escaped" ;;
        TryExec=*) printf 'TryExec=%s\n' "$programs/zimu-desktop" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done <"$here/share/zimu.desktop" >"$share/applications/zimu.desktop"
    cp "$here/share/zimu.xml" "$share/mime/packages/zimu.xml"
    cp "$here/share/icons/zimu.svg" "$share/icons/hicolor/scalable/apps/zimu.svg"
    for size in 16 24 32 48 64 128 256 512; do
        mkdir -p "$share/icons/hicolor/${size}x$size/apps"
        cp "$here/share/icons/zimu-$size.png" "$share/icons/hicolor/${size}x$size/apps/zimu.png"
    done
    refresh
}

case ${1:-} in
--remove) remove ;;
"")
    [ -x "$here/zimu/zimu" ] || fail "There are no programs beside this script; unpack the whole archive first."
    put_programs
    link zimu
    link zimu-desktop
    put_desktop
    say "Zimu $("$programs/zimu" --version | sed 's/^zimu //') is in $programs; start it from the menu or with $prefix/bin/zimu-desktop."
    case :$PATH: in
    *":$prefix/bin:"*) ;;
    *) say "To start it by name, add $prefix/bin to your PATH." ;;
    esac
    ;;
*) fail "Usage: ./install.sh [--remove]" ;;
esac
