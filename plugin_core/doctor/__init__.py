"""
Why does it not work: one page of findings on this machine, each with what to do about it. See ``cli_doctor``.

``looking`` puts the ``page`` together from what the other modules see: ``program``, ``device``, ``reading`` (films and
sounds), ``keeping`` (folders, disk, packs), ``connecting`` (the network, the server), ``logs``, and the hosts' own
looks. The sentences are in ``findings.toml``; ``privacy`` takes out of them what tells who and where somebody is.
Nothing is changed by looking.
"""
