"""The correction panel and the desktop app: PySide6 over ``plugin_core``."""
