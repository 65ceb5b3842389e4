"""
How well a text breaks between two atoms, from 0 (after a full stop) to 10 (never), as subtitling guides put it.

Netflix and BBC agree: after punctuation, before conjunctions and prepositions; never between article and noun, adjective
and noun, first and last name, pronoun and verb, auxiliary and verb, or the parts of a prepositional verb. The words that
decide are closed classes and stand below; open classes are guessed from suffixes and capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plugin_core.typography import MARKUP, has_han

NEVER = 10.0
PLAIN = 5.5  # between two words about which nothing is known


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SENTENCE_END = re.compile(r"""[.!?。！？…⋯][.!?。！？…⋯"'”’»)\]）」』】》]*$""")
_CLAUSE_END = re.compile(r"""[;:；：—–]["'”’»)\]）」』】》]*$""")
_COMMA = re.compile(r"""[,，]["'”’»)\]）」』】》]*$""")
_LIST_COMMA = re.compile(r"、[”’）」』】》]*$")
_NUMBER = re.compile(r"^[$€£¥￥]?\d[\d.,:/]*%?$")
_CORE = re.compile(r"^[\W_]+|[\W_]+$")
_ABBREVIATION = re.compile(r"^(?:[A-Z]\.)+$")

# --- English -----------------------------------------------------------------------------------------------------------
_TITLES = _set("mr mrs ms dr prof st sr jr gen col sgt capt lt rev hon vs no fig e.g i.e")
_DETERMINERS = _set(
    "the a an this that these those my your his her its our their whose every each no some any another both either "
    "neither all half many few several such what which"
)
_PREPOSITIONS = _set(
    "in on at by for with from into onto upon about against between among through during before after above below under "
    "over across along around behind beside beyond inside outside near off toward towards within without until till since "
    "despite regarding concerning like unlike than via per throughout beneath amid"
)
_COORDINATORS = _set("and but or nor so yet")
_SUBORDINATORS = _set(
    "because although though while whereas unless if when whenever where wherever whether that which who whom whose "
    "since until before after as once how why what"
)
_AUXILIARIES = _set(
    "am is are was were be been being have has had having do does did will would shall should can could may might must "
    "cannot can't won't don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't wouldn't shouldn't couldn't "
    "mustn't ain't gonna wanna gotta not never n't"
)
_BE = _set("am is are was were be been being")
_SUBJECTS = _set(
    "i you he she it we they there who i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd "
    "she'd we'd they'd i'll you'll he'll she'll it'll we'll they'll that's there's who's what's let's"
)
_OBJECTS = _set("me him her it us them myself yourself himself herself itself ourselves themselves")
_DEGREES = _set("very too more most less least quite rather really pretty almost only even just also still always at")
_PARTICLES = _set("up out off down away back over")
_ADJECTIVES = _set(
    "good bad new old big small great little long short high low own other same different few many much first last next "
    "young important large whole main real best better early late full free sure clear whole certain white black red blue "
    "green strong hot cold human local public private main single major key top deep true right left own nice fine poor rich"
)
_ADJECTIVE_ENDING = re.compile(r"(?:ful|ous|ive|able|ible|less|ish|ical|ional|ic|ary)$")
_UNITS = _set(
    "percent dollars dollar euros pounds years year months month weeks week days day hours hour minutes minute seconds "
    "second times people miles mile meters metres feet foot inches degrees kilometers kilometres kilos kilograms grams "
    "million billion thousand hundred trillion am pm a.m p.m o'clock km kg cm mm m ft mph"
)
_NUMBER_WORDS = _set(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion"
)

