"""The inference core of Zimu: footage in, bilingual subtitles out, nothing leaves the machine."""

__version__ = "0.1.0"
