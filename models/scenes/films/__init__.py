"""
Films with known truth, drawn and mixed by the repository::

    from models.scenes.films.render import Renderer
    from models.scenes.films.script import write
    from models.scenes.films.sound import Bank, sound_of

    film = write(seed, "train", scenes=10)  # a plan: shots, transitions, scenes with labels, cues; no pixels yet
    picture = Renderer(film).frame(index, 112, 64)  # any frame at any size: uint8 [64, 112, 3]
    with Bank(folder) as bank:  # keeps composed music between runs
        audio = sound_of(film, bank)  # float32 at 16 kHz

``models.scenes.prepare`` makes training data of this without a file in between; ``files.save(film, path, bank)`` writes
an mp4 with sound, subtitles (SRT) and truth (JSON). ``plan`` says what a film consists of; its labels are those of
``plugin_core.scenes.labels``. Pools ("train", "dev", "test") share no set, colour, person, music or sentence.

Truth: a shot's ``first`` is the first frame that counts as the new shot's, as ``plugin_core.shots`` counts; a
transition's ``first`` and ``last`` are the frames that belong to the change. A label that is None means that nothing in
the scene could tell. ``emotion`` is the music's; of a film without sound it is unknown. ``mood`` is the music's and the
lines', "energetic" of action and of dancing crowds, "calm" of quiet scenes and landscapes without other moods.
"""