# --- Chinese -----------------------------------------------------------------------------------------------------------
_ZH_CLAUSE = _set(
    "但 但是 可是 不过 然而 而且 并且 所以 因此 因为 由于 如果 要是 假如 虽然 尽管 即使 就算 只要 只有 除非 或者 还是 "
    "于是 然后 接着 以及 以便 否则 不然 既然 无论 不管 比如 例如 而是 甚至 同时 另外 此外 总之 其实 事实上 最后 首先 "
    "以免 从而 因而 况且 何况 直到 包括"
)
_ZH_LINK = _set("和 与 跟 及 或 而 并 又 也 就 才 却 则 还")
_ZH_PREPOSITIONS = _set(
    "在 从 对 对于 向 把 将 被 给 为 为了 关于 按照 根据 通过 随着 当 比 用 以 于 由 朝 往 沿着 除了 经过 自从 至于 "
    "作为 让 使 叫 像"
)
_ZH_SUFFIXES = _set("的 地 得 了 着 过 们 吗 呢 吧 啊 呀 嘛 啦 哦 哇 之 者 等 等等 之类 似的 一样 的话 而已 罢了")
_ZH_PLACES = _set(
    "里 上 中 下 内 外 前 后 间 旁 边 里面 上面 下面 外面 前面 后面 之间 之中 之前 之后 之后 以前 以后 以来 以内 以外 "
    "以上 以下 当中 起来 下来 下去 出来 出去 过来 过去 上来 上去 时 时候"
)
_ZH_PREDICATES = _set("是 有 会 要 能 可以 应该 必须 可能 没有 需要 想 不 都 已经 正在 开始 一直 将会 不会 不能 不是")
_ZH_ADVERBS = _set(
    "很 非常 太 最 更 不 没 没有 都 也 就 还 才 又 再 已经 正 正在 将 会 能 能够 可以 应该 应当 必须 要 想 需要 可能 "
    "真 真的 只 只是 比较 十分 特别 越 越来越 一直 一起 刚 刚刚 常常 经常 总是 从来 别 多么 这么 那么 如此 完全 "
    "更加 几乎 曾经 马上 终于 到底 到 去 来"
)
_ZH_DEMONSTRATIVES = _set(
    "这 那 哪 这个 那个 哪个 一个 每个 某个 这些 那些 哪些 一些 这种 那种 各种 一种 每 某 各 该 本 第一 第二 第三 "
    "整个 所有 任何 其他 两个 几个 许多 很多 一位 这位 那位 一条 一张 一本 一件 一次 第一次 我们的 我的 你的 他的"
)
_ZH_PRONOUNS = _set("我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 自己 大家 谁")
_ZH_COPULAS = _set("是 叫 像 成为 等于 不是 就是 也是 都是 还是")
_ZH_NUMBER = re.compile(r"^(?:第?[零〇一二两三四五六七八九十百千万亿几半数多]+|第?\d[\d.,]*%?)$")
_ZH_MEASURES = _set(
    "个 位 条 张 本 件 次 年 月 日 号 天 点 分 秒 分钟 小时 块 元 米 公里 岁 种 只 辆 台 部 家 间 座 层 楼 届 名 句 首 "
    "场 集 章 节 页 篇 封 支 把 双 对 群 批 段 趟 遍 倍 斤 吨 克 公斤 厘米 英里 美元 人 万 亿 百 千 多 周 星期 季 世纪 "
    "年代 岁时 度 度数 口 头 匹 棵 朵 片 杯 瓶 碗 盘 份 套 副 排 行 代 级 期 项 门 颗 粒 幅 股 道 番 步 声 眼 下 圈"
)
_ZH_OPEN, _ZH_CLOSE = "《“‘（「『【〈", "》”’）」』】〉"


def costs(atoms: Sequence[str]) -> list[float]:
    """The cost of a break after each atom; after the last one 0."""
    if not atoms:
        return []
    cores = [_core(atom) for atom in atoms]
    result = [_pair(atoms, cores, index) for index in range(len(atoms) - 1)]
    for index in _quoted(atoms):
        result[index] = min(NEVER, result[index] + 3.0)
    return [*result, 0.0]


def ends_sentence(atom: str) -> bool:
    """Whether a sentence ends with *atom* (an abbreviation's or an initial's full stop does not end one)."""
    text = MARKUP.sub("", atom).rstrip()
    return SENTENCE_END.search(text) is not None and not _abbreviated(text)


def _core(atom: str) -> str:
    return _CORE.sub("", MARKUP.sub("", atom)).replace("’", "'")


def _abbreviated(text: str) -> bool:
    if not text.endswith("."):
        return False
    return _ABBREVIATION.match(text) is not None or text.rstrip(".").lower() in _TITLES


def _pair(atoms: Sequence[str], cores: Sequence[str], index: int) -> float:
    """The break between atoms *index* and *index* + 1: by punctuation, else by the language of both sides."""
    left = MARKUP.sub("", atoms[index]).rstrip()
    by_mark = _after_mark(left)
    if by_mark is not None:
        return by_mark
    if has_han(left[-1:]) or has_han(cores[index + 1][:1]):
        if atoms[index] != atoms[index].rstrip() and has_han(left[-1:]) and has_han(cores[index + 1][:1]):
            return 1.5  # a space between Chinese words stands for a comma
        return _chinese(cores, index)
    first = index == 0 or ends_sentence(atoms[index - 1])
    return _english(cores[index], cores[index + 1], first=first)


def _after_mark(left: str) -> float | None:
    if SENTENCE_END.search(left):
        return 9.0 if _abbreviated(left) else 0.0
    if _CLAUSE_END.search(left):
        return 1.0
    if _COMMA.search(left):
        return 1.5
    if _LIST_COMMA.search(left):
        return 3.0
    return None


def _english(left: str, right: str, *, first: bool) -> float:
    a, b = left.lower(), right.lower()
    if not a or not b:
        return 3.0
    binding = _binds_right(left, a, right, b, first=first)
    if binding is not None:
        return binding
    return _opens_phrase(a, b)


