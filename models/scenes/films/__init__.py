"""
Films with known truth, drawn and mixed by the repository.

In memory, for training::

    from models.scenes.films.arrays import arrays, stream
    from models.scenes.films.sound import Bank
    from models.scenes.films.script import write, without

    with Bank(folder) as bank:                      # keeps composed music between runs
        film = write(seed, "train", scenes=10)      # a plan: shots, transitions, labels, cues; no pixels yet
        got = arrays(film, bank)  # got.frames [N,64,112,3], got.small [M,27,48,3], got.audio (16 kHz),
                                                    # got.cues, got.shots [S,2], got.boundary [S], got.labels[group] [S]
        for got in stream("train", bank, first=0): ...   # film after film

``render.Renderer(film).frame(index, width, height)`` draws any frame at any size. ``files.save(film, path, bank)``
writes an mp4 with sound, subtitles (SRT) and truth (JSON). ``plan`` holds the words of all labels (``GROUPS``) and what
a film consists of. Pools ("train", "dev", "test") share no set, colour, person, music or sentence.

Truth: a shot's ``first`` is the first frame whose picture is more than half the new one; a transition's ``first`` and
``last`` are the frames that belong to the change. A label of -1 (None in the plan) means that nothing in the scene
could tell. ``emotion`` is the music's; of a film without sound it is unknown. ``mood`` is the music's and the lines',
"energetic" of action and of dancing crowds, "calm" of quiet scenes and landscapes without other moods.
"""
