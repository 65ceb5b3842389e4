"""The correction panel and the desktop app, in PySide6. It stands on plugin_core only; ``app`` puts it together."""
