"""
What is to be seen in each shot, as a sentence, in Chinese and English.

* ``stage.described_in(path, Request(), bench)``   the captions of a film's shots, in the pass that finds these; kept in
  the journal, so that a second run needs no look
* ``stage.Describing``                             the same, where somebody else shows the frames (``pipeline``)
* ``marking``      captions as marks of a document, what a person wrote, and which caption belongs to which shot
* ``description``  a draft of an audio description: captions in the pauses between cues
* ``corrections``  what a person corrected, as examples for the next training
"""
