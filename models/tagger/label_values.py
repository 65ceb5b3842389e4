"""
Values made rather than listed: what the macros of labels*.toml stand for.

``expand("<n>元", random)`` is "128元". ``#`` is a digit. Only entries with a ``<`` or ``#`` are patterns; a macro that
is not known is an error, so a typing mistake in a lexicon shows at once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_ZH = "零一二三四五六七八九"
_EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SURNAMES = tuple(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
) + ("欧阳", "司马", "诸葛", "上官")
GIVEN = tuple(
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅红国建志文辉健晓婷雪琳浩宇轩然子涵欣怡诗雨佳琪俊豪天翔思远梦瑶可心一诺博晨曦安宁乐凡星辰若溪嘉懿承泽睿哲"
)
FIRST = tuple(
    "Emma Olivia Noah Liam Sophia Lucas Mia Ethan Ava James William Henry Grace Chloe Daniel Matthew Hannah Samuel Ella Leo Nora Oscar Ruby Max Zoe Adam Claire Paul Laura Peter Julia Frank Rose Jack Lily Sam Amy Ben Kate David Anna Mark Lucy Eric Helen Tony Diana George Rachel Victor Irene Walter Martha Felix Clara Hugo Ivy Simon Judy Carlos Maria Diego Elena Ahmed Fatima Yusuf Priya Ravi Kenji Yuki Olga Ivan Sven Ingrid".split()
)
LAST = tuple(
    "Smith Johnson Brown Taylor Anderson Thomas Jackson White Harris Martin Thompson Garcia Robinson Clark Lewis Walker Hall Allen Young King Wright Scott Green Baker Adams Nelson Carter Mitchell Parker Evans Edwards Collins Stewart Morris Murphy Cook Rogers Reed Bailey Cooper Bell Ward Cox Howard Watson Brooks Kelly Sanders Price Bennett Wood Barnes Ross Henderson Coleman Jenkins Perry Powell Sullivan Russell Ortiz Fisher Lopez Kim Patel Singh Müller Rossi Novak Ivanov Tanaka O'Brien McDonald".split()
)
_PINYIN = tuple(
    "Wei Fang Na Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xiuying Xia Ping Gang Hao Yu Xuan Zihan Xinyi Jiaqi".split()
)
_PINSUR = tuple("Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo".split())
_ZHROAD = tuple(
    "人民 解放 中山 建设 和平 南京 北京 长安 胜利 新华 文化 朝阳 滨海 翠竹 桃源 学府 光明 幸福 东风 迎宾 金山 玉泉 梧桐 龙华 凤凰 清河 石桥 南湖 北苑 西湖 江滨 星光 锦绣 银河 科技 创业 湖滨 香樟 青年 民主".split()
)
_ZHCITY = tuple(
    "北京 上海 广州 深圳 杭州 南京 苏州 成都 重庆 武汉 西安 天津 青岛 大连 厦门 长沙 郑州 昆明 沈阳 济南 合肥 宁波".split()
)
_ENCITY = tuple(
    "Boston Chicago Denver Austin Seattle Dallas Portland London Leeds Bristol Toronto Sydney Dublin Phoenix Atlanta Houston Oakland Tampa".split()
)
_ZHTAG = tuple(
    "美食 旅行 穿搭 日常 健身 萌宠 摄影 生活 校园 治愈 搞笑 手工 读书 护肤 减肥 露营 音乐 舞蹈 亲子 职场 游戏 电影 家居 夜景 探店 开箱 测评 毕业季 早餐 周末".split()
)
_TAG = tuple(
    "food travel style daily fitness cat dog photo life campus funny craft book skin camping music dance baby work game film home night coffee sunset makeup unboxing vlog beach art".split()
)
_HOST = tuple(
    "zimuclub sunnyshop bluewave qingmu starfilm kuaimai happycat moonlight greenleaf pixelbox yunduan daydream tastyhub fastcar mapletree oceanview xiaoniu redpanda silverfox goodread lantern cloudtop ninebird filmroom editlab soundbay".split()
)
_USER = tuple(
    "lily coco tiger momo sunny jackie dududu nana xiaoyu amber kevin bella nova rocky mango yoyo vivi leo_w echo penny milo ruby sky9 luna tomcat mrbean pixie zoe88".split()
)
_PATH = tuple(
    "news shop video item about help sale live list user detail clip promo join index story download photo page blog".split()
)
MONTHS = "January February March April May June July August September October November December Jan. Feb. Mar. Apr. Aug. Sept. Oct. Nov. Dec.".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def chinese(number: int) -> str:
    """*number* (0 to 99) in Chinese numerals: 十二, 三十, 四十五."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _ZH[ones]
    return ("" if tens == 1 else _ZH[tens]) + "十" + (_ZH[ones] if ones else "")


