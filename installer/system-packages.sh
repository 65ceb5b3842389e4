#!/bin/sh
# Install the Debian/Ubuntu packages named as arguments when we may; otherwise say in one sentence what to install.
# Usage: system-packages.sh PACKAGE...   (a package whose command is already there counts as installed)
missing=""
for package in "$@"; do
    command -v "$package" >/dev/null 2>&1 || dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        as_root="none"
    fi
    if [ "$as_root" != none ]; then
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # one word for each package
        $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
    fi
fi
echo "Please install these system packages; without them the tests that need them are skipped:$missing" >&2
exit 0
