"""
Captions to train and to measure with: MSVD in Chinese and English, VATEX, Flickr8k-CN, and a JSON of anybody's.

``read(path)`` takes what ``plugin_core.captioning.quality.read`` takes; the others know one corpus each. All give
``Data``: captions, and in which part of the split each video is. What is no caption (nothing, one word, another script
than the language's) is an error in a file of one's own, which names the line or field; of a published corpus it is left
out and told in ``Data.left_out``. MSVD, MSVD-CN and Flickr8k-CN have no licence: research only, nothing of theirs may
be passed on, nor what was trained on it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plugin_core.captioning.quality import Caption
from plugin_core.captioning.quality import read as read_collection
from plugin_core.errors import DocumentError
from plugin_core.formats.encodings import decode, read_bytes

PARTS = ("train", "validation", "test")
MSVD_SPLIT = (1200, 100, 670)  # videos by their number, as everybody splits them
_NUMBER = re.compile(r"vid(\d+)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Data:
    """
    Captions of videos or pictures.

    *parts*: video to one of PARTS; a video without one is for training. *left_out*: why captions are not here.
    """

    captions: tuple[Caption, ...]
    parts: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def videos(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(caption.video for caption in self.captions))

    def part(self, name: str) -> Data:
        """Those of one part."""
        some = tuple(one for one in self.captions if self.parts.get(one.video, "train") == name)
        return Data(some, {video: part for video, part in self.parts.items() if part == name})

    def texts(self, language: str) -> dict[str, list[str]]:
        """The captions in one language by video."""
        found: dict[str, list[str]] = {}
        for caption in self.captions:
            if caption.language.split("-")[0] == language:
                found.setdefault(caption.video, []).append(caption.text)
        return found

    def matched(self, videos: Collection[str]) -> Data:
        """Itself if *videos*, which are there to be seen, are those with captions; else DocumentError names one."""
        captioned = set(self.videos)
        for apart, what in ((captioned - set(videos), "no-video"), (set(videos) - captioned, "no-captions")):
            if apart:
                of = "captions have no video" if what == "no-video" else "videos have no captions"
                message = f"{len(apart)} {of}, such as {min(apart)!r}."
                raise DocumentError(f"captions.{what}", message, "Name files and captions alike, or leave these out.")
        return self


def read(path: Path) -> Data:
    """A file of one's own: CSV, JSON or JSONL. DocumentError for every caption that is none."""
    return _sound(read_collection(path).captions, path.name, strict=True)


def vatex(*paths: Path) -> Data:
    """VATEX's JSON files, each a part in the order of PARTS; a single one is for training."""
    captions, parts = [], dict[str, str]()
    for path, part in zip(paths, PARTS, strict=False):
        some = read_collection(path).captions
        captions += some
        parts |= {caption.video: part for caption in some}
    return _sound(captions, "VATEX", parts)


def msvd_cn(path: Path) -> Data:
    """``msvd_cn_captions_release_utf8.csv``; videos are named vid1 to vid1970."""
    some = [_renamed(caption, Path(caption.video).stem) for caption in read_collection(path).captions]
    return _sound(some, path.name, _msvd_parts(path.name, some))


def msvd_en(folder: Path) -> Data:
    """``sents_{train,val,test}_lc_nopunc.txt``: a video, a tab, a caption."""
    captions = list[Caption]()
    for name in ("train", "val", "test"):
        path = folder / f"sents_{name}_lc_nopunc.txt"
        captions += _tabbed(path, "en", len(captions))
    return _sound(captions, folder.name, _msvd_parts(folder.name, captions))


def msvd(chinese: Path, english: Path) -> Data:
    """Both, of the same videos."""
    zh, en = msvd_cn(chinese), msvd_en(english)
    en.matched(zh.videos)
    return Data((*zh.captions, *en.captions), zh.parts, (*zh.left_out, *en.left_out))


def flickr8k_cn(folder: Path) -> Data:
    """Flickr8k-CN: pictures with what people wrote in English and Chinese (``#enc``, ``#zhc``), and their split."""
    captions = list[Caption]()
    for name, language in (("flickr8kenc.caption.txt", "en"), ("flickr8kzhc.caption.txt", "zh")):
        captions += _tabbed(folder / name, language, len(captions))
    parts = dict[str, str]()
    for name, part in (("val", "validation"), ("test", "test")):
        parts |= {f"{line.strip()}.jpg": part for line in _lines(folder / f"flickr8k{name}.txt") if line.strip()}
    return _sound(captions, folder.name, parts)


# -- one form each --


def _renamed(caption: Caption, video: str) -> Caption:
    return Caption(caption.id, video, caption.text, caption.language, caption.place, caption.where)


def _msvd_parts(name: str, captions: Iterable[Caption]) -> dict[str, str]:
    parts = {}
    for caption in captions:
        found = _NUMBER.fullmatch(caption.video)
        if not found:
            message = f"{name}, {caption.where}: {caption.video!r} is no video of MSVD."
            raise DocumentError("captions.no-video", message, "Videos are named vid1 to vid1970.")
        number = int(found[1])
        parts[caption.video] = PARTS[(number > MSVD_SPLIT[0]) + (number > sum(MSVD_SPLIT[:2]))]
    return parts


def _tabbed(path: Path, language: str, first: int) -> Iterator[Caption]:
    """Lines of a video (with ``#`` and a number, or not), a tab or space, and a caption."""
    for number, line in enumerate(_lines(path), 1):
        if line.strip():
            name, _, text = line.replace("\t", " ", 1).partition(" ")
            where = f"{path.name}, line {number}"
            yield Caption(str(first + number), name.split("#")[0], text.strip(), language, (number,), where)


def _lines(path: Path) -> list[str]:
    return decode(read_bytes(path))[0].splitlines()


# -- what is a caption --


def _sound(
    captions: Iterable[Caption], name: str, parts: Mapping[str, str] | None = None, *, strict: bool = False
) -> Data:
    kept, left_out = [], []
    for caption in captions:
        problem = _problem(caption)
        if problem and strict:
            message = f"{name}, {caption.where}: {problem}"
            raise DocumentError("captions.text", message, "`zimu captions check --fixed` leaves such captions out.")
        if problem:
            left_out.append(f"{caption.where}: {problem}")
        else:
            kept.append(caption)
    return Data(tuple(kept), dict(parts or {}), tuple(left_out))


def _problem(caption: Caption) -> str:
    """Why it is no caption; nothing if it is one."""
    from plugin_core.typography import chinese_words

    text, chinese = caption.text, caption.language.startswith("zh")
    if not text:
        return "an empty caption."
    if bool(_HAN.search(text)) != chinese or (chinese and re.search(r"[A-Za-z]{2}", text)):
        return f"mixed scripts in a caption in {caption.language}: {text[:40]!r}."
    words = [word for word in (chinese_words(text[:60]) if chinese else text.split()) if _WORD.search(word)]
    return f"a caption of one word: {text[:40]!r}." if len(words) < 2 else ""
