"""The starter speech recogniser: a small Whisper-architecture model for Chinese and English, and how it is made."""
