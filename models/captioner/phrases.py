"""How a shot of a drawn film is told: parts of sentences in Chinese and English, by what is seen.

``{w}`` stands for who, ``{p}`` for where. Chinese places carry their 上, 里 or 边; English ones their preposition.
"""

from __future__ import annotations

from collections.abc import Mapping

Forms = Mapping[str, tuple[str, ...]]

# -- Chinese --

ZH_PLACES: Forms = {
    "street": ("街上", "街边", "马路边", "街道上"), "avenue": ("大街上", "马路上", "街道上"),
    "skyline": ("城市的高楼前", "城市里", "高楼前面"), "hills": ("山坡上", "草地上", "山丘上"),
    "forest": ("树林里", "森林里", "林子里"), "mountains": ("山脚下", "大山前面", "群山之间"),
    "beach": ("海边", "沙滩上", "海滩上"), "lake": ("湖边", "湖畔"), "river": ("河边", "河岸上"),
    "desert": ("沙漠里", "沙丘上"), "yard": ("院子里", "空地上"), "living": ("客厅里", "屋子里", "房间里"),
    "kitchen": ("厨房里",), "bedroom": ("卧室里", "房间里"), "office": ("办公室里",),
    "meeting": ("会议室里", "办公室里"), "car": ("汽车里", "车里"), "carriage": ("车厢里", "列车上"),
    "studio": ("演播室里", "摄影棚里"), "stage": ("舞台上", "台上"), "hall": ("大厅里", "厅堂里"),
    "corridor": ("走廊里", "过道里"),
}  # fmt: skip
ZH_VIEWS: Forms = {
    "street": ("安静的街道", "一排临街的房子", "空空的街道"), "avenue": ("笔直的大街", "两旁是楼房的马路"),
    "skyline": ("城市的高楼", "城市的天际线", "一座座高楼"), "hills": ("起伏的山丘", "长满草的山坡", "连绵的小山"),
    "forest": ("一片树林", "茂密的森林", "高高低低的树"), "mountains": ("连绵的群山", "高大的雪山", "远处的山峰"),
    "beach": ("海滩和大海", "海边的沙滩", "宽阔的大海"), "lake": ("平静的湖面", "山间的湖水"),
    "river": ("弯弯的河流", "缓缓的河水"), "desert": ("一片沙漠", "起伏的沙丘"), "yard": ("空荡荡的院子", "一片空地"),
    "living": ("没有人的客厅", "空空的客厅"), "kitchen": ("没有人的厨房", "空空的厨房"),
    "bedroom": ("没有人的卧室", "空空的卧室"),
    "office": ("没有人的办公室", "空空的办公室"), "meeting": ("空空的会议室", "没有人的会议室"),
    "car": ("汽车的内部", "没有人的车里"), "carriage": ("空空的车厢", "没有人的车厢"),
    "studio": ("没有人的演播室", "空空的演播室"), "stage": ("空空的舞台", "没有人的舞台"),
    "hall": ("空荡荡的大厅", "没有人的大厅"), "corridor": ("空荡荡的走廊", "没有人的走廊"),
}  # fmt: skip
ZH_COATS = {
    "red": "红", "orange": "橙色", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫色", "pink": "粉色",
    "white": "白", "grey": "灰", "black": "黑",
}  # fmt: skip
ZH_COUNTS: Forms = {
    "one": ("一个人",), "two": ("两个人",), "three": ("三个人",), "some": ("几个人",),
    "many": ("一群人", "很多人", "许多人"),
    "car": ("一辆汽车", "一辆车"), "cars": ("两辆汽车", "几辆汽车", "几辆车"),
}  # fmt: skip
ZH_THERE: Forms = {  # the place is said
    "talk": ("{w}在{p}说话", "{w}正在{p}讲话", "{p}，{w}在说着什么"),
    "chat": ("{w}在{p}交谈", "{w}正在{p}说话", "{p}，{w}在聊天", "{w}在{p}面对面地谈话"),
    "listen": ("{w}在{p}听别人说话", "{w}在{p}静静地听着"),
    "stroll": ("{w}在{p}边走边说", "{w}一边说话一边走在{p}"),
    "look": ("{w}在{p}看着前方", "{w}在{p}静静地看着"),
    "sit": ("{w}坐在{p}", "{w}静静地坐在{p}", "{p}坐着{w}"),
    "stand": ("{w}站在{p}", "{w}静静地站在{p}", "{p}站着{w}"),
    "walk": ("{w}在{p}走着", "{w}走在{p}", "{w}在{p}慢慢地走"),
    "run": ("{w}在{p}奔跑", "{w}在{p}飞快地跑", "{p}，{w}跑了过去"),
    "fight": ("{w}在{p}打架", "{w}在{p}打斗", "{p}，{w}打成一团"),
    "dance": ("{w}在{p}跳舞", "{p}，{w}正在跳舞"),
    "crowd": ("{w}站在{p}", "{w}聚集在{p}", "{p}站满了人", "{p}有{w}"),
    "stream": ("{w}在{p}走来走去", "{p}人来人往", "{w}走在{p}"),
    "blast": ("{p}发生了爆炸", "{p}火光冲天", "{p}爆炸了，浓烟四起"),
    "flee": ("{p}爆炸了，{w}跑开", "{w}在{p}逃离爆炸"),
    "drive": ("{w}在{p}飞驰", "{w}在{p}快速行驶", "{p}，{w}飞驰而过"),
    "chase": ("{w}在{p}追逐", "{w}在{p}互相追赶", "{p}，{w}飞驰而过"),
}  # fmt: skip
ZH_ALONE: Forms = {  # it is not
    "talk": ("{w}在说话", "{w}正在讲话", "{w}说着什么"), "chat": ("{w}在交谈", "{w}面对面说话", "{w}正在聊天"),
    "listen": ("{w}在听别人说话", "{w}静静地听着", "{w}没有说话", "{w}默默地听着", "{w}安静地听着"),
    "stroll": ("{w}边走边说", "{w}一边走一边说话"),
    "look": ("{w}看着前方", "{w}静静地看着前方", "{w}默默地看着", "{w}没有动", "{w}静静地看着"),
    "sit": ("{w}坐着不动", "{w}静静地坐着", "{w}坐在那里", "{w}安静地坐着", "{w}一直坐着"),
    "stand": ("{w}静静地站着", "{w}站着不动", "{w}站在那里", "{w}安静地站着", "{w}一直站着"),
    "walk": ("{w}慢慢地走着", "{w}正在走路"), "run": ("{w}正在奔跑", "{w}飞快地跑着"),
    "fight": ("{w}正在打架", "{w}激烈地打斗"), "dance": ("{w}正在跳舞", "{w}欢快地跳着舞"),
    "crowd": ("{w}站在一起", "{w}聚在一起"), "stream": ("{w}走来走去", "{w}来来往往"),
    "blast": ("突然发生了爆炸", "爆炸的火光冲天", "浓烟和火光四起"), "flee": ("{w}逃离爆炸", "爆炸中{w}跑开"),
    "drive": ("{w}飞驰而过", "{w}快速行驶"), "chase": ("{w}正在追逐", "{w}互相追赶"),
}  # fmt: skip
ZH_VIEW = ("{v}", "画面中是{v}", "镜头里是{v}", "眼前是{v}")
ZH_BIRDS = ("几只鸟飞过{v}", "{v}上空有鸟飞过", "鸟儿在{v}上空飞翔")
ZH_MOVES: Forms = {
    "pan": ("镜头缓缓扫过{v}", "镜头移过{v}"), "rush": ("镜头快速扫过{v}", "镜头飞快地掠过{v}"),
    "push": ("镜头慢慢推近{v}",), "pull": ("镜头慢慢拉远，露出{v}",), "shake": ("晃动的镜头里是{v}",),
}  # fmt: skip
_ZH_CARD = ("画面上出现了标题文字", "屏幕上显示着片名", "一张写着标题的字幕卡", "画面中央有一行大字")
ZH_TITLES: Forms = {
    "title": (*_ZH_CARD, "深色背景上写着标题"), "bright": (*_ZH_CARD, "浅色背景上写着标题"),
    "credits": ("演职员名单在屏幕上滚动", "字幕从下往上滚动", "屏幕上滚动着许多文字", "滚动的演职员字幕",
                "画面上一行行字幕向上移动"),
}  # fmt: skip
ZH_TIMES: Forms = {
    "night": ("夜里，", "夜晚，", "晚上，", "夜色中，"), "dusk": ("黄昏时，", "傍晚，", "黄昏，"),
    "day": ("白天，", "大白天，"),
}  # fmt: skip
ZH_OF_TIME: Forms = {
    "night": ("夜色中的", "夜晚的", "夜里"), "dusk": ("黄昏的", "夕阳下的", "傍晚的"), "day": ("白天的", "阳光下的"),
}  # fmt: skip
ZH_WEATHER: Forms = {
    "rain": ("雨中，", "下着雨，"), "snow": ("大雪中，", "下着雪，"), "fog": ("大雾中，", "雾气里，"),
}  # fmt: skip
ZH_OF_WEATHER: Forms = {"rain": ("雨中的", "下着雨的"), "snow": ("雪中的", "下着雪的"), "fog": ("大雾中的", "雾蒙蒙的")}
ZH_SIZES: Forms = {
    "close": ("特写镜头里，", "近景中，"), "wide": ("远景中，", "全景里，"), "far": ("远处，", "远景中，"),
    "over": ("过肩镜头里，",),
}  # fmt: skip
ZH_CAMERA: Forms = {
    "shake": ("，镜头晃动",), "follow": ("，镜头跟着移动",), "push": ("，镜头推近",), "pull": ("，镜头拉远",),
    "pan": ("，镜头缓缓移动",), "rush": ("，镜头快速移动",),
}  # fmt: skip

