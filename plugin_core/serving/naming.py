"""The names of languages in English and Chinese, for lists to choose from."""

from __future__ import annotations

_NAMES = """
zh Chinese 中文|zh-Hant Chinese, traditional 繁体中文|yue Cantonese 粤语|en English 英语|ja Japanese 日语
ko Korean 韩语|es Spanish 西班牙语|fr French 法语|de German 德语|it Italian 意大利语|pt Portuguese 葡萄牙语
ru Russian 俄语|ar Arabic 阿拉伯语|hi Hindi 印地语|th Thai 泰语|vi Vietnamese 越南语|id Indonesian 印尼语
ms Malay 马来语|nl Dutch 荷兰语|pl Polish 波兰语|tr Turkish 土耳其语|sv Swedish 瑞典语|da Danish 丹麦语
no Norwegian 挪威语|nb Norwegian Bokmål 书面挪威语|fi Finnish 芬兰语|cs Czech 捷克语|el Greek 希腊语
he Hebrew 希伯来语|hu Hungarian 匈牙利语|ro Romanian 罗马尼亚语|uk Ukrainian 乌克兰语|fa Persian 波斯语
bg Bulgarian 保加利亚语|hr Croatian 克罗地亚语|sr Serbian 塞尔维亚语|sk Slovak 斯洛伐克语
sl Slovenian 斯洛文尼亚语|lt Lithuanian 立陶宛语|lv Latvian 拉脱维亚语|et Estonian 爱沙尼亚语
bn Bengali 孟加拉语|ta Tamil 泰米尔语|te Telugu 泰卢固语|ur Urdu 乌尔都语|tl Filipino 菲律宾语
my Burmese 缅甸语|km Khmer 高棉语|lo Lao 老挝语|mn Mongolian 蒙古语|kk Kazakh 哈萨克语|uz Uzbek 乌兹别克语
bo Tibetan 藏语|ug Uyghur 维吾尔语|af Afrikaans 南非荷兰语|sq Albanian 阿尔巴尼亚语|am Amharic 阿姆哈拉语
hy Armenian 亚美尼亚语|az Azerbaijani 阿塞拜疆语|eu Basque 巴斯克语|be Belarusian 白俄罗斯语
bs Bosnian 波斯尼亚语|ca Catalan 加泰罗尼亚语|cy Welsh 威尔士语|ga Irish 爱尔兰语|gl Galician 加利西亚语
ka Georgian 格鲁吉亚语|gu Gujarati 古吉拉特语|is Icelandic 冰岛语|kn Kannada 卡纳达语|la Latin 拉丁语
mk Macedonian 马其顿语|ml Malayalam 马拉雅拉姆语|mr Marathi 马拉地语|ne Nepali 尼泊尔语|pa Punjabi 旁遮普语
si Sinhala 僧伽罗语|sw Swahili 斯瓦希里语|jw Javanese 爪哇语|su Sundanese 巽他语|yo Yoruba 约鲁巴语
"""
_TABLE = {
    code: (english, chinese)
    for code, english, chinese in (
        (row.split(" ", 1)[0], *row.split(" ", 1)[1].rsplit(" ", 1))
        for row in _NAMES.strip().replace("\n", "|").split("|")
    )
}


def names(code: str) -> dict[str, str]:
    """As ``models.Language``; the code itself where we do not know a name."""
    english, chinese = _TABLE.get(code) or _TABLE.get(code.split("-", 1)[0]) or (code, code)
    return {"code": code, "name_en": english, "name_zh": chinese}
