"""Where the words of a document come from: the sentences of one part, and the grammars that name everything else."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from models.tagger.chinese import Chinese
from models.tagger.english import English
from models.tagger.lexicons import held_out, sentences


class Source:
    """Sentences of one part: of a corpus of both languages, and our own lines."""

    def __init__(self, corpus: Mapping[str, Sequence[str]], part: str, chance: random.Random) -> None:
        self.part, self.chance = part, chance
        self.grammars: dict[str, Chinese | English] = {"zh": Chinese(part, chance), "en": English(part, chance)}
        wanted = part == "test"
        self.own = {name: [line for line in sentences(name) if held_out(line) == wanted] for name in self.grammars}
        self.corpus = corpus

    def sentence(self, language: str) -> str:
        """One sentence of speech as it is printed, sometimes behind a colon that is no speaker's."""
        text = self._sentence(language)
        if self.chance.random() > 0.01:
            return text
        head = self.grammars[language].word("colon", "heads")
        return head + self.chance.choice(("：", "：", ":") if language == "zh" else (": ", ": ", ":")) + text

    def _sentence(self, language: str) -> str:
        if not self.corpus.get(language) or self.chance.random() < 0.2:
            return self.grammars[language].fill(self.chance.choice(self.own[language]))
        one = self.chance.choice(self.corpus[language])
        return min(one, self.chance.choice(self.corpus[language]), key=len) if self.chance.random() < 0.6 else one
