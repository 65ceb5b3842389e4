"""Whether the usual films and sounds can be read."""

from __future__ import annotations

from collections.abc import Iterator

from plugin_core.doctor.findings import Finding, found

DECODERS = {  # as FFmpeg calls them, and as people do
    "h264": "H.264", "hevc": "HEVC", "av1": "AV1", "vp9": "VP9", "prores": "ProRes", "dnxhd": "DNxHD",
    "mpeg4": "MPEG-4", "mjpeg": "Motion JPEG", "aac": "AAC", "mp3": "MP3", "opus": "Opus", "flac": "FLAC",
    "ac3": "AC-3", "pcm_s16le": "PCM, 16 bits", "pcm_s24le": "PCM, 24 bits",
}  # fmt: skip


def look() -> Iterator[Finding]:
    """Findings on decoders. Imports PyAV, which takes a moment."""
    import av
    from av.codec import Codec

    missing = []
    for name, said in DECODERS.items():
        try:
            Codec(name, "r")
        except ValueError:  # PyAV's own error for a codec that is not there derives from it
            missing.append(said)
    if missing:
        yield found("media.lacking", names=", ".join(missing))
    else:
        yield found("media.codecs", library=f"PyAV {av.__version__}")
