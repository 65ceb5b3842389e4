/*
 * What is wrong, and what a report says, in Chinese.
 *
 * What is wrong: the server says it in English, with a code. By code: the sentence, and what to do about it.
 *
 * {1}, {2} stand for the names that the English sentence has in “quotes”, {0} for that sentence itself: what a program
 * or a system said is of use to whoever helps. A null leaves the server's own advice, which names files. A code that is
 * not here, or a sentence without its names, is shown as the server says it. The sentences of reports have no code: they
 * are known by their words, and {1}, {2} stand for what fills them.
 */
(function (zimu) {
  "use strict";

  var AGAIN = "请再放置一次。";
  var DIALOG = "请关闭剪辑软件中打开的对话框，确认没有别人锁定时间线，然后重试。";
  var UPDATE = "请更新 Zimu，并重新安装面板。";
  var PULL = "请在终端运行：zimu models verify，或重新下载该模型。";

  var ZH = {
    "host.none": ["没有连接剪辑软件，或者连接了不止一个。", "请在要处理的那个软件里打开 Zimu 面板。"],
    "host.busy": ["剪辑软件正忙：Zimu 或渲染还没有完成。", "请等它完成，或者停止它。"],
    "host.timeout": ["剪辑软件没有及时回应。", "它可能打开着对话框。请关闭后重试。"],
    "host.gone": ["与剪辑软件的连接断开了。", "请在软件里重新打开 Zimu：已完成的部分会保留。"],
    "host.crashed": ["与剪辑软件的连接中断了。", "你的项目没有丢失：请重试。如果每次都这样，请重新启动软件。"],
    "host.unreachable": ["无法连接剪辑软件。", null],
    "host.no-database": ["DaVinci Resolve 启动时没有连上项目库：它会回应，但不能打开或保存项目。", "请退出并重新启动 Resolve；没有别的办法。"],
    "host.no-project": ["剪辑软件中没有打开项目。", "请打开项目，然后重试。"],
    "host.no-timeline": ["剪辑软件中没有打开时间线。", "请打开一条，或在“制作”中选择。"],
    "host.other-timeline": ["剪辑软件中打开了另一条时间线，Zimu 没有继续。", "请看清打开的是哪一条，选择要用的那条，然后重试。"],
    "host.unknown-timeline": ["打开的项目中已经没有这条时间线。", "请选择另一条。"],
    "host.timeline-refused": ["剪辑软件没有打开这条时间线。", "请在软件里手动打开它；如果别人正在使用，请等到空闲。"],
    "host.rate": ["Zimu 不支持这条时间线的帧率。", null],
    "host.no-range": ["时间线没有设置入点和出点。", "请先设置，或选择整条时间线。"],
    "host.range": ["要渲染的范围是空的。", "请选择更长的范围。"],
    "host.no-track": ["时间线没有这条轨道。", null],
    "host.no-sound": ["没有从时间线得到声音。", "请检查范围，或者直接读取素材文件。"],
    "host.sound": ["剪辑软件写出的声音文件无法使用。", "请直接读取素材文件。"],
    "host.mute": ["Premiere 没有把其他轨道静音。", "请解锁这些轨道。"],
    "host.render-refused": ["Resolve 没有接受渲染任务。", null],
    "host.render-failed": ["Resolve 没有渲染出声音。", "请查看交付页面，或者直接读取素材文件。"],
    "host.captions": ["没有做成字幕轨道（{0}）", null],
    "host.captions-refused": ["Resolve 没有接受字幕轨道。", null],
    "host.captions-kept": ["Resolve 没有移除字幕轨道“{1}”。", DIALOG],
    "host.no-captions": ["这个 Premiere 不让脚本创建字幕。", null],
    "host.not-imported": ["Premiere 没有导入字幕文件。", null],
    "host.drop-captions": ["Premiere 不让脚本移除轨道“{1}”。", "请手动删除：右键单击轨道头，选择删除轨道。"],
    "host.bin": ["Premiere 没有创建素材箱“{1}”。", "请解锁项目。"],
    "host.changed": ["时间线上的内容刚刚被改动过。", AGAIN],
    "host.marker-changed": ["标记“{1}”刚刚被改动过。", AGAIN],
    "host.marker-gone": ["标记“{1}”已不在时间线上。", AGAIN],
    "host.marker-kept": ["标记“{1}”没有移除。", DIALOG],
    "host.marker-refused": ["没有放置标记“{1}”。", DIALOG],
    "host.marker-occupied": ["标记“{1}”要放的位置已有标记“{2}”。", AGAIN],
    "host.marker-place": ["Premiere 把标记“{1}”放到了别的帧上，已将它移除。", "请把序列的起始时间设为 00:00:00:00，然后再放置一次，并报告这个问题。"],
    "host.no-marker": ["Premiere 没有创建标记。", "请解锁序列。"],
    "host.markers": ["Premiere 没有逐个列出这条序列的标记。", "请更新 Premiere；在此之前可以用 zimu export 导出标记。"],
    "host.edited": ["时间线上有修改过的内容还没有取回。", "请先取回更改；如果不要这些修改，移除时请勾选它们。"],
    "host.left": ["字幕轨道已经做成，但有些设置没能恢复（{0}）", "请在 Resolve 中查看。"],
    "host.goto": ["播放头没有移动。", "请打开剪辑页面。"],
    "host.file": ["无法写入字幕文件（{0}）", null],
    "host.folder": ["无法使用存放字幕的文件夹（{0}）", null],
    "host.refused": ["剪辑软件拒绝了这一步。", "请解锁项目和时间线。"],
    "host.no-clip": ["项目中没有这个素材。", "请先导入，然后重试。"],
    "host.script": ["Premiere 的脚本出错（{0}）", "请重新启动 Premiere。"],
    "host.failed": ["剪辑软件出错（{0}）", DIALOG],
    "host.answer": ["剪辑软件的回答无法理解（{0}）", UPDATE],
    "host.request": ["面板与 Zimu 的版本不同（{0}）", UPDATE],
    "host.library": ["无法载入 Resolve 的脚本库。", "请在终端运行：zimu resolve doctor"],

    "document.conflict": ["字幕刚刚在别处被修改过。", "请看一下，再改一次。"],
    "document.missing": ["找不到字幕文件。", "请检查它的名称和文件夹。"],
    "document.cannot-read": ["无法读取字幕文件（{0}）", "请检查该文件。"],
    "document.cannot-write": ["无法写入文件（{0}）", "没有做任何更改。请腾出空间，或换一个文件夹。"],
    "document.damaged": ["这不是完整的 Zimu 文件。", "请恢复较早的副本或自动保存的副本。"],
    "document.too-large": ["文件过大，不可能是 Zimu 文件。", "请选择 .zimu 文件。"],
    "edit.nothing": ["没有可以撤销或重做的内容。", ""],
    "edit.no-cue": ["这条字幕已经不在了。", "它可能被删除或合并了。"],
    "edit.split": ["只能在一条字幕的开始和结束之间拆分。", "请移动位置后重试。"],
    "edit.times": ["字幕不能早于 0 开始，也不能在开始之前结束。", "请改用其他时间。"],
    "folder.outside": ["文件在 Zimu 还不能使用的文件夹里。", "请先在面板中选择它的文件夹。"],
    "folder.missing": ["文件夹不存在。", "请选择存在的文件夹。"],
    "folder.too-much": ["不能允许使用整个磁盘。", "请选择项目所在的文件夹。"],
    "folder.path": ["无法使用这个路径（{0}）", "请在软件的对话框里选择文件或文件夹。"],
    "folder.suffix": ["文件的种类不对（{0}）", "请选择另一个。"],
    "media.missing": ["文件不存在。", "请选择另一个文件。"],
    "media.no-audio": ["这个文件没有声音。", "请选择有音轨的文件。"],
    "media.no-source": ["时间线上的素材都无法读取（{0}）", "请接回存放素材的磁盘，或由剪辑软件渲染声音。"],
    "job.unknown": ["Zimu 已不认识这个任务。", "它早已结束，或者 Zimu 重新启动过。"],
    "job.too-many": ["等待的任务太多。", "请等一些完成，或者停止一些。"],
    "worker.start": ["后台进程没有启动。", "请在终端运行：zimu doctor"],
    "worker.crashed": ["后台进程意外结束（{0}）", "已完成的部分会保留：重新开始同一个任务即可继续。"],
    "worker.silent": ["后台进程结束了，没有给出结果。", "请重新开始同一个任务。"],
    "worker.memory": ["内存不足。", "请关闭其他程序，或选择较小的模型。"],
    "worker.bug": ["Zimu 意外出错（{0}）", "请报告这个问题。"],
    "model.not-installed": ["没有安装需要的模型。", "请在终端运行：zimu models list --all"],
    "model.no-production-pack": ["没有安装适合这些语言的正式模型。", "请在终端运行：zimu models pull；或在“模型”中选择入门模型，它们只听得懂清晰的合成语音。"],
    "model.languages": ["所选的模型不支持这种语言。", "请选择另一个模型或语言。"],
    "model.language": ["所选的模型不支持这种语言。", "请选择另一个模型或语言。"],
    "model.pair": ["所选的模型不支持这两种语言之间的翻译。", "请选择另一个模型或语言。"],
    "model.memory": ["内存或显存不足，无法运行所选的模型。", "请关闭其他程序，或选择较小的模型。"],
    "model.gpu": ["模型无法在显卡上运行（{0}）", "请关闭其他使用显卡的程序，或选择较小的模型。"],
    "model.broken": ["模型无法使用（{0}）", PULL],
    "model.incomplete": ["模型的文件不全（{0}）", PULL],
    "model.missing-file": ["模型的文件不全（{0}）", PULL],
    "model.run": ["模型运行失败（{0}）", PULL],
    "server.busy": ["一次的请求太多。", "请稍候再试。"],
    "server.too-many": ["请求太多。", "请稍候再试。"],
    "server.closing": ["Zimu 正在关闭。", "请稍后重新打开面板。"],
    "server.protocol": ["面板与 Zimu 的版本不同。", "请重新安装面板。"],
    "server.arguments": ["请求不正确（{0}）", UPDATE],
    "server.verb": ["面板与 Zimu 的版本不同（{0}）", UPDATE],
    "server.bug": ["Zimu 意外出错（{0}）", "请报告这个问题，并附上日志。"],
  };

  var SENTENCES = [
    ["put the marker “{}” at {}", "放置标记“{1}”（{2}）"],
    ["remove the marker “{}” at {}", "移除标记“{1}”（{2}）"],
    ["make the track “{}”", "创建轨道“{1}”"],
    ["remove the track “{}”", "移除轨道“{1}”"],
    ["Premiere shows subtitle tracks to no script: whether “{}” is there with {} captions was not seen. Look at the top of the timeline.", "Premiere 不让脚本看到字幕轨道：没有核对“{1}”是否在那里、是否有 {2} 条字幕。请看时间线的上方。"],
    ["This Premiere does not tell the colours of markers.", "这个 Premiere 不提供标记的颜色。"],
    ["The track “{}” was deleted in the host and is not put back.", "轨道“{1}”在剪辑软件中被删除，不会恢复。"],
    ["The host does not tell what the track “{}” shows; it is taken to be up to date.", "剪辑软件不提供轨道“{1}”的内容；视为已是最新。"],
    ["A copy of the track “{}” was made in the host; it stays.", "剪辑软件中有轨道“{1}”的副本；予以保留。"],
    ["The track “{}” was there before; it stays as it is.", "轨道“{1}”原本就有；保持原样。"],
    ["Delete the old track “{}” by hand: the host lets no script do it.", "请手动删除旧轨道“{1}”：剪辑软件不让脚本这样做。"],
    ["The host holds {} markers; left out: {}.", "剪辑软件最多容纳 {1} 个标记；省略了：{2}。"],
    ["An edit made in the host to a caption{} on “{}” is kept there, but cannot be carried over to the document.", "在剪辑软件中对“{2}”的一处字幕修改保留在那里，但无法收回到文稿。"],
    ["{} is cut into pieces on this timeline; everything is placed by the first one. Conform the document to the cut first (zimu conform), or say --at.", "{1} 在这条时间线上被剪成几段；一切按第一段放置。请先让文稿与剪辑一致（zimu conform）。"],
  ];
  var patterns = SENTENCES.map(function (pair) {
    var parts = pair[0].split("{}").map(function (part) { return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); });
    return [new RegExp("^" + parts.join("([^]*?)") + "$"), pair[1]];
  });

  /* A sentence of a report as the user reads it. */
  function sentence(text) {
    if (zimu.i18n.language() !== "zh") return text;
    for (var at = 0; at < patterns.length; at++) {
      var found = patterns[at][0].exec(text);
      if (found) return fill(patterns[at][1], found);
    }
    return text;
  }

  /* What stands at {1}, {2}; a hole without a name stays. */
  function fill(chinese, names) {
    return chinese.replace(/\{(\d)\}/g, function (whole, at) { return at in names ? names[at] : whole; });
  }

  /* {message, hint} of an error as the user reads it. */
  function said(error) {
    var known = zimu.i18n.language() === "zh" && Object.prototype.hasOwnProperty.call(ZH, error.code) ? ZH[error.code] : null;
    var names = known ? quoted(error.message) : [];
    var sentence = known ? fill(known[0], names) : "";
    if (!known || /\{\d\}/.test(sentence)) return { message: error.message, hint: error.hint };
    return { message: sentence, hint: known[1] === null ? error.hint : known[1] };
  }

  /* The sentence itself, then the names in it. */
  function quoted(message) {
    var found = [message];
    message.replace(/“([^”]*)”/g, function (whole, name) { found.push(name); });
    return found;
  }

  zimu.errors = {
    said: said, sentence: sentence, codes: Object.keys(ZH),
    sentences: SENTENCES.map(function (pair) { return pair[0]; }),
  };
})((window.zimu = window.zimu || {}));
