"""
The names of languages: BCP 47 tags as the document has them, ISO 639-2 as media files have them, and words for people.

ISO 639-2 has two codes for twenty languages: the bibliographic ("chi") and the terminological ("zho"). Matroska before
IETF tags, MP4 players and mkvmerge use the bibliographic one; QuickTime's specification and ISO 14496-12 the other.
Both are read.
"""

from __future__ import annotations

UNDETERMINED = "und"

_THREE = """
aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis bm:bam
bn:ben bo:tib/bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:cze/ces cu:chu cv:chv cy:wel/cym da:dan
de:ger/deu dv:div dz:dzo ee:ewe el:gre/ell en:eng eo:epo es:spa et:est eu:baq/eus fa:per/fas ff:ful fi:fin fj:fij
fo:fao fr:fre/fra fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun
hy:arm/hye hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:ice/isl it:ita iu:iku ja:jpn jv:jav ka:geo/kat
kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug
li:lim ln:lin lo:lao lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mao/mri mk:mac/mkd ml:mal mn:mon mr:mar ms:may/msa mt:mlt
my:bur/mya na:nau nb:nob nd:nde ne:nep ng:ndo nl:dut/nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori
os:oss pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:rum/ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme
sg:sag si:sin sk:slo/slk sl:slv sm:smo sn:sna so:som sq:alb/sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel
tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven
vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:chi/zho zu:zul yue:chi/zho cmn:chi/zho
"""
_PAIRS = {two: three.split("/") for two, three in (entry.split(":") for entry in _THREE.split())}
_SHORT = {three: two for two, codes in _PAIRS.items() if two not in {"yue", "cmn"} for three in codes}
_OWN_NAMES = {
    "ar": "العربية", "cs": "Čeština", "da": "Dansk", "de": "Deutsch", "el": "Ελληνικά", "en": "English",
    "es": "Español", "fa": "فارسی", "fi": "Suomi", "fr": "Français", "he": "עברית", "hi": "हिन्दी", "hu": "Magyar",
    "id": "Bahasa Indonesia", "it": "Italiano", "ja": "日本語", "ko": "한국어", "ms": "Bahasa Melayu", "nb": "Norsk",
    "nl": "Nederlands", "no": "Norsk", "pl": "Polski", "pt": "Português", "ro": "Română", "ru": "Русский",
    "sv": "Svenska", "th": "ไทย", "tr": "Türkçe", "uk": "Українська", "vi": "Tiếng Việt", "yue": "粵語", "zh": "中文",
    "zh-hans": "简体中文", "zh-cn": "简体中文", "zh-hant": "繁體中文", "zh-tw": "繁體中文", "zh-hk": "繁體中文",
}  # fmt: skip


def bibliographic(language: str) -> str:
    """The ISO 639-2/B code of a BCP 47 tag: zh-Hans is "chi", en "eng"; "und" for what has none."""
    return _codes(language)[0]


def terminological(language: str) -> str:
    """The ISO 639-2/T code of a BCP 47 tag: zh is "zho"; "und" for what has none."""
    return _codes(language)[-1]


def short(code: str) -> str:
    """The tag of an ISO 639-2 code, the shortest there is: "chi" and "zho" are zh; others stay as they are."""
    return _SHORT.get(code.strip().lower(), code.strip() or UNDETERMINED)


def own_name(language: str) -> str:
    """What speakers call the language ("中文", "English"); the tag itself where we do not know."""
    tag = language.lower()
    return _OWN_NAMES.get(tag) or _OWN_NAMES.get(tag.split("-", 1)[0]) or language


def _codes(language: str) -> list[str]:
    main = language.lower().replace("_", "-").split("-", 1)[0]
    if main in _PAIRS:
        return _PAIRS[main]
    three = len(main) == 3 and main.isascii() and main.isalpha()
    return _PAIRS.get(_SHORT.get(main, ""), [main]) if three else [UNDETERMINED]
