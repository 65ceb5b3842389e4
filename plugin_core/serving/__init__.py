"""
The local server's parts: what is let in (``guard``, ``door``, ``rates``), the verbs and their models (``models``,
``verbs``), panels on WebSockets (``panels``), jobs (``jobs``), documents (``documents``), hosts (``hosts``).

``server`` puts them together. A verb is one method of ``service.Service``, the same over WebSocket and HTTP.
"""
