#!/bin/sh
# Signs, notarises and packs Zimu.app into a disk image, on a Mac with Xcode's command line tools. After
# `python installer/build.py`:
#   installer/macos/package.sh build/Zimu.app build/packages VERSION
# ZIMU_CODESIGN   "Developer ID Application: ..." in the keychain; without it the app is signed ad hoc, for this Mac only
# ZIMU_NOTARY     a profile of `xcrun notarytool store-credentials`; without it nothing is sent to Apple
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
app=${1:?the app} out=${2:?the folder for the image} version=${3:?the version}
identity=${ZIMU_CODESIGN:--}
image=$out/zimu-$version-macos-$(uname -m).dmg
[ "$(uname -s)" = Darwin ] || {
    echo "Apple's tools for signing and images exist on a Mac only." >&2
    exit 1
}

sign() { # every signature has the hardened runtime; a timestamp only with a real identity
    if [ "$identity" = - ]; then
        codesign --force --options runtime --sign - "$@"
    else
        codesign --force --options runtime --timestamp --sign "$identity" "$@"
    fi
}

# From the inside out: libraries, then the programs with what they may do, then the app as a whole.
find "$app/Contents/Frameworks" "$app/Contents/Resources" -type f \( -name '*.dylib' -o -name '*.so' \) -print |
    while IFS= read -r library; do sign "$library"; done
for program in zimu zimu-desktop; do
    sign --entitlements "$here/entitlements.plist" "$app/Contents/MacOS/$program"
done
sign --entitlements "$here/entitlements.plist" "$app"
codesign --verify --deep --strict "$app"

mkdir -p "$out"
stage=$(mktemp -d)
trap 'rm -rf -- "${stage:?}"' EXIT
cp -R "$app" "$stage/Zimu.app"
ln -s /Applications "$stage/Applications"
hdiutil create -quiet -ov -fs HFS+ -format UDZO -volname "Zimu $version" -srcfolder "$stage" "$image"
sign "$image"

if [ -n "${ZIMU_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$ZIMU_NOTARY" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
else
    echo "Not notarised: on other Macs the app has to be allowed in System Settings first."
fi
shasum -a 256 "$image"
