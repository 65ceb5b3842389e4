"""
Whether the recogniser still does what it did: logs, drift of what it says, and two packs side by side.

``records`` is one structured line of a log for each request, ``drift`` compares what many of them say with a reference,
``trial`` runs two packs on the same films, and ``significance`` tells a difference from chance.
"""
