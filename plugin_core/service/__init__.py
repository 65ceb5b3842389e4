"""
The recogniser of scenes as a service for many clients: HTTP with a token, health, metrics, logs; for containers.

``python -m plugin_core.service`` runs it, configured by environment variables (``configuration``). It is no part of the
desktop app: that has ``server``, which listens to this machine alone. Nothing that is sent is kept, and no name of a
file reaches a log.
"""