def _binds_right(left: str, a: str, right: str, b: str, *, first: bool) -> float | None:
    """The cost where *left* belongs to what follows, or None."""
    if left[0].isupper() and right[0].isupper() and not (first and _is_function(a)) and b not in _SUBJECTS:
        return 9.5 if not _is_function(a) else 8.5  # a name
    if a in _DETERMINERS and not (a in {"that", "which", "what"} and b in _SUBJECTS | _DETERMINERS):
        return 9.0
    if (_NUMBER.match(left) or a in _NUMBER_WORDS) and not _is_function(b):
        return 9.5 if b in _UNITS else 8.0
    if a in _SUBJECTS and not (a in _OBJECTS and _is_function(b) and b not in _AUXILIARIES):
        return 9.0
    if a == "to" or a == "of" or a in _PREPOSITIONS and b not in _COORDINATORS:
        return 8.5
    if a in _COORDINATORS or a in _SUBORDINATORS:
        return 8.0
    if a in _AUXILIARIES:
        return 7.0 if a in _BE and (b in _PREPOSITIONS or b in _DETERMINERS) else 8.0
    if a in _DEGREES:
        return 8.0
    if (a in _ADJECTIVES or (len(a) > 5 and _ADJECTIVE_ENDING.search(a))) and not _is_function(b):
        return 7.5
    return None


def _opens_phrase(a: str, b: str) -> float:
    """The cost by how well *b* begins something new."""
    if b in _COORDINATORS:
        return 2.5 if b in {"but", "so", "yet"} else 3.0
    if b in _SUBORDINATORS:
        return 3.0
    if b in _PARTICLES:
        return 7.0
    if b in _PREPOSITIONS or b == "to":
        return 4.0 if b != "to" else 4.5
    if b == "of":
        return 6.0
    if b in _OBJECTS and b not in _SUBJECTS:
        return 8.0
    if b in _SUBJECTS:
        return 4.0
    if b in _AUXILIARIES:
        return 5.0
    if b in _DETERMINERS:
        return 5.5
    return PLAIN + (1.0 if len(a) <= 3 else 0.0)


def _is_function(word: str) -> bool:
    return (
        word in _DETERMINERS
        or word in _PREPOSITIONS
        or word in _COORDINATORS
        or word in _SUBORDINATORS
        or word in _AUXILIARIES
        or word in _SUBJECTS
        or word in {"to", "of"}
    )


def _chinese(cores: Sequence[str], index: int) -> float:
    left, right = cores[index], cores[index + 1]
    if right in _ZH_SUFFIXES:
        return NEVER
    if _is_zh_number(left) and (right in _ZH_MEASURES or _is_zh_number(right) or right[:1] in _ZH_MEASURES):
        return NEVER
    if left == "第":
        return NEVER
    if right in _ZH_PLACES:
        return 9.0
    if left in _ZH_DEMONSTRATIVES or left in _ZH_MEASURES and index and _is_zh_number(cores[index - 1]):
        return 9.0
    if left in _ZH_PREPOSITIONS:
        return 8.5
    if left in _ZH_CLAUSE or left in _ZH_LINK:
        return 8.0
    if left in _ZH_ADVERBS or left in _ZH_COPULAS:
        return 8.0
    return _chinese_opening(left, right)


def _chinese_opening(left: str, right: str) -> float:
    if right in _ZH_CLAUSE:
        return 2.0
    if left in _ZH_PRONOUNS:
        return 7.5
    if right in _ZH_PREPOSITIONS:
        return 3.5
    if right in _ZH_LINK:
        return 4.0
    if right in _ZH_PREDICATES:
        return 4.5
    if left in {"的", "地", "得"}:
        return 5.5 if left == "的" else 9.0
    if left in {"了", "着", "过", "吗", "呢", "吧"}:
        return 4.5
    if right in _ZH_PRONOUNS or right in _ZH_DEMONSTRATIVES:
        return 4.5
    return 6.0 + (0.7 if len(left) == 1 else 0.0) + (0.7 if len(right) == 1 else 0.0)


def _is_zh_number(core: str) -> bool:
    return _ZH_NUMBER.match(core) is not None


def _quoted(atoms: Sequence[str]) -> list[int]:
    """The breaks inside quotes, titles and brackets that hold no punctuation of their own."""
    inside: list[int] = []
    opened: int | None = None
    for index, atom in enumerate(atoms):
        for character in atom:
            if character in _ZH_OPEN:
                opened = index
            elif character in _ZH_CLOSE and opened is not None:
                inside += range(opened, index)
                opened = None
    return [index for index in inside if _after_mark(atoms[index].rstrip()) is None]
