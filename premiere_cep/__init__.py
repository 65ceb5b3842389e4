"""Zimu in Adobe Premiere Pro: the panel, the script side (``host.jsx``) and the bridge to it."""
