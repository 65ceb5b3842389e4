"""
Bytes to text: which encoding a subtitle file is in, and its name.

BOM, then UTF-8, then UTF-16 by its zero bytes, then the legacy East Asian encodings by how common the characters
are that they give, then charset-normalizer for the rest. The rule of our own is there because statistics over bytes
need a page of text, while a file of three short cues is common and GB18030 decodes nearly anything.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from plugin_core.errors import DocumentError

LARGEST = 64 << 20  # bytes; the subtitles of a day are under 10 MB
LARGEST_TIMELINE = 256 << 20

_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_CONTROLS = tuple(bytes([code]) for code in (*range(1, 9), *range(14, 27), 28, 29, 30, 31))
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc_kr", "euc_jp")
_CODECS = {"big5": "cp950", "shift_jis": "cp932", "euc_kr": "cp949"}  # the supersets people really write

# The characters that make up most of running text: function words and the commonest verbs, both scripts.
_COMMON = {
    "gb18030": "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意"
    "无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等"
    "产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几"
    "口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统"
    "区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死"
    "张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笑飞风步改收根干造言联持组每济车亲极林服快办议往元"
    "英士证近失转夫令准布始怎呢存未远叫台单影具罗字爱击流备兵连调深商算质团集百需价花党华城石级整府离况亚请技际"
    "约示复病息究线似官火断精满支视消越器容照须九增研写称企八功吗包片史委乎查轻易早曾除农找装广显吧阿李标谈吃图"
    "念六引历首医局突专费号尽另周较注语仅考落青随选列武红响虽推势参希古众构房半节土投某案黑维革划敌致陈律足态护"
    "七兴派孩验责营星够章音跟志底站严巴例防族供效续施留讲型料终答紧黄绝奇察母京段依批群项故按河米围江织害斗双境"
    "客纪采举杀攻父苏密低朝友诉止细愿千值仍男钱破网热助倒育属坐帝限船脸职速刻乐否刚威毛状率甚独球般普怕弹校苦创",
    "big5": "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡"
    "用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意"
    "無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等"
    "產或新己制身果加西月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾"
    "口認條平系氣題活更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指許統"
    "區保至隊形社便空決治展馬科五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死"
    "張該交規萬取望覺術領共確傳師觀清今切院讓識候帶導爭運笑飛風步改收根造言聯持組每車親極林服快辦議往元"
    "英士證近失轉夫令準布始怎呢存未遠叫台單影具字愛擊流備兵連調深商算質團集百需價花黨華城石級整離況請技際"
    "約示復病息究線似官火斷精滿支視消越器容照須九增研寫稱企八功嗎包片史查輕易早曾除農找裝廣顯吧標談吃圖"
    "念六引歷首醫局突專費號盡另週較注語僅考落青隨選列武紅響雖推勢參希古眾構房半節土投某案黑維革劃敵致陳律足態護"
    "啊喔喲囉欸妳咱嗯哦哈呀誰謝歡幫臺灣錢樂孩媽爸爺奶弟妹姐哥",
    "shift_jis": "日本人一大年出会見言行事思者上前自分時間中今何私彼気手子生方来国話家電車学校先後食飲知物心",
}
_COMMON["euc_jp"] = _COMMON["shift_jis"]
_COMMON["gb18030"] += "啊哦喂嘿唉呀哈嗯谁谢欢迎您妈爸爷奶弟妹姐哥帮忙钱错晚拜累喜睡饭"
_PUNCTUATION = "，。！？、：；…—·“”‘’「」『』（）《》〈〉【】～　"
_SETS = {name: frozenset(text + _PUNCTUATION) for name, text in _COMMON.items()}


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str, tuple[str, ...]]:
    """
    (text, name of its encoding, repairs) of *data*.

    *encoding* overrides the detection. DocumentError "document.encoding" names what was tried;
    "document.not-text" if the bytes are no text at all.
    """
    if encoding:
        return _as_told(data, encoding), encoding.lower(), ()
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _forgiving(data[len(bom) :], codec, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and text.count("\0") * 20 < len(text):
        return text, "utf-8", ()
    if b"\0" in data:
        return _by_zeros(data)
    if not data:
        return "", "utf-8", ()
    if sum(data.count(code) for code in _CONTROLS) * 50 > len(data):
        raise _not_text()
    return _nearly_utf8(data) or _legacy(data)


def _as_told(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except LookupError:
        raise DocumentError(
            "document.encoding", f"There is no encoding {encoding!r}.", "Try --encoding utf-8, gb18030, big5 or cp1252."
        ) from None
    except (UnicodeError, ValueError) as error:
        raise DocumentError(
            "document.encoding",
            f"The file is not {encoding}: {error}.",
            "Leave out --encoding to have it detected, or name another.",
        ) from error
    return text.removeprefix("\ufeff")


def _forgiving(data: bytes, codec: str, name: str) -> tuple[str, str, tuple[str, ...]]:
    """*data* in an encoding its BOM names; damage becomes U+FFFD and a repair."""
    text = data.decode(codec, errors="replace")
    bad = text.count("\ufffd")
    return text, name, (f"{bad} × character that could not be read, shown as \ufffd.",) if bad else ()


def _by_zeros(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """UTF-16 without BOM: the digits and line ends of times leave zero bytes on one side."""
    pairs = max(len(data) // 2, 1)
    even, odd = data[0::2].count(0) / pairs, data[1::2].count(0) / pairs
    for share, other, codec in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if share > 0.1 and other < share / 8:
            text, name, repairs = _forgiving(data[: len(data) // 2 * 2], codec, codec)
            if sum(character < " " and character not in "\t\r\n" for character in text) * 50 <= len(text):
                return text, name, repairs
    if data.count(0) * 100 < len(data):
        return decode(data.replace(b"\0", b""))
    raise _not_text()


def _not_text() -> DocumentError:
    return DocumentError(
        "document.not-text",
        "The file is not text.",
        "Picture subtitles (SUP, VobSub) and binary captions (EBU STL) cannot be read: convert them first.",
    )


def _nearly_utf8(data: bytes) -> tuple[str, str, tuple[str, ...]] | None:
    """UTF-8 with a few broken places: cut in transfer, joined from files."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    good = sum(character > "\x7f" for character in text) - bad
    if good < 8 or bad * 20 > good:
        return None
    return text, "utf-8", (f"{bad} × character that could not be read, shown as \ufffd.",)