# -- English --

EN_PLACES: Forms = {
    "street": ("on the street", "in the street", "by the road"), "avenue": ("on a wide street", "on the road"),
    "skyline": ("in front of tall buildings", "in the city"), "hills": ("on a hillside", "on a meadow", "in the hills"),
    "forest": ("in the forest", "in the woods", "among trees"), "mountains": ("in the mountains", "near the mountains"),
    "beach": ("on the beach", "by the sea"), "lake": ("by the lake", "at a lake"),
    "river": ("by the river", "on the river bank"), "desert": ("in the desert", "on the sand dunes"),
    "yard": ("in a yard", "in an open yard"), "living": ("in the living room", "in a room"),
    "kitchen": ("in the kitchen",), "bedroom": ("in the bedroom", "in a room"),
    "office": ("in the office", "in an office"),
    "meeting": ("in a meeting room", "in the office"), "car": ("in a car", "inside a car"),
    "carriage": ("in a train", "in a carriage"), "studio": ("in a studio", "in a television studio"),
    "stage": ("on a stage", "on the stage"), "hall": ("in a hall", "in a large hall"),
    "corridor": ("in a corridor", "in a hallway"),
}  # fmt: skip
EN_VIEWS: Forms = {
    "street": ("a quiet street", "a row of houses along a street"), "avenue": ("a straight street between houses",),
    "skyline": ("tall city buildings", "a city skyline"), "hills": ("rolling green hills", "grassy hills"),
    "forest": ("a thick forest", "trees in a forest"), "mountains": ("a chain of mountains", "high snowy mountains"),
    "beach": ("a beach and the sea", "the open sea"), "lake": ("a calm lake", "a lake between hills"),
    "river": ("a winding river", "a slow river"), "desert": ("a wide desert", "sand dunes"),
    "yard": ("an empty yard", "an open yard"), "living": ("an empty living room",), "kitchen": ("an empty kitchen",),
    "bedroom": ("an empty bedroom",), "office": ("an empty office",), "meeting": ("an empty meeting room",),
    "car": ("the inside of a car",), "carriage": ("an empty carriage",), "studio": ("an empty studio",),
    "stage": ("an empty stage",), "hall": ("an empty hall",), "corridor": ("an empty corridor",),
}  # fmt: skip
EN_COUNTS: Forms = {
    "one": ("a person", "someone"), "two": ("two people",), "three": ("three people",),
    "some": ("several people", "a few people"), "many": ("a crowd of people", "many people"),
    "car": ("a car",), "cars": ("two cars", "several cars"),
}  # fmt: skip
EN_DOING: Forms = {
    "talk": ("{w} is talking", "{w} is speaking", "{w} is saying something"),
    "chat": ("{w} are talking", "{w} are talking to each other"),
    "listen": ("{w} is listening", "{w} is quietly listening", "{w} is not speaking"),
    "stroll": ("{w} are walking and talking", "{w} are talking on a walk"),
    "look": ("{w} is looking ahead", "{w} is quietly looking", "{w} is not moving"),
    "sit": ("{w} is sitting", "{w} is quietly sitting", "{w} is seated"),
    "stand": ("{w} is standing", "{w} is standing still", "{w} is quietly standing"),
    "walk": ("{w} is walking", "{w} is slowly walking", "{w} is walking along"),
    "run": ("{w} is running", "{w} is running fast", "{w} is running along"),
    "fight": ("{w} are fighting", "{w} are having a fight"), "dance": ("{w} are dancing", "{w} are busy dancing"),
    "crowd": ("{w} are standing", "{w} are gathered"), "stream": ("{w} are walking around", "{w} are passing by"),
    "blast": ("there is an explosion", "something explodes", "fire and smoke rise", "a big explosion"),
    "flee": ("{w} is running from an explosion", "{w} is running away as something explodes"),
    "drive": ("{w} is driving fast", "{w} is speeding"), "chase": ("{w} are chasing each other", "{w} are racing"),
}  # fmt: skip
EN_VIEW = ("{v}", "a view of {v}", "a shot of {v}", "the picture shows {v}", "there is {v}")
EN_BIRDS = ("birds are flying over {v}", "a few birds fly over {v}")
EN_MOVES: Forms = {
    "pan": ("the camera moves slowly over {v}", "a slow pan over {v}"), "rush": ("the camera sweeps quickly over {v}",),
    "push": ("the camera moves in on {v}",), "pull": ("the camera pulls back from {v}",),
    "shake": ("a shaky view of {v}",),
}  # fmt: skip
_EN_CARD = ("a title is shown on the screen", "a title card with large letters", "the name of the film appears",
            "large text in the middle of the screen")  # fmt: skip
EN_TITLES: Forms = {
    "title": (*_EN_CARD, "white letters on a dark background"),
    "bright": (*_EN_CARD, "dark letters on a light background"),
    "credits": ("credits are rolling on the screen", "lines of text scroll up the screen", "the credits roll",
                "a list of names is scrolling up", "many lines of text are moving upwards"),
}  # fmt: skip
EN_TIMES: Forms = {
    "night": ("at night", "after dark"), "dusk": ("at dusk", "at sunset"), "day": ("during the day", "in daylight"),
}  # fmt: skip
EN_WEATHER: Forms = {"rain": ("in the rain",), "snow": ("in the snow",), "fog": ("in the fog", "in thick fog")}
EN_SIZES: Forms = {
    "close": ("close up of {w}", "a close shot of {w}"), "wide": ("a wide shot of {w}",), "far": ("far away {w}",),
    "over": ("over a shoulder {w}",),
}  # fmt: skip
EN_CAMERA: Forms = {
    "shake": ("with a shaking camera",), "follow": ("followed by the camera",), "push": ("as the camera moves in",),
    "pull": ("as the camera pulls back",), "pan": ("as the camera moves slowly",),
    "rush": ("as the camera moves fast",),
}  # fmt: skip
