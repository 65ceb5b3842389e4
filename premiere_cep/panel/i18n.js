/* The words of the interface, in English and in simplified Chinese. tr("remaining", {time: "3 s"}) fills in {time}. */
(function (zimu) {
  "use strict";

  var EN = {
    "name": "Zimu", "title": "Zimu · subtitles", "other": "中文", "theme": "Light or dark", "comma": ", ",
    "tab.make": "Make", "tab.cues": "Cues", "tab.deliver": "Timeline",
    "connection.connecting": "Connecting", "connection.open": "Connected", "connection.lost": "Not connected", "connection.refused": "Refused",
    "host.premiere": "Premiere Pro", "host.resolve": "DaVinci Resolve",
    "timeline": "Open timeline", "refresh": "Read again", "reading": "Reading the timeline.",
    "no-timeline": "No timeline is open. Open one in the editing program, then read again.",
    "facts": "{rate} fps · starts at {start} · lasts {duration}", "open.known": "Open its subtitles",
    "range": "Part", "range.all": "The whole timeline", "range.in-out": "From in to out", "range.from-to": "From in to out: {from} – {to}", "range.none": "From in to out (none is set)",
    "sound": "Sound", "tracks": "Audio tracks to listen to", "track.off": "{name} (switched off)", "tracks.none": "Choose at least one audio track.",
    "route": "Where the sound comes from", "route.render": "Rendered by the program: exactly what is heard", "route.sources": "Straight from the media files: faster, without effects",
    "subtitles": "Subtitles", "spoken": "Spoken language", "spoken.auto": "Find out", "first": "First language", "second": "Second language", "second.none": "None",
    "profile": "Rules", "children": "For children: slower to read", "events": "Also mark", "event.text": "Events in what is said", "event.sounds": "Music and sounds", "event.speakers": "Who speaks",
    "packs": "Models", "speech": "For speech", "translation": "For translation", "pack.best": "The best that is installed", "pack.starter": "{name} (starter)",
    "pack.missing": "No model for speech is installed. In a terminal: zimu models pull", "start": "Make subtitles",
    "cues": "Cues", "find": "Find", "remarks.only": "With remarks only", "remark": "{n} remark", "remarks": "{n} remarks", "follow": "Playhead follows",
    "undo": "Undo", "redo": "Redo", "open.zimu": "Open in Zimu", "import": "Import captions", "count": "{shown} of {all} cues · {wrong} with remarks",
    "cues.none": "No cue is like this.", "no-document": "There are no subtitles yet. Make them, or open those of the timeline.",
    "save": "Save", "save.next": "Save, next", "split.here": "Split at cursor", "join": "Join with next", "join.none": "This is the last cue: there is none to join it with.", "delete": "Delete", "deleted": "Deleted.", "cancel": "Cancel",
    "time.start": "Start", "time.end": "End", "speaker": "Speaker", "time.wrong": "The times were not saved: a cue starts before it ends.", "time.wrong.hint": "Write them like 1:02:03.400 or 2:03.4.",
    "keys": "Keys", "key.move": "↑ ↓ Page Home End", "key.move.does": "move", "key.edit": "Enter, F2", "key.edit.does": "edit", "key.save": "Ctrl+Enter", "key.save.does": "save and edit the next",
    "key.leave": "Esc", "key.leave.does": "leave without saving", "key.cut": "Ctrl+Shift+Enter, S", "key.cut.does": "split at the cursor, in the middle", "key.join": "J", "key.join.does": "join with the next",
    "key.delete": "Delete", "key.delete.does": "delete", "key.undo": "Ctrl+Z, Ctrl+Y", "key.undo.does": "undo, redo", "key.find": "Ctrl+F", "key.find.does": "find", "key.place": "Space", "key.place.does": "go to the place",
    "import.hint": "Captions that were corrected in the editing program and exported from it: SRT, WebVTT, or Premiere's transcript.", "import.file": "File", "import.language": "Language of the captions", "import.take": "Import", "imported": "Cues changed: {n}", "browse": "Choose",
    "deliver": "Put on the timeline", "document": "{name} · {cues} cues · {marks} markers", "push.tracks": "Caption tracks", "track.both": "All together, on one track", "push.kinds": "Markers", "push.more": "More",
    "push.refresh": "Put the captions again, even if they seem unchanged", "push.restore": "Put back what was deleted on the timeline",
    "push": "Put", "push.does": "Make the timeline show the subtitles and markers; your own are left alone", "pull": "Fetch changes", "pull.does": "Take what was edited on the timeline into the subtitles",
    "status": "Compare", "status.does": "Say what would be done, and change nothing", "unpush": "Remove ours", "unpush.does": "Take away everything that Zimu put on the timeline",
    "unpush.sure": "Remove what Zimu put on this timeline?", "unpush.what": "The caption tracks and markers made by Zimu are taken away. Yours stay, and so does the file with the subtitles.", "unpush.discard": "Also those that were edited here and not fetched", "unpush.yes": "Remove",
    "report.good": "It is on the timeline.", "report.same": "Nothing had to be done.", "report.ask": "Some things were changed on both sides.", "report.bad": "Not everything could be done.",
    "report.put": "Done", "report.track": "Track {name}, captions: {n}", "report.markers": "Markers put: {n}", "report.changed": "Changed: {n}", "report.removed": "Removed: {n}",
    "report.kept": "Yours, left as they are", "report.kept.markers": "Markers: {n}", "report.kept.tracks": "Caption tracks: {n}", "report.unverified": "Could not be checked", "report.failed": "Failed", "report.pulled": "Edited on the timeline",
    "report.outside": "Outside the timeline", "report.outside.n": "Cues or markers before its start or after its end: {n}", "report.notes": "Notes",
    "conflicts": "Changed on both sides", "conflicts.hint": "Until you choose, the timeline keeps its own.", "conflict.document": "Zimu's:", "conflict.host": "Timeline's:", "conflict.deleted": "deleted", "conflict.at": "at {time}",
    "conflict.all.document": "Zimu's everywhere", "conflict.all.host": "Timeline's everywhere", "conflict.apply": "Do it so",
    "what.text": "text", "what.moved": "moved", "what.retimed": "times", "what.renamed": "renamed", "what.noted": "note", "what.recoloured": "colour", "what.deleted": "deleted", "what.added": "added",
    "progress": "Progress", "stop": "Stop", "dismiss": "Close", "remaining": "{time} left", "heard": "pieces heard: {n}", "cancelled": "Stopped.", "time.s": "{s} s", "time.min": "{m} min {s} s", "time.h": "{h} h {m} min",
    "state.waiting": "{what}: waiting", "state.running": "{what}: at work", "state.finished": "{what}: done", "state.failed": "{what}: failed", "state.cancelled": "{what}: stopped",
    "verb.run": "Subtitles", "verb.start": "Subtitles", "verb.push": "Put on the timeline", "verb.pull": "Fetch changes", "verb.unpush": "Remove ours", "verb.status": "Compare",
    "stage.render": "Rendering the sound", "stage.sound": "Reading the sound", "stage.read": "Reading", "stage.listen": "Listening", "stage.cue": "Making cues", "stage.translate": "Translating", "stage.tagging": "Looking for events", "stage.sounds": "Looking for sounds", "stage.speakers": "Telling voices apart", "stage.emotion": "Hearing the mood", "stage.write": "Writing", "stage.push": "Putting on the timeline", "stage.pull": "Fetching changes",
    "kind.music": "Music", "kind.sound": "Sounds", "kind.action": "Actions", "kind.title": "Titles", "kind.shot": "Shots", "kind.scene": "Scenes", "kind.caption": "Descriptions", "kind.note": "Notes",
    "check.reading-speed": "read too fast", "check.line-length": "line too long", "check.lines": "too many lines", "check.too-short": "too short", "check.too-long": "too long", "check.gap": "too close to the cue before", "check.overlap": "overlaps the cue before", "check.crosses-cut": "crosses a cut", "check.empty": "empty", "check.untranslated": "not translated", "check.wrong-script": "in another script", "check.glossary": "term missing", "check.low-confidence": "heard uncertainly", "check.repeated": "repeats the cue before", "check.hallucination": "perhaps invented", "check.anticipates": "before its sound", "check.brackets": "bracket not closed", "check.punctuation": "punctuation at the end of a line", "check.numbers": "{said} ({value}, limit {limit})",
    "lost": "Zimu cannot be reached.", "lost.hint": "The panel tries again by itself. If it goes on, run: zimu doctor", "slow": "Zimu did not answer in time.", "slow.hint": "Try again. If it goes on, run: zimu doctor",
    "refused": "Zimu did not accept this panel's key.", "refused.hint": "Open the panel again from the editing program's menu, or with: zimu serve --open", "no-token": "This page was opened without a key.",
    "no-config": "The panel does not know where Zimu is.", "no-config.hint": "In a terminal: zimu premiere install", "no-start": "Zimu could not be started.",
    "transcript": "Import a transcript", "transcript.does": "A transcript file of Zimu's becomes Premiere's own, which its Text panel makes captions of", "transcript.done": "Imported. Now in the Text panel: create captions from the transcript.",
    "transcript.one": "The timeline does not play exactly one media file.", "transcript.one.hint": "A transcript belongs to one media file: import it in the Text panel of that file.",
    "uxp.start": "In a terminal: zimu serve. A plugin of this kind cannot start it.",
    "script.failed": "Premiere Pro could not run the panel's script.", "script.failed.hint": "Close and open the panel. If it goes on, run: zimu premiere install",
    "job.gone": "Zimu was started anew and does not know the job any more.", "job.gone.hint": "Start it again: what was finished is kept.",
  };

  var ZH = {
    "name": "字幕", "title": "字幕 Zimu", "other": "English", "theme": "浅色或深色", "comma": "、",
    "tab.make": "制作", "tab.cues": "字幕", "tab.deliver": "时间线",
    "connection.connecting": "正在连接", "connection.open": "已连接", "connection.lost": "未连接", "connection.refused": "被拒绝",
    "host.premiere": "Premiere Pro", "host.resolve": "DaVinci Resolve",
    "timeline": "当前时间线", "refresh": "重新读取", "reading": "正在读取时间线。",
    "no-timeline": "没有打开的时间线。请先在剪辑软件中打开一条，再重新读取。",
    "facts": "{rate} 帧/秒 · 起始 {start} · 时长 {duration}", "open.known": "打开它的字幕",
    "range": "范围", "range.all": "整条时间线", "range.in-out": "入点到出点", "range.from-to": "入点到出点：{from} – {to}", "range.none": "入点到出点（未设置）",
    "sound": "声音", "tracks": "要识别的音轨", "track.off": "{name}（已关闭）", "tracks.none": "请至少选择一条音轨。",
    "route": "声音来源", "route.render": "由剪辑软件渲染：与听到的完全一致", "route.sources": "直接读取素材文件：更快，不含效果",
    "subtitles": "字幕", "spoken": "说话语言", "spoken.auto": "自动识别", "first": "第一语言", "second": "第二语言", "second.none": "无",
    "profile": "规范", "children": "儿童节目：阅读速度放慢", "events": "同时标记", "event.text": "话语中的事件", "event.sounds": "音乐和声音", "event.speakers": "说话人",
    "packs": "模型", "speech": "语音识别", "translation": "翻译", "pack.best": "已安装中最好的", "pack.starter": "{name}（入门）",
    "pack.missing": "没有安装语音识别模型。请在终端运行：zimu models pull", "start": "制作字幕",
    "cues": "字幕列表", "find": "查找", "remarks.only": "只看有提示的", "remark": "{n} 条提示", "remarks": "{n} 条提示", "follow": "播放头跟随",
    "undo": "撤销", "redo": "重做", "open.zimu": "在 Zimu 中打开", "import": "导入字幕", "count": "显示 {shown} 条，共 {all} 条 · {wrong} 条有提示",
    "cues.none": "没有符合条件的字幕。", "no-document": "还没有字幕。请先制作，或打开这条时间线已有的字幕。",
    "save": "保存", "save.next": "保存并编辑下一条", "split.here": "在光标处拆分", "join": "与下一条合并", "join.none": "这是最后一条字幕，后面没有可合并的。", "delete": "删除", "deleted": "已删除。", "cancel": "取消",
    "time.start": "开始", "time.end": "结束", "speaker": "说话人", "time.wrong": "时间没有保存：开始必须早于结束。", "time.wrong.hint": "请写成 1:02:03.400 或 2:03.4 的形式。",
    "keys": "快捷键", "key.move": "↑ ↓ Page Home End", "key.move.does": "移动", "key.edit": "Enter、F2", "key.edit.does": "编辑", "key.save": "Ctrl+Enter", "key.save.does": "保存并编辑下一条",
    "key.leave": "Esc", "key.leave.does": "不保存并退出", "key.cut": "Ctrl+Shift+Enter、S", "key.cut.does": "在光标处拆分、从中间拆分", "key.join": "J", "key.join.does": "与下一条合并",
    "key.delete": "Delete", "key.delete.does": "删除", "key.undo": "Ctrl+Z、Ctrl+Y", "key.undo.does": "撤销、重做", "key.find": "Ctrl+F", "key.find.does": "查找", "key.place": "空格", "key.place.does": "跳到该位置",
    "import.hint": "在剪辑软件中修改后导出的字幕：SRT、WebVTT，或 Premiere 的转录文本。", "import.file": "文件", "import.language": "字幕的语言", "import.take": "导入", "imported": "更改了 {n} 条字幕。", "browse": "选择",
    "deliver": "放到时间线上", "document": "{name} · {cues} 条字幕 · {marks} 个标记", "push.tracks": "字幕轨道", "track.both": "全部合在一条轨道", "push.kinds": "标记", "push.more": "更多",
    "push.refresh": "即使看起来没有变化，也重新放置字幕", "push.restore": "恢复在时间线上删除的内容",
    "push": "放置", "push.does": "让时间线显示字幕和标记；您自己的内容不会改动", "pull": "取回更改", "pull.does": "把时间线上的修改取回到字幕中",
    "status": "比较", "status.does": "只说明会做什么，不做任何更改", "unpush": "移除我们的内容", "unpush.does": "移除 Zimu 放在时间线上的所有内容",
    "unpush.sure": "要移除 Zimu 放在这条时间线上的内容吗？", "unpush.what": "将移除 Zimu 制作的字幕轨道和标记。您自己的内容和字幕文件都会保留。", "unpush.discard": "包括在这里修改过但还没有取回的内容", "unpush.yes": "移除",
    "report.good": "已放到时间线上。", "report.same": "没有需要更改的内容。", "report.ask": "有些内容两边都改过。", "report.bad": "有些内容没能完成。",
    "report.put": "已完成", "report.track": "轨道 {name}：{n} 条字幕", "report.markers": "放置了 {n} 个标记", "report.changed": "更改了 {n} 项", "report.removed": "移除了 {n} 项",
    "report.kept": "您自己的内容，保持原样", "report.kept.markers": "{n} 个标记", "report.kept.tracks": "{n} 条字幕轨道", "report.unverified": "无法核对", "report.failed": "失败", "report.pulled": "在时间线上修改过",
    "report.outside": "在时间线之外", "report.outside.n": "{n} 条字幕或标记位于时间线开始之前或结束之后。", "report.notes": "说明",
    "conflicts": "两边都改过", "conflicts.hint": "在您选择之前，时间线保留自己的版本。", "conflict.document": "Zimu 的：", "conflict.host": "时间线的：", "conflict.deleted": "已删除", "conflict.at": "位于 {time}",
    "conflict.all.document": "全部用 Zimu 的", "conflict.all.host": "全部用时间线的", "conflict.apply": "按此执行",
    "what.text": "文字", "what.moved": "位置", "what.retimed": "时间", "what.renamed": "名称", "what.noted": "备注", "what.recoloured": "颜色", "what.deleted": "删除", "what.added": "新增",
    "progress": "进度", "stop": "停止", "dismiss": "关闭", "remaining": "还需 {time}", "heard": "已识别 {n} 段", "cancelled": "已停止。", "time.s": "{s} 秒", "time.min": "{m} 分 {s} 秒", "time.h": "{h} 小时 {m} 分",
    "state.waiting": "{what}：等待中", "state.running": "{what}：进行中", "state.finished": "{what}：已完成", "state.failed": "{what}：失败", "state.cancelled": "{what}：已停止",
    "verb.run": "制作字幕", "verb.start": "制作字幕", "verb.push": "放到时间线上", "verb.pull": "取回更改", "verb.unpush": "移除我们的内容", "verb.status": "比较",
    "stage.render": "正在渲染声音", "stage.sound": "正在读取声音", "stage.read": "正在读取", "stage.listen": "正在识别", "stage.cue": "正在断句", "stage.translate": "正在翻译", "stage.tagging": "正在寻找事件", "stage.sounds": "正在寻找声音", "stage.speakers": "正在区分说话人", "stage.emotion": "正在识别情绪", "stage.write": "正在写入", "stage.push": "正在放到时间线上", "stage.pull": "正在取回更改",
    "kind.music": "音乐", "kind.sound": "声音", "kind.action": "动作", "kind.title": "标题", "kind.shot": "镜头", "kind.scene": "场景", "kind.caption": "画面描述", "kind.note": "备注",
    "check.reading-speed": "阅读速度过快", "check.line-length": "一行过长", "check.lines": "行数过多", "check.too-short": "显示时间过短", "check.too-long": "显示时间过长", "check.gap": "与上一条间隔过小", "check.overlap": "与上一条重叠", "check.crosses-cut": "跨越镜头切换", "check.empty": "没有文字", "check.untranslated": "没有翻译", "check.wrong-script": "文字种类不对", "check.glossary": "缺少术语表中的译法", "check.low-confidence": "识别把握不大", "check.repeated": "与上一条重复", "check.hallucination": "可能是凭空生成的", "check.anticipates": "早于声音出现", "check.brackets": "括号或标签没有闭合", "check.punctuation": "行末有多余标点", "check.numbers": "{said}（{value}，限 {limit}）",
    "lost": "无法连接 Zimu。", "lost.hint": "面板会自动重试。如果一直不行，请运行：zimu doctor", "slow": "Zimu 没有及时回应。", "slow.hint": "请重试。如果一直不行，请运行：zimu doctor",
    "refused": "Zimu 不接受这个面板的密钥。", "refused.hint": "请从剪辑软件的菜单重新打开面板，或运行：zimu serve --open", "no-token": "这个页面打开时没有密钥。",
    "no-config": "面板不知道 Zimu 在哪里。", "no-config.hint": "请在终端运行：zimu premiere install", "no-start": "无法启动 Zimu。",
    "transcript": "导入转录文本", "transcript.does": "把 Zimu 的转录文件变成 Premiere 自己的转录文本，再由“文本”面板生成字幕", "transcript.done": "已导入。现在请在“文本”面板中从转录文本创建字幕。",
    "transcript.one": "时间线播放的不是恰好一个素材文件。", "transcript.one.hint": "转录文本属于一个素材文件：请在该文件的“文本”面板中导入。",
    "uxp.start": "请在终端运行：zimu serve。这种插件无法自行启动它。",
    "script.failed": "Premiere Pro 无法运行面板的脚本。", "script.failed.hint": "请关闭面板再打开。如果一直不行，请运行：zimu premiere install",
    "job.gone": "Zimu 重新启动过，已不认识这个任务。", "job.gone.hint": "请重新开始：已完成的部分会保留。",
  };

  var words = EN;
  var language = "en";

  function tr(key, values) {
    var text = words[key];
    if (text === undefined) throw new Error("No words for " + key);
    return values ? text.replace(/\{(\w+)\}/g, function (whole, name) { return name in values ? values[name] : whole; }) : text;
  }

  zimu.i18n = {
    tr: tr,
    has: function (key) { return Object.prototype.hasOwnProperty.call(words, key); },
    use: function (code) {
      language = /^zh/i.test(code) ? "zh" : "en";
      words = language === "zh" ? ZH : EN;
    },
    language: function () { return language; },
    all: { en: EN, zh: ZH },
  };
})((window.zimu = window.zimu || {}));