def _legacy(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    scores = {name: _score(data, name) for name in _EAST_ASIAN}
    best = max(_EAST_ASIAN, key=lambda name: scores[name])
    if scores[best] >= 0.3:
        return _forgiving(data, _CODECS.get(best, best), best)
    tried = ["utf-8", "utf-16", *_EAST_ASIAN]
    name = _western(data)
    if name:
        return data.decode(name), name, ()
    raise DocumentError(
        "document.encoding",
        f"The encoding of the file was not recognised; tried: {', '.join((*tried, 'cp1252', 'and others'))}.",
        "Name it with --encoding.",
    )


def _score(data: bytes, name: str) -> float:
    """How much of the text *data* gives in an encoding is what people write in it: 0 (not at all) to 1."""
    try:
        text = data[:400_000].decode(_CODECS.get(name, name), errors="strict" if len(data) <= 400_000 else "ignore")
    except UnicodeDecodeError:
        return 0.0
    high = [character for character in text if character > "\x7f"]
    if not high:
        return 0.0
    kana = sum("\u3041" <= character <= "\u30fa" for character in high)
    hangul = sum("\uac00" <= character <= "\ud7a3" and _everyday(character) for character in high)
    if name == "euc_kr":
        return (hangul + sum(character in _PUNCTUATION for character in high)) / len(high) if hangul else 0.0
    common = sum(character in _SETS[name] for character in high)
    if name in ("shift_jis", "euc_jp"):
        return (kana + common) / len(high) if kana * 5 > len(high) else 0.0
    return (common - kana - hangul) / len(high)


def _everyday(syllable: str) -> bool:
    """One of the 2,350 syllables of KS X 1001; the other 8,822 are hardly ever written."""
    try:
        return len(syllable.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


def _western(data: bytes) -> str | None:
    """The single-byte encoding charset-normalizer finds, cp1252 before its guess where both give Latin letters."""
    import charset_normalizer

    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    high = [character for character in text if character > "\x7f"]
    letters = "ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜàâäçèéêëîïôöùûüßñÑáíóúÁÍÓÚåÅæÆøØ¿¡’‘“”…–—«»°œ"
    if high and sum(character in letters for character in high) >= 0.9 * len(high) and not _shouting(text):
        return "cp1252"
    best = charset_normalizer.from_bytes(data).best()
    if best is not None:
        return best.encoding
    return "cp1252" if text else None


def _shouting(text: str) -> bool:
    """Words of accented letters only: Cyrillic or Greek read as Latin."""
    return re.search(r"[À-ÿ]{4}", text) is not None


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """The content of a file of the user's; DocumentError if it is missing, unreadable or longer than *largest*."""
    try:
        if path.is_file() and path.stat().st_size > largest:
            raise DocumentError("document.too-large", f"{path.name} is too large to be a subtitle or timeline file.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError("document.missing", f"There is no file {path}.", "Check the name and folder.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError("document.unreadable", f"{path} cannot be read: {reason}.") from error


def text_of(path: Path) -> str:
    """The text of a timeline file in whatever encoding it is."""
    return decode(read_bytes(path, LARGEST_TIMELINE), None)[0]