def english(number: int) -> str:
    """*number* (0 to 99) in English words: twelve, forty-five."""
    if number < 20:
        return _EN[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_EN[ones]}" if ones else "")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _natural(r: random.Random) -> int:
    """A number as prices and counts have them: small ones, round ones, and ones that end in 9 or 8."""
    size = r.choice((9, 99, 99, 999, 999, 9999))
    value = r.randint(1, size)
    if value > 20 and r.random() < 0.5:
        value = value // 10 * 10 + r.choice((0, 0, 9, 8))
    return value


Maker = Callable[[random.Random], str]
MACROS: dict[str, Maker] = {
    "n": lambda r: str(_natural(r)),
    "N": lambda r: f"{r.randint(1, 2000) * r.choice((1, 10, 50, 100)) + 1000:,}",
    "f": lambda r: f"{r.randint(0, 400)}.{r.choice(('99', '90', '50', '80', '00', f'{r.randint(0, 99):02d}'))}",
    "s": lambda r: str(r.randint(1, 9)),
    "p": lambda r: str(r.randint(1, 100)),
    "z": lambda r: chinese(r.choice((2, 3, r.randint(1, 10), r.randint(1, 99)))).replace("二", r.choice("二两"), 1) if r.random() < 0.2 else chinese(r.randint(1, 99)),
    "z1": lambda r: r.choice("一二三四五六七八九"),
    "w": lambda r: english(r.choice((r.randint(2, 10), r.randint(2, 20), r.randint(20, 99)))),
    "y": lambda r: str(r.choice((r.randint(1950, 2030), r.randint(2015, 2026)))),
    "yy": lambda r: f"{r.randint(0, 99):02d}",
    "zy": lambda r: "".join(_ZH[int(digit)] for digit in str(r.randint(1930, 2026))).replace("零", r.choice("零〇")),
    "m": lambda r: str(r.randint(1, 12)),
    "mm": lambda r: f"{r.randint(1, 12):02d}",
    "d": lambda r: str(r.randint(1, 28)),
    "dd": lambda r: f"{r.randint(1, 28):02d}",
    "dth": lambda r: _ordinal(r.randint(1, 31)),
    "zm": lambda r: chinese(r.randint(1, 12)),
    "zd": lambda r: chinese(r.randint(1, 30)),
    "zw": lambda r: r.choice("一二三四五六日"),
    "Mon": lambda r: r.choice(MONTHS),
    "wd": lambda r: r.choice(WEEKDAYS),
    "h": lambda r: str(r.randint(0, 23)),
    "h12": lambda r: str(r.randint(1, 12)),
    "hw": lambda r: english(r.randint(1, 12)),
    "zh12": lambda r: r.choice(("两", *(chinese(hour) for hour in range(1, 13) if hour != 2))),
    "min": lambda r: f"{r.randint(0, 59):02d}" if r.random() < 0.5 else r.choice(("00", "30", "15", "45")),
    "a": lambda r: str(r.randint(1, 95)),
    "za": lambda r: chinese(r.randint(2, 99)),
    "aw": lambda r: english(r.randint(2, 90)),
    "zten": lambda r: chinese(10 * r.randint(2, 9)),
    "fps": lambda r: r.choice(("24", "25", "30", "50", "60", "120", "29.97", "23.976", "240")),
    "A": lambda r: r.choice("ABCDEFGHJKLMNPQRSTUVWXYZ"),
    "AA": lambda r: "".join(r.choices("ABCDEFGHJKLMNPQRSTUVWXYZ", k=r.choice((2, 2, 3)))),
    "surname": lambda r: r.choice(SURNAMES),
    "given1": lambda r: r.choice(GIVEN),
    "given2": lambda r: "".join(r.sample(GIVEN, 2)),
    "first": lambda r: r.choice(FIRST),
    "last": lambda r: r.choice(LAST),
    "pysur": lambda r: r.choice(_PINSUR),
    "pygiv": lambda r: r.choice(_PINYIN),
    "zhroad": lambda r: r.choice(_ZHROAD),
    "zhcity": lambda r: r.choice(_ZHCITY),
    "encity": lambda r: r.choice(_ENCITY),
    "zhtag": lambda r: r.choice(_ZHTAG),
    "tag": lambda r: r.choice(_TAG),
    "host": lambda r: r.choice(_HOST),
    "user": lambda r: r.choice(_USER),
    "path": lambda r: r.choice(_PATH),
}  # fmt: skip
_PATTERN = re.compile(r"<([A-Za-z0-9]+)>|(#)")


def is_pattern(entry: str) -> bool:
    """Whether *entry* of a lexicon is made rather than taken as it stands."""
    return "#" in entry or "<" in entry


def expand(entry: str, r: random.Random) -> str:
    """*entry* with its macros and ``#`` filled in; in a hashtag (``#<tag>``) every ``#`` stays."""
    if not is_pattern(entry):
        return entry
    hashtag = entry.startswith("#<")

    def fill(found: re.Match[str]) -> str:
        if found[2]:
            return "#" if hashtag else r.choice("0123456789")
        return MACROS[found[1]](r)

    return _PATTERN.sub(fill, entry)
