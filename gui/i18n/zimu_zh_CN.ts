<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Cue</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
    <message>
        <source>View</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>剪辑软件</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>打开…</translation>
    </message>
    <message>
        <source>Open a film, a sound, subtitles, a timeline or a Zimu document</source>
        <translation>打开影片、声音、字幕、时间线或 Zimu 文档</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>开始页</translation>
    </message>
    <message>
        <source>Recent files and ways to begin</source>
        <translation>最近的文件和开始的方式</translation>
    </message>
    <message>
        <source>Add files to the queue…</source>
        <translation>添加文件到队列…</translation>
    </message>
    <message>
        <source>Make subtitles for several files, one after the other</source>
        <translation>为多个文件依次制作字幕</translation>
    </message>
    <message>
        <source>Make subtitles again…</source>
        <translation>重新制作字幕…</translation>
    </message>
    <message>
        <source>Recognise the speech of this media again, with other settings</source>
        <translation>用其他设置重新识别这个媒体的语音</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Save the document</source>
        <translation>保存文档</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Save the document under another name</source>
        <translation>用另一个名称保存文档</translation>
    </message>
    <message>
        <source>Find the media…</source>
        <translation>查找媒体…</translation>
    </message>
    <message>
        <source>Tell where the film of this document is now</source>
        <translation>指出这个文档的影片现在在哪里</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the document</source>
        <translation>关闭文档</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Leave Zimu; nothing that was typed is lost</source>
        <translation>退出 Zimu；输入的内容不会丢失</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Take back the last change</source>
        <translation>撤销上一次更改</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Do the change again</source>
        <translation>重新执行更改</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>What is being recognised and translated now, and what waits</source>
        <translation>正在识别和翻译的内容，以及等待中的内容</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Show the video</source>
        <translation>显示视频</translation>
    </message>
    <message>
        <source>Show the list of marks</source>
        <translation>显示标记列表</translation>
    </message>
    <message>
        <source>Show what deserves a look</source>
        <translation>显示值得检查的内容</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>使用整个屏幕</translation>
    </message>
    <message>
        <source>Find a command…</source>
        <translation>查找命令…</translation>
    </message>
    <message>
        <source>Search everything that can be done, by name</source>
        <translation>按名称查找可以执行的所有操作</translation>
    </message>
    <message>
        <source>Why does it not work?…</source>
        <translation>为什么不工作？…</translation>
    </message>
    <message>
        <source>Look at this computer: device, packs, editing programs, and what to do</source>
        <translation>检查这台电脑：设备、模型包、剪辑软件，以及该怎么做</translation>
    </message>
    <message>
        <source>About Zimu</source>
        <translation>关于 Zimu</translation>
    </message>
    <message>
        <source>Version, licence and where the log is</source>
        <translation>版本、许可证和日志位置</translation>
    </message>
    <message>
        <source>Next cue</source>
        <translation>下一条字幕</translation>
    </message>
    <message>
        <source>Go to the next cue</source>
        <translation>转到下一条字幕</translation>
    </message>
    <message>
        <source>Previous cue</source>
        <translation>上一条字幕</translation>
    </message>
    <message>
        <source>Go to the cue before</source>
        <translation>转到上一条字幕</translation>
    </message>
    <message>
        <source>Accept and next cue</source>
        <translation>接受并转到下一条</translation>
    </message>
    <message>
        <source>Keep what was typed and go to the next cue</source>
        <translation>保留输入的内容并转到下一条字幕</translation>
    </message>
    <message>
        <source>Split at the caret</source>
        <translation>在光标处拆分</translation>
    </message>
    <message>
        <source>Cut the cue where the caret stands; the words keep their times</source>
        <translation>在光标处拆分字幕；词的时间不变</translation>
    </message>
    <message>
        <source>Split at the playhead</source>
        <translation>在播放头处拆分</translation>
    </message>
    <message>
        <source>Cut the cue where the film stands; the words keep their times</source>
        <translation>在播放头处拆分字幕；词的时间不变</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Make one cue of the selected ones, or of this and the next</source>
        <translation>把选中的字幕，或这一条和下一条，合并为一条</translation>
    </message>
    <message>
        <source>Insert a cue after</source>
        <translation>在后面插入字幕</translation>
    </message>
    <message>
        <source>An empty cue after this one</source>
        <translation>在这一条后面插入一条空字幕</translation>
    </message>
    <message>
        <source>Insert a cue before</source>
        <translation>在前面插入字幕</translation>
    </message>
    <message>
        <source>An empty cue before this one</source>
        <translation>在这一条前面插入一条空字幕</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete the selected cues</source>
        <translation>删除选中的字幕</translation>
    </message>
    <message>
        <source>Name the speaker…</source>
        <translation>标注说话人…</translation>
    </message>
    <message>
        <source>Write who speaks in the selected cues</source>
        <translation>写明选中的字幕由谁说</translation>
    </message>
    <message>
        <source>Style note…</source>
        <translation>样式备注…</translation>
    </message>
    <message>
        <source>A note on how the selected cues are to look, such as “top” or “song”</source>
        <translation>说明选中的字幕应如何显示，例如“top”或“song”</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文字</translation>
    </message>
    <message>
        <source>Copy the texts of the selected cues</source>
        <translation>复制选中字幕的文字</translation>
    </message>
    <message>
        <source>Begin at the playhead</source>
        <translation>从播放头开始</translation>
    </message>
    <message>
        <source>The cue begins where the film stands</source>
        <translation>字幕从播放头处开始</translation>
    </message>
    <message>
        <source>End at the playhead</source>
        <translation>到播放头结束</translation>
    </message>
    <message>
        <source>The cue ends where the film stands</source>
        <translation>字幕到播放头处结束</translation>
    </message>
    <message>
        <source>Move to the playhead</source>
        <translation>移到播放头</translation>
    </message>
    <message>
        <source>The selected cues begin where the film stands, as long as they were</source>
        <translation>选中的字幕从播放头处开始，时长不变</translation>
    </message>
    <message>
        <source>Begin one frame earlier</source>
        <translation>开始提前一帧</translation>
    </message>
    <message>
        <source>The start of the cue moves; its words stay</source>
        <translation>移动字幕的开始；其中的词不动</translation>
    </message>
    <message>
        <source>Begin one frame later</source>
        <translation>开始推后一帧</translation>
    </message>
    <message>
        <source>End one frame earlier</source>
        <translation>结束提前一帧</translation>
    </message>
    <message>
        <source>The end of the cue moves; its words stay</source>
        <translation>移动字幕的结束；其中的词不动</translation>
    </message>
    <message>
        <source>End one frame later</source>
        <translation>结束推后一帧</translation>
    </message>
    <message>
        <source>Move one frame earlier</source>
        <translation>整体提前一帧</translation>
    </message>
    <message>
        <source>The selected cues, with their words</source>
        <translation>选中的字幕连同其中的词</translation>
    </message>
    <message>
        <source>Move one frame later</source>
        <translation>整体推后一帧</translation>
    </message>
    <message>
        <source>Snap to frames</source>
        <translation>对齐到帧</translation>
    </message>
    <message>
        <source>Let the selected cues begin and end on frames</source>
        <translation>让选中的字幕在整帧上开始和结束</translation>
    </message>
    <message>
        <source>Snap to shot cuts</source>
        <translation>对齐到镜头切换</translation>
    </message>
    <message>
        <source>Let the selected cues begin and end as the rules want near shot cuts</source>
        <translation>让选中的字幕在镜头切换附近按规范开始和结束</translation>
    </message>
    <message>
        <source>Shift and stretch…</source>
        <translation>平移和伸缩…</translation>
    </message>
    <message>
        <source>Move cues in time, or let two of them tell where all belong</source>
        <translation>在时间上移动字幕，或由其中两条确定全部的位置</translation>
    </message>
    <message>
        <source>Find…</source>
        <translation>查找…</translation>
    </message>
    <message>
        <source>Look for a text in one language or in all</source>
        <translation>在一种或所有语言中查找文字</translation>
    </message>
    <message>
        <source>Find next</source>
        <translation>查找下一个</translation>
    </message>
    <message>
        <source>Go to the next place where the text is found</source>
        <translation>转到下一个找到的位置</translation>
    </message>
    <message>
        <source>Find previous</source>
        <translation>查找上一个</translation>
    </message>
    <message>
        <source>Go to the place before where the text is found</source>
        <translation>转到上一个找到的位置</translation>
    </message>
    <message>
        <source>Find and replace…</source>
        <translation>查找和替换…</translation>
    </message>
    <message>
        <source>Replace a text in one language or in all</source>
        <translation>在一种或所有语言中替换文字</translation>
    </message>
    <message>
        <source>Next spelling mistake</source>
        <translation>下一个拼写错误</translation>
    </message>
    <message>
        <source>Go to the next word the dictionary does not know</source>
        <translation>转到下一个词典中没有的词</translation>
    </message>
    <message>
        <source>Italic</source>
        <translation>斜体</translation>
    </message>
    <message>
        <source>Set the marked words, or the whole text, in italics</source>
        <translation>把选中的词或整段文字设为斜体</translation>
    </message>
    <message>
        <source>Write in the first language</source>
        <translation>编辑第一语言</translation>
    </message>
    <message>
        <source>Put the caret into the text that is spoken</source>
        <translation>把光标放到原文中</translation>
    </message>
    <message>
        <source>Write in the second language</source>
        <translation>编辑第二语言</translation>
    </message>
    <message>
        <source>Put the caret into the translation</source>
        <translation>把光标放到译文中</translation>
    </message>
    <message>
        <source>Only cues with problems</source>
        <translation>只看有问题的字幕</translation>
    </message>
    <message>
        <source>Hide the cues with which nothing is wrong</source>
        <translation>隐藏没有问题的字幕</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Play from the playhead, or stop there</source>
        <translation>从播放头开始播放，或停在那里</translation>
    </message>
    <message>
        <source>Play or pause while typing</source>
        <translation>输入时播放或暂停</translation>
    </message>
    <message>
        <source>Play or stop, also while a text is being typed</source>
        <translation>播放或停止，正在输入文字时也可用</translation>
    </message>
    <message>
        <source>Play the cue</source>
        <translation>播放字幕</translation>
    </message>
    <message>
        <source>Play the current cue from its start to its end</source>
        <translation>从头到尾播放当前字幕</translation>
    </message>
    <message>
        <source>Play the first half second</source>
        <translation>播放开头半秒</translation>
    </message>
    <message>
        <source>Play the beginning of the current cue</source>
        <translation>播放当前字幕的开头</translation>
    </message>
    <message>
        <source>Play the last half second</source>
        <translation>播放最后半秒</translation>
    </message>
    <message>
        <source>Play the end of the current cue</source>
        <translation>播放当前字幕的结尾</translation>
    </message>
    <message>
        <source>Play up to the start</source>
        <translation>播放到开始处</translation>
    </message>
    <message>
        <source>Play the half second before the current cue</source>
        <translation>播放当前字幕之前的半秒</translation>
    </message>
    <message>
        <source>Play on from the end</source>
        <translation>从结束处继续播放</translation>
    </message>
    <message>
        <source>Play the half second after the current cue</source>
        <translation>播放当前字幕之后的半秒</translation>
    </message>
    <message>
        <source>Play around the cut</source>
        <translation>播放镜头切换前后</translation>
    </message>
    <message>
        <source>Play two seconds around the shot cut nearest to the playhead</source>
        <translation>播放离播放头最近的镜头切换前后两秒</translation>
    </message>
    <message>
        <source>One frame back</source>
        <translation>后退一帧</translation>
    </message>
    <message>
        <source>Go one frame back</source>
        <translation>后退一帧</translation>
    </message>
    <message>
        <source>One frame on</source>
        <translation>前进一帧</translation>
    </message>
    <message>
        <source>Go one frame on</source>
        <translation>前进一帧</translation>
    </message>
    <message>
        <source>One second back</source>
        <translation>后退一秒</translation>
    </message>
    <message>
        <source>Go one second back</source>
        <translation>后退一秒</translation>
    </message>
    <message>
        <source>One second on</source>
        <translation>前进一秒</translation>
    </message>
    <message>
        <source>Go one second on</source>
        <translation>前进一秒</translation>
    </message>
    <message>
        <source>Cut before</source>
        <translation>上一个镜头切换</translation>
    </message>
    <message>
        <source>Go to the shot cut before the playhead</source>
        <translation>转到播放头之前的镜头切换</translation>
    </message>
    <message>
        <source>Next cut</source>
        <translation>下一个镜头切换</translation>
    </message>
    <message>
        <source>Go to the next shot cut</source>
        <translation>转到下一个镜头切换</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>减速</translation>
    </message>
    <message>
        <source>Play slower, at the same pitch</source>
        <translation>放慢播放，音高不变</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加速</translation>
    </message>
    <message>
        <source>Play faster, at the same pitch</source>
        <translation>加快播放，音高不变</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>静音</translation>
    </message>
    <message>
        <source>Play without sound</source>
        <translation>播放时没有声音</translation>
    </message>
    <message>
        <source>Go where the cue is</source>
        <translation>转到字幕所在处</translation>
    </message>
    <message>
        <source>Let the playhead go to the cue that is chosen</source>
        <translation>让播放头转到选中的字幕</translation>
    </message>
    <message>
        <source>Time by tapping</source>
        <translation>敲键定时</translation>
    </message>
    <message>
        <source>Play, and hold T for as long as each cue is heard, from the current one on</source>
        <translation>播放影片，从当前字幕起，听到每条字幕时按住 T 键</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Show less time, in more detail</source>
        <translation>显示更短的时间，更多细节</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Show more time</source>
        <translation>显示更长的时间</translation>
    </message>
    <message>
        <source>Whole film</source>
        <translation>整部影片</translation>
    </message>
    <message>
        <source>Show the whole film in the waveform</source>
        <translation>在波形中显示整部影片</translation>
    </message>
    <message>
        <source>Zoom to the cue</source>
        <translation>缩放到字幕</translation>
    </message>
    <message>
        <source>Show the current cue over the width of the waveform</source>
        <translation>让当前字幕占满波形宽度</translation>
    </message>
    <message>
        <source>Spectrogram</source>
        <translation>频谱图</translation>
    </message>
    <message>
        <source>Show the pitches of the sound instead of its waveform</source>
        <translation>显示声音的频率而不是波形</translation>
    </message>
    <message>
        <source>Taller waveform</source>
        <translation>增高波形</translation>
    </message>
    <message>
        <source>Draw the waveform taller</source>
        <translation>把波形画得更高</translation>
    </message>
    <message>
        <source>Lower waveform</source>
        <translation>降低波形</translation>
    </message>
    <message>
        <source>Draw the waveform lower</source>
        <translation>把波形画得更低</translation>
    </message>
    <message>
        <source>Accept and go on</source>
        <translation>接受并继续</translation>
    </message>
    <message>
        <source>The cue is right as it is; go to the next that deserves a look</source>
        <translation>这条字幕没有问题；转到下一条值得检查的</translation>
    </message>
    <message>
        <source>Fix and go on</source>
        <translation>修正并继续</translation>
    </message>
    <message>
        <source>Put it right where a rule can, else open it for writing</source>
        <translation>能按规则改正就改正，否则打开供编辑</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Decide later; go to the next that deserves a look</source>
        <translation>以后再决定；转到下一条值得检查的</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Go to the cue looked at before</source>
        <translation>转到上一条检查过的字幕</translation>
    </message>
    <message>
        <source>Look at the accepted ones again</source>
        <translation>重新检查已接受的</translation>
    </message>
    <message>
        <source>Forget what was accepted in the selected cues, or in all</source>
        <translation>取消选中字幕或全部字幕的接受状态</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>What was changed against the machine&apos;s version</source>
        <translation>与机器版本相比改了什么</translation>
    </message>
    <message>
        <source>Back to the machine&apos;s version</source>
        <translation>恢复机器版本</translation>
    </message>
    <message>
        <source>Choose among the memory&apos;s and the machine&apos;s translations of this cue</source>
        <translation>从翻译记忆和机器的译文中为这条字幕选择</translation>
    </message>
    <message>
        <source>Zimu in editing programs…</source>
        <translation>在剪辑软件中安装 Zimu…</translation>
    </message>
    <message>
        <source>Put Zimu into Resolve&apos;s menu and Premiere&apos;s panels, or take it out</source>
        <translation>把 Zimu 装进 Resolve 的菜单和 Premiere 的面板，或将其移除</translation>
    </message>
    <message>
        <source>Gallery of shots</source>
        <translation>镜头画廊</translation>
    </message>
    <message>
        <source>Show every shot as a picture, in place of the table of cues</source>
        <translation>用画面显示每个镜头，代替字幕表</translation>
    </message>
    <message>
        <source>Threshold of shots</source>
        <translation>镜头阈值</translation>
    </message>
    <message>
        <source>Try how sure a change must be, and see at once which shots there are</source>
        <translation>试试变化要多确定才算新镜头，结果立即可见</translation>
    </message>
    <message>
        <source>Find the shots</source>
        <translation>查找镜头</translation>
    </message>
    <message>
        <source>Look for the cuts, dissolves, fades and wipes of the film</source>
        <translation>查找影片中的硬切、叠化、淡入淡出和划像</translation>
    </message>
    <message>
        <source>Recognise the scenes</source>
        <translation>识别场景</translation>
    </message>
    <message>
        <source>Group the shots into scenes, and label place, time, activity and mood</source>
        <translation>把镜头归成场景，并标出地点、时段、活动和氛围</translation>
    </message>
    <message>
        <source>Describe the shots</source>
        <translation>描述镜头</translation>
    </message>
    <message>
        <source>Say of each shot what is to be seen, in Chinese and English</source>
        <translation>用中英文说明每个镜头里看到什么</translation>
    </message>
    <message>
        <source>Write the caption</source>
        <translation>撰写画面描述</translation>
    </message>
    <message>
        <source>Write what the shot shows, in both languages; Tab goes to the other</source>
        <translation>用两种语言写下镜头的内容；按 Tab 换到另一种语言</translation>
    </message>
    <message>
        <source>Labels…</source>
        <translation>标签…</translation>
    </message>
    <message>
        <source>Correct what the selected shots or scenes are labelled</source>
        <translation>更正所选镜头或场景的标签</translation>
    </message>
    <message>
        <source>Labels of the scene…</source>
        <translation>场景的标签…</translation>
    </message>
    <message>
        <source>Correct what the scene around this shot is labelled</source>
        <translation>更正此镜头所在场景的标签</translation>
    </message>
    <message>
        <source>Merge with the one before</source>
        <translation>与前一个合并</translation>
    </message>
    <message>
        <source>There is no change before this shot: it goes on from the one before</source>
        <translation>此镜头前并没有转场：它接着前一个镜头</translation>
    </message>
    <message>
        <source>Split the shot at the playhead</source>
        <translation>在播放头处拆分镜头</translation>
    </message>
    <message>
        <source>A new shot begins where the film stands</source>
        <translation>新镜头从影片当前位置开始</translation>
    </message>
    <message>
        <source>The shot begins at the playhead</source>
        <translation>镜头从播放头开始</translation>
    </message>
    <message>
        <source>Move its beginning, and the end of the one before, to where the film is</source>
        <translation>把它的开头和前一个的结尾移到影片当前位置</translation>
    </message>
    <message>
        <source>A scene begins with this shot</source>
        <translation>场景从此镜头开始</translation>
    </message>
    <message>
        <source>Part the scene before this shot</source>
        <translation>在此镜头之前把场景分开</translation>
    </message>
    <message>
        <source>Join with the scene before</source>
        <translation>与前一个场景合并</translation>
    </message>
    <message>
        <source>The scene of this shot goes on from the one before it</source>
        <translation>此镜头的场景接着前一个场景</translation>
    </message>
    <message>
        <source>Put back what the machine made of the selected cues</source>
        <translation>把选中的字幕恢复为机器生成的内容</translation>
    </message>
    <message>
        <source>Translate again</source>
        <translation>重新翻译</translation>
    </message>
    <message>
        <source>Translate the selected cues again, with the sentences they are part of</source>
        <translation>重新翻译选中的字幕及其所在的句子</translation>
    </message>
    <message>
        <source>Translate what was changed</source>
        <translation>翻译改过的字幕</translation>
    </message>
    <message>
        <source>Translate the cues again whose source was corrected since</source>
        <translation>重新翻译原文改过的字幕</translation>
    </message>
    <message>
        <source>Other translations…</source>
        <translation>其他译法…</translation>
    </message>
    <message>
        <source>Complete what is typed…</source>
        <translation>补全输入…</translation>
    </message>
    <message>
        <source>Translations that begin with what stands before the caret</source>
        <translation>以光标前的文字开头的译文</translation>
    </message>
    <message>
        <source>Insert from the memory</source>
        <translation>从翻译记忆插入</translation>
    </message>
    <message>
        <source>Take the best translation people made of this text before</source>
        <translation>采用以前人工翻译这段文字的最佳译文</translation>
    </message>
    <message>
        <source>Add a term…</source>
        <translation>添加术语…</translation>
    </message>
    <message>
        <source>Add the selected words to the glossary and apply them everywhere</source>
        <translation>把选中的词加入术语表并在各处应用</translation>
    </message>
    <message>
        <source>Recognise again…</source>
        <translation>重新识别…</translation>
    </message>
    <message>
        <source>Listen to the selected cues again, with another pack or language</source>
        <translation>用另一个模型包或语言重新识别选中的字幕</translation>
    </message>
    <message>
        <source>Re-flow…</source>
        <translation>重新断句…</translation>
    </message>
    <message>
        <source>Cut the speech into cues anew, by another profile</source>
        <translation>按另一套规范重新把语音分成字幕</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>添加备注</translation>
    </message>
    <message>
        <source>A note where the film stands</source>
        <translation>在播放头处添加备注</translation>
    </message>
    <message>
        <source>Delete the mark</source>
        <translation>删除标记</translation>
    </message>
    <message>
        <source>Delete the selected marks</source>
        <translation>删除选中的标记</translation>
    </message>
    <message>
        <source>Next mark</source>
        <translation>下一个标记</translation>
    </message>
    <message>
        <source>Go to the next mark</source>
        <translation>转到下一个标记</translation>
    </message>
    <message>
        <source>Previous mark</source>
        <translation>上一个标记</translation>
    </message>
    <message>
        <source>Go to the mark before</source>
        <translation>转到上一个标记</translation>
    </message>
    <message>
        <source>Make cues of the marks</source>
        <translation>把标记变成字幕</translation>
    </message>
    <message>
        <source>Show the selected marks as subtitles, in brackets</source>
        <translation>把选中的标记作为带括号的字幕显示</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Write subtitles or a timeline in another format, and see what it loses</source>
        <translation>以其他格式写出字幕或时间线，并查看会失去什么</translation>
    </message>
    <message>
        <source>Copy all as text</source>
        <translation>全部复制为文字</translation>
    </message>
    <message>
        <source>Copy the texts of all cues, without times</source>
        <translation>复制所有字幕的文字，不含时间</translation>
    </message>
    <message>
        <source>Connect to DaVinci Resolve</source>
        <translation>连接 DaVinci Resolve</translation>
    </message>
    <message>
        <source>Reach the timeline that is open in Resolve on this machine</source>
        <translation>连接本机 Resolve 中打开的时间线</translation>
    </message>
    <message>
        <source>Connect to Premiere Pro</source>
        <translation>连接 Premiere Pro</translation>
    </message>
    <message>
        <source>Reach the sequence that is open in Premiere on this machine</source>
        <translation>连接本机 Premiere 中打开的序列</translation>
    </message>
    <message>
        <source>Disconnect</source>
        <translation>断开连接</translation>
    </message>
    <message>
        <source>Leave the editing program; nothing in it is changed</source>
        <translation>离开剪辑软件；其中的内容不会改变</translation>
    </message>
    <message>
        <source>Put on the timeline…</source>
        <translation>放到时间线上…</translation>
    </message>
    <message>
        <source>See what would change on the open timeline, then do it</source>
        <translation>先查看当前时间线会有什么变化，再执行</translation>
    </message>
    <message>
        <source>Take over edits…</source>
        <translation>取回修改…</translation>
    </message>
    <message>
        <source>Take over into the document what was edited on the timeline</source>
        <translation>把时间线上的修改取回到文档中</translation>
    </message>
    <message>
        <source>Remove from the timeline…</source>
        <translation>从时间线移除…</translation>
    </message>
    <message>
        <source>Remove what Zimu put on the timeline, and nothing else</source>
        <translation>只移除 Zimu 放在时间线上的内容</translation>
    </message>
    <message>
        <source>Packs and devices…</source>
        <translation>模型包和设备…</translation>
    </message>
    <message>
        <source>What is installed, what can be had, and where it runs</source>
        <translation>已安装什么、可获取什么，以及在哪里运行</translation>
    </message>
    <message>
        <source>Glossary…</source>
        <translation>术语表…</translation>
    </message>
    <message>
        <source>Terms that translations keep to</source>
        <translation>翻译时遵守的术语</translation>
    </message>
    <message>
        <source>Translation memory…</source>
        <translation>翻译记忆…</translation>
    </message>
    <message>
        <source>What was translated before, and is offered again</source>
        <translation>以前翻译过、会再次提供的内容</translation>
    </message>
    <message>
        <source>Keyboard shortcuts…</source>
        <translation>键盘快捷键…</translation>
    </message>
    <message>
        <source>See and change every key</source>
        <translation>查看和更改每个快捷键</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Language, rules, and what new subtitles start with</source>
        <translation>语言、规范，以及新字幕的初始设置</translation>
    </message>
    <message>
        <source>中文 / English</source>
        <translation>English / 中文</translation>
    </message>
    <message>
        <source>Show the interface in the other language at once</source>
        <translation>立即用另一种语言显示界面</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>There is a newer Zimu: {version}.</source>
        <translation>有新版本的 Zimu：{version}。</translation>
    </message>
</context>
<context>
    <name>BatchDialog</name>
    <message>
        <source>Several films at once</source>
        <translation>同时处理多部影片</translation>
    </message>
    <message>
        <source>They are done one after the other. A Zimu document and subtitle files are written beside each.</source>
        <translation>影片依次处理。每部影片旁边会写出一个 Zimu 文档和字幕文件。</translation>
    </message>
    <message>
        <source>Films</source>
        <translation>影片</translation>
    </message>
    <message>
        <source>Add films…</source>
        <translation>添加影片…</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>从列表移除</translation>
    </message>
    <message>
        <source>Add to the queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add films</source>
        <translation>添加影片</translation>
    </message>
</context>
<context>
    <name>BeginBar</name>
    <message>
        <source>No subtitles yet</source>
        <translation>还没有字幕</translation>
    </message>
    <message>
        <source>Make subtitles</source>
        <translation>制作字幕</translation>
    </message>
    <message>
        <source>Packs…</source>
        <translation>模型包…</translation>
    </message>
</context>
<context>
    <name>BeginForm</name>
    <message>
        <source>Nothing</source>
        <translation>不查找</translation>
    </message>
    <message>
        <source>Shots</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Shots and scenes</source>
        <translation>镜头和场景</translation>
    </message>
    <message>
        <source>Shots, described</source>
        <translation>镜头和描述</translation>
    </message>
    <message>
        <source>Shots, described, and scenes</source>
        <translation>镜头、描述和场景</translation>
    </message>
    <message>
        <source>The best that is installed</source>
        <translation>已安装中最好的</translation>
    </message>
    <message>
        <source>Starter packs (only for the sample)</source>
        <translation>入门模型包（仅用于示例）</translation>
    </message>
    <message>
        <source>No pack for everyday speech is installed. Get one, or take the starter packs, which understand only the voices and sentences of the sample.</source>
        <translation>没有安装适用于日常语音的模型包。请获取一个，或使用入门模型包，它们只懂示例中的声音和句子。</translation>
    </message>
    <message>
        <source>Spoken</source>
        <translation>说话语言</translation>
    </message>
    <message>
        <source>Subtitles in</source>
        <translation>字幕语言</translation>
    </message>
    <message>
        <source>Packs</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Found in the picture</source>
        <translation>画面内容</translation>
    </message>
    <message>
        <source>Found by listening</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Only what is spoken</source>
        <translation>只用所说的语言</translation>
    </message>
</context>
<context>
    <name>BurnPreview</name>
    <message>
        <source>Drawing…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>The picture as it will be</source>
        <translation>成品画面预览</translation>
    </message>
    <message>
        <source>Cue before</source>
        <translation>上一条</translation>
    </message>
    <message>
        <source>Next cue</source>
        <translation>下一条</translation>
    </message>
</context>
<context>
    <name>ChangeModel</name>
    <message>
        <source>No text</source>
        <translation>没有文字</translation>
    </message>
</context>
<context>
    <name>Changes</name>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>已拆分</translation>
    </message>
    <message>
        <source>Joined</source>
        <translation>已合并</translation>
    </message>
    <message>
        <source>Added</source>
        <translation>已添加</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>已删除</translation>
    </message>
</context>
<context>
    <name>ChangesPanel</name>
    <message>
        <source>There is no machine&apos;s version to compare with: this document was not made by Zimu on this machine, or too little of it is left.</source>
        <translation>没有可供比较的机器版本：这份文档不是由本机的 Zimu 生成的，或保留下来的内容太少。</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) against the machine&apos;s version.</source>
        <translation>
            <numerusform>与机器版本相比有 %n 处更改。</numerusform>
        </translation>
    </message>
    <message>
        <source>{language}: {share} of {words} words were wrong.</source>
        <translation>{language}：{words} 个词中有 {share} 是错的。</translation>
    </message>
    <message>
        <source>Back to the machine&apos;s version</source>
        <translation>恢复机器版本</translation>
    </message>
    <message>
        <source>Changes against the machine&apos;s version</source>
        <translation>与机器版本相比的更改</translation>
    </message>
    <message>
        <source>{old} became {new}</source>
        <translation>{old} 改为 {new}</translation>
    </message>
</context>
<context>
    <name>Choices</name>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Zimu&apos;s own</source>
        <translation>Zimu 默认</translation>
    </message>
    <message>
        <source>Like Subtitle Edit</source>
        <translation>类似 Subtitle Edit</translation>
    </message>
    <message>
        <source>Like Aegisub</source>
        <translation>类似 Aegisub</translation>
    </message>
    <message>
        <source>As the rules say</source>
        <translation>按规范</translation>
    </message>
    <message>
        <source>Full-width marks</source>
        <translation>全角标点</translation>
    </message>
    <message>
        <source>Spaces instead of commas and full stops</source>
        <translation>用空格代替逗号和句号</translation>
    </message>
    <message>
        <source>The best there is</source>
        <translation>最佳设备</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Graphics card (CUDA)</source>
        <translation>显卡（CUDA）</translation>
    </message>
    <message>
        <source>Hugging Face</source>
        <translation>Hugging Face</translation>
    </message>
    <message>
        <source>ModelScope</source>
        <translation>魔搭社区 ModelScope</translation>
    </message>
    <message>
        <source>The best that is installed</source>
        <translation>已安装中最好的</translation>
    </message>
    <message>
        <source>The starter pack that came with Zimu</source>
        <translation>Zimu 自带的入门模型包</translation>
    </message>
    <message>
        <source>Found out by listening</source>
        <translation>自动识别</translation>
    </message>
</context>
<context>
    <name>Conflicts</name>
    <message numerus="yes">
        <source>%n without an answer: the timeline keeps its own.</source>
        <translation>
            <numerusform>还有 %n 项没有答复：保留时间线上的版本。</numerusform>
        </translation>
    </message>
    <message>
        <source>the whole track</source>
        <translation>整条轨道</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>timeline&apos;s: {text}</source>
        <translation>时间线的：{text}</translation>
    </message>
    <message>
        <source>document&apos;s: {text}</source>
        <translation>文档的：{text}</translation>
    </message>
    <message>
        <source>both: {theirs} + {ours}</source>
        <translation>两者都留：{theirs} + {ours}</translation>
    </message>
    <message>
        <source>left as it is</source>
        <translation>保持原样</translation>
    </message>
    <message>
        <source>Changed on the timeline and in the document: whose version counts?</source>
        <translation>时间线和文档都改过：以哪边为准？</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>改动</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>答复</translation>
    </message>
    <message>
        <source>Timeline&apos;s (T)</source>
        <translation>用时间线的 (T)</translation>
    </message>
    <message>
        <source>Keep the timeline&apos;s and take it over into the document</source>
        <translation>保留时间线的版本，并同步到文档</translation>
    </message>
    <message>
        <source>Document&apos;s (D)</source>
        <translation>用文档的 (D)</translation>
    </message>
    <message>
        <source>Put the document&apos;s version on the timeline</source>
        <translation>把文档的版本放到时间线上</translation>
    </message>
    <message>
        <source>Both (B)</source>
        <translation>两者都留 (B)</translation>
    </message>
    <message>
        <source>Keep both: texts one above the other, markers side by side</source>
        <translation>两个版本都保留：文字上下排列，标记并列</translation>
    </message>
    <message>
        <source>Leave (L)</source>
        <translation>暂不处理 (L)</translation>
    </message>
    <message>
        <source>Decide later; the timeline keeps its own</source>
        <translation>以后再定；时间线保持自己的版本</translation>
    </message>
</context>
<context>
    <name>ConnectionButton</name>
    <message>
        <source>Connecting to {host}…</source>
        <translation>正在连接 {host}…</translation>
    </message>
    <message>
        <source>No editing program</source>
        <translation>未连接剪辑软件</translation>
    </message>
    <message>
        <source>{host}: {timeline}</source>
        <translation>{host}：{timeline}</translation>
    </message>
    <message>
        <source>The editing program that subtitles are put into</source>
        <translation>字幕要放入的剪辑软件</translation>
    </message>
    <message>
        <source>Editing program</source>
        <translation>剪辑软件</translation>
    </message>
</context>
<context>
    <name>Correcting</name>
    <message>
        <source>No cue is shown where the film stands.</source>
        <translation>播放头处没有字幕。</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>已拆分</translation>
    </message>
    <message>
        <source>There is no cue after this one to be joined with.</source>
        <translation>后面没有可以合并的字幕。</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>There is no room for another cue here: move one of its neighbours first.</source>
        <translation>这里没有空间再放一条字幕：请先移动相邻的字幕。</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Nudge</source>
        <translation>微移</translation>
    </message>
    <message>
        <source>The frame rate of the media is not known.</source>
        <translation>媒体的帧率未知。</translation>
    </message>
    <message>
        <source>Snap</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>The document has no shot cuts to snap to.</source>
        <translation>文档中没有可以对齐的镜头切换。</translation>
    </message>
</context>
<context>
    <name>CorrectionPanel</name>
    <message>
        <source>No sound device was found: the film plays without sound.</source>
        <translation>没有找到声音设备：影片将无声播放。</translation>
    </message>
    <message>
        <source>Make subtitles again</source>
        <translation>重新制作字幕</translation>
    </message>
    <message>
        <source>The media is not where it was: {path}. Subtitles can be corrected without it.</source>
        <translation>媒体不在原来的位置：{path}。没有它也可以修改字幕。</translation>
    </message>
    <message>
        <source>Find the media…</source>
        <translation>查找媒体…</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Try on the processor</source>
        <translation>改用处理器（CPU）</translation>
    </message>
    <message>
        <source>Review, marks and changes</source>
        <translation>审阅、标记和更改</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>更改</translation>
    </message>
</context>
<context>
    <name>Corrector</name>
    <message numerus="yes">
        <source>Translate %n cue(s)</source>
        <translation>
            <numerusform>翻译 %n 条字幕</numerusform>
        </translation>
    </message>
    <message>
        <source>The machine&apos;s version of this document is not known here.</source>
        <translation>这里没有这个文档的机器版本。</translation>
    </message>
    <message>
        <source>Every translation is of the text as it is now.</source>
        <translation>所有译文都对应现在的原文。</translation>
    </message>
    <message>
        <source>Other translations</source>
        <translation>其他译法</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <source>The media is not there, so it cannot be heard again. Find it first.</source>
        <translation>媒体不在，无法重新识别。请先找到它。</translation>
    </message>
    <message>
        <source>Nothing was recognised there.</source>
        <translation>那里没有识别到内容。</translation>
    </message>
    <message>
        <source>Recognise again</source>
        <translation>重新识别</translation>
    </message>
    <message>
        <source>Translate again</source>
        <translation>重新翻译</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) changed meanwhile and kept their texts.</source>
        <translation>
            <numerusform>有 %n 条字幕在此期间被修改，保留了各自的文字。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CueEditor</name>
    <message>
        <source>Split</source>
        <translation>已拆分</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Style note</source>
        <translation>样式备注</translation>
    </message>
    <message>
        <source>top, song, on screen…</source>
        <translation>top、song、on screen…</translation>
    </message>
    <message>
        <source>Text in {language}</source>
        <translation>{language}文字</translation>
    </message>
    <message>
        <source>{cues} cues are selected but there are {parts} texts: keep one blank line between cues.</source>
        <translation>选中了 {cues} 条字幕，但有 {parts} 段文字：字幕之间请保留一个空行。</translation>
    </message>
    <message>
        <source>{cues} cues are selected. A blank line parts their texts.</source>
        <translation>选中了 {cues} 条字幕，文字之间以空行分隔。</translation>
    </message>
    <message>
        <source>{width} of {most} wide · {speed} of {limit} chars/s</source>
        <translation>宽 {width}/{most} · {speed}/{limit} 字/秒</translation>
    </message>
    <message>
        <source>Typing</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>CueModel</name>
    <message>
        <source>Characters to be read in a second</source>
        <translation>每秒要读的字数</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Chars/s</source>
        <translation>字/秒</translation>
    </message>
    <message>
        <source>Speaker</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>{text}; cue {number}, {start} to {end} s; {problems}</source>
        <translation>{text}；第 {number} 条字幕，{start} 到 {end} 秒；{problems}</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>no problems</source>
        <translation>没有问题</translation>
    </message>
    <message>
        <source>Typing</source>
        <translation>输入</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>时间</translation>
    </message>
</context>
<context>
    <name>CueTable</name>
    <message>
        <source>Cues</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Nothing is wrong with any cue.</source>
        <translation>所有字幕都没有问题。</translation>
    </message>
    <message>
        <source>There are no cues yet.</source>
        <translation>还没有字幕。</translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message>
        <source>This machine could not be looked at. In a terminal: zimu doctor</source>
        <translation>无法检查这台电脑。请在终端运行：zimu doctor</translation>
    </message>
    <message>
        <source>Problem</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>In order</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>The page is on the clipboard. It names no folder, user or film of yours.</source>
        <translation>报告已复制到剪贴板，其中没有你的文件夹、用户名或影片名。</translation>
    </message>
    <message>
        <source>The page was written to {path}.</source>
        <translation>报告已写入 {path}。</translation>
    </message>
    <message>
        <source>Save the page</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Why does it not work?</source>
        <translation>为什么不工作？</translation>
    </message>
    <message>
        <source>What was found on this computer, the problems first. Nothing is changed, and nothing is sent.</source>
        <translation>在这台电脑上发现的情况，问题排在最前。不会更改任何东西，也不会发送任何内容。</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>检查结果</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>&amp;Put it right…</source>
        <translation>去修复(&amp;P)…</translation>
    </message>
    <message>
        <source>&amp;Copy the page</source>
        <translation>复制报告(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>保存(&amp;S)…</translation>
    </message>
    <message>
        <source>Look &amp;again</source>
        <translation>重新检查(&amp;A)</translation>
    </message>
    <message>
        <source>Look &amp;thoroughly</source>
        <translation>彻底检查(&amp;T)</translation>
    </message>
    <message>
        <source>Also checks every pack&apos;s checksums and asks the editing programs that run</source>
        <translation>同时核对每个模型包的校验和，并询问正在运行的剪辑软件</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export as</source>
        <translation>导出为</translation>
    </message>
    <message>
        <source>This file holds no text that could be shown here.</source>
        <translation>这种文件没有可以在这里显示的文字。</translation>
    </message>
    <message>
        <source>{count} lost</source>
        <translation>失去 {count}</translation>
    </message>
    <message>
        <source>{count} changed</source>
        <translation>改变 {count}</translation>
    </message>
    <message>
        <source>{count} kept</source>
        <translation>保留 {count}</translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已写出：{path}</translation>
    </message>
    <message>
        <source>The earlier version was kept: {path}</source>
        <translation>保留了先前的版本：{path}</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>An earlier file of the same name is kept under another name.</source>
        <translation>同名的旧文件会以另一个名称保留。</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>What travels</source>
        <translation>能带走什么</translation>
    </message>
    <message>
        <source>With the names of speakers</source>
        <translation>包含说话人姓名</translation>
    </message>
    <message>
        <source>With the time of every word</source>
        <translation>包含每个词的时间</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>在文件中</translation>
    </message>
    <message>
        <source>{first} above {second}</source>
        <translation>{first}在上，{second}在下</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>Subtitle files</source>
        <translation>字幕文件</translation>
    </message>
    <message>
        <source>Timelines and markers</source>
        <translation>时间线和标记</translation>
    </message>
    <message>
        <source>Everything for an editing program</source>
        <translation>剪辑软件所需的全部文件</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Zimu document</source>
        <translation>Zimu 文档</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV 表格</translation>
    </message>
    <message>
        <source>plain text</source>
        <translation>纯文本</translation>
    </message>
    <message>
        <source>OpenTimelineIO for Resolve</source>
        <translation>用于 Resolve 的 OpenTimelineIO</translation>
    </message>
    <message>
        <source>OTIO for Resolve 18.5</source>
        <translation>用于 Resolve 18.5 的 OTIO</translation>
    </message>
    <message>
        <source>OpenTimelineIO for Premiere</source>
        <translation>用于 Premiere 的 OpenTimelineIO</translation>
    </message>
    <message>
        <source>Final Cut Pro 7 XML for Premiere</source>
        <translation>用于 Premiere 的 Final Cut Pro 7 XML</translation>
    </message>
    <message>
        <source>the same for Resolve</source>
        <translation>用于 Resolve 的 Final Cut Pro 7 XML</translation>
    </message>
    <message>
        <source>Resolve marker EDL</source>
        <translation>Resolve 标记 EDL</translation>
    </message>
    <message>
        <source>EDL with LOC comments</source>
        <translation>带 LOC 注释的 EDL</translation>
    </message>
    <message>
        <source>Premiere transcript</source>
        <translation>Premiere 转录文本</translation>
    </message>
    <message>
        <source>Premiere marker table</source>
        <translation>Premiere 标记表</translation>
    </message>
    <message>
        <source>Avid marker list</source>
        <translation>Avid 标记列表</translation>
    </message>
    <message>
        <source>YouTube chapters</source>
        <translation>YouTube 章节</translation>
    </message>
    <message>
        <source>FFmpeg chapters</source>
        <translation>FFmpeg 章节</translation>
    </message>
    <message>
        <source>Matroska chapters</source>
        <translation>Matroska 章节</translation>
    </message>
    <message>
        <source>Preview video with the subtitles in the picture</source>
        <translation>画面带字幕的预览视频</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>{name} has subtitles already, so these were opened. They can be made again.</source>
        <translation>{name} 已有字幕，因此打开了它们。可以重新制作。</translation>
    </message>
    <message>
        <source>Open anyway</source>
        <translation>仍然打开</translation>
    </message>
    <message>
        <source>Find the media</source>
        <translation>查找媒体</translation>
    </message>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
    <message>
        <source>Zimu documents (*{suffix})</source>
        <translation>Zimu 文档 (*{suffix})</translation>
    </message>
    <message>
        <source>Save anyway</source>
        <translation>仍然保存</translation>
    </message>
    <message>
        <source>Save the changes?</source>
        <translation>要保存更改吗？</translation>
    </message>
    <message>
        <source>The document has changes that are not in its file.</source>
        <translation>文档有尚未写入文件的更改。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The media was found.</source>
        <translation>已找到媒体。</translation>
    </message>
    <message>
        <source>Everything Zimu opens</source>
        <translation>Zimu 能打开的所有文件</translation>
    </message>
    <message>
        <source>Zimu documents</source>
        <translation>Zimu 文档</translation>
    </message>
    <message>
        <source>Films and sound</source>
        <translation>影片和声音</translation>
    </message>
    <message>
        <source>Subtitles</source>
        <translation>字幕</translation>
    </message>
    <message>
        <source>Timelines</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message numerus="yes">
        <source>%n shot(s)</source>
        <translation>
            <numerusform>%n 个镜头</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{shown} of %n shot(s)</source>
        <translation>
            <numerusform>{shown} / %n 个镜头</numerusform>
        </translation>
    </message>
    <message>
        <source>Transition</source>
        <translation>转场</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>{what}: {chosen}</source>
        <translation>{what}：{chosen}</translation>
    </message>
    <message>
        <source>Describe a picture and press Enter</source>
        <translation>描述画面，然后按回车</translation>
    </message>
    <message>
        <source>Search labels, cues and captions</source>
        <translation>搜索标签、字幕和画面描述</translation>
    </message>
    <message>
        <source>In pictures</source>
        <translation>搜画面</translation>
    </message>
    <message>
        <source>Search what is to be seen, in plain words such as “a red car at night”. Needs a vision pack.</source>
        <translation>用平常的话搜索画面内容，例如“夜里的红色汽车”。需要视觉模型包。</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
</context>
<context>
    <name>FindBar</name>
    <message>
        <source>{number} of {count}</source>
        <translation>第 {number} 个，共 {count} 个</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Replace all</source>
        <translation>全部替换</translation>
    </message>
    <message>
        <source>{count} replaced</source>
        <translation>已替换 {count} 处</translation>
    </message>
    <message>
        <source>There is no dictionary of a language of this document.</source>
        <translation>没有这个文档所用语言的词典。</translation>
    </message>
    <message>
        <source>No other word is unknown to the dictionary.</source>
        <translation>没有其他不在词典中的词。</translation>
    </message>
    <message>
        <source>{count} found</source>
        <translation>找到 {count} 处</translation>
    </message>
    <message>
        <source>Not found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Replace with</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>Match case</source>
        <translation>区分大小写</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>正则</translation>
    </message>
    <message>
        <source>The text is a regular expression</source>
        <translation>文字是正则表达式</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一个</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一个</translation>
    </message>
    <message>
        <source>Close the find bar</source>
        <translation>关闭查找栏</translation>
    </message>
    <message>
        <source>Language to look in</source>
        <translation>查找的语言</translation>
    </message>
    <message>
        <source>All languages</source>
        <translation>所有语言</translation>
    </message>
</context>
<context>
    <name>Glossary</name>
    <message>
        <source>Term</source>
        <translation>术语</translation>
    </message>
    <message>
        <source>Translation</source>
        <translation>译文</translation>
    </message>
    <message>
        <source>From</source>
        <translation>源语言</translation>
    </message>
    <message>
        <source>To</source>
        <translation>目标语言</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>This row lacks one side and is not saved.</source>
        <translation>这一行缺少一边，不会保存。</translation>
    </message>
    <message>
        <source>This term stands in the table twice, with different translations.</source>
        <translation>这个术语在表中出现两次，译法不同。</translation>
    </message>
</context>
<context>
    <name>GlossaryDialog</name>
    <message numerus="yes">
        <source>%n term(s)</source>
        <translation>
            <numerusform>%n 个术语</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new term(s) from the file.</source>
        <translation>
            <numerusform>从文件新增了 %n 个术语。</numerusform>
        </translation>
    </message>
    <message>
        <source>Written: {path}</source>
        <translation>已写出：{path}</translation>
    </message>
    <message>
        <source>Import terms</source>
        <translation>导入术语</translation>
    </message>
    <message>
        <source>Export terms</source>
        <translation>导出术语</translation>
    </message>
    <message>
        <source>Tables and termbases (*.csv *.tsv *.tbx)</source>
        <translation>表格和术语库 (*.csv *.tsv *.tbx)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Translations keep to these terms. Variants of a term are parted by |, the best one first.</source>
        <translation>翻译遵守这些术语。不同写法用 | 分隔，最好的放在最前。</translation>
    </message>
    <message>
        <source>Glossary</source>
        <translation>术语表</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Terms</source>
        <translation>术语</translation>
    </message>
    <message>
        <source>New term</source>
        <translation>新建术语</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
</context>
<context>
    <name>HostDialog</name>
    <message>
        <source>Answers to what both sides changed</source>
        <translation>处理两边都改过的内容</translation>
    </message>
    <message>
        <source>Take over edits from the timeline</source>
        <translation>取回时间线上的修改</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) taken over into the document.</source>
        <translation>
            <numerusform>已把 %n 处修改取回到文档中。</numerusform>
        </translation>
    </message>
    <message>
        <source>The timeline already shows the document.</source>
        <translation>时间线已经与文档一致。</translation>
    </message>
    <message>
        <source>Nothing was edited on the timeline.</source>
        <translation>时间线上没有修改。</translation>
    </message>
    <message>
        <source>Nothing on this timeline is from Zimu.</source>
        <translation>这条时间线上没有 Zimu 的内容。</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>已执行的操作</translation>
    </message>
    <message>
        <source>It is on the timeline.</source>
        <translation>已放到时间线上。</translation>
    </message>
    <message>
        <source>It is off the timeline.</source>
        <translation>已从时间线移除。</translation>
    </message>
    <message>
        <source>Not everything could be done.</source>
        <translation>有些内容没能完成。</translation>
    </message>
    <message>
        <source>Put on the timeline</source>
        <translation>放到时间线上</translation>
    </message>
    <message>
        <source>Put</source>
        <translation>放置</translation>
    </message>
    <message>
        <source>Take over edits</source>
        <translation>取回修改</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>取回</translation>
    </message>
    <message>
        <source>Remove from the timeline</source>
        <translation>从时间线移除</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>{host} · {timeline} · {rate} frames a second · starts at {start}</source>
        <translation>{host} · {timeline} · {rate} 帧/秒 · 起始 {start}</translation>
    </message>
    <message>
        <source>Subtitle tracks</source>
        <translation>字幕轨道</translation>
    </message>
    <message>
        <source>Marks as markers</source>
        <translation>同时放置标记</translation>
    </message>
    <message>
        <source>Put back what was deleted on the timeline</source>
        <translation>恢复在时间线上删除的内容</translation>
    </message>
    <message>
        <source>Put subtitles again even if they seem unchanged</source>
        <translation>即使看起来没有变化，也重新放置字幕</translation>
    </message>
    <message>
        <source>Also what was edited there and not taken over</source>
        <translation>包括在那里修改过但还没有取回的内容</translation>
    </message>
    <message>
        <source>What would be done</source>
        <translation>将要执行的操作</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查看</translation>
    </message>
</context>
<context>
    <name>Hosts</name>
    <message>
        <source>Not installed</source>
        <translation>未安装</translation>
    </message>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Installed, of another version</source>
        <translation>已安装其他版本</translation>
    </message>
    <message>
        <source>Installed, and changed by somebody</source>
        <translation>已安装，但被改动过</translation>
    </message>
    <message>
        <source>Installed, but the program is set not to load it</source>
        <translation>已安装，但软件的设置不允许加载</translation>
    </message>
    <message>
        <source>Not made for this system</source>
        <translation>不支持这个系统</translation>
    </message>
</context>
<context>
    <name>HostsDialog</name>
    <message>
        <source>{state}, version {version}</source>
        <translation>{state}，版本 {version}</translation>
    </message>
    <message>
        <source>running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>not running</source>
        <translation>没有运行</translation>
    </message>
    <message>
        <source>{program} was not found where it is usually installed.</source>
        <translation>在常用的安装位置没有找到 {program}。</translation>
    </message>
    <message>
        <source>Install would:</source>
        <translation>安装将会：</translation>
    </message>
    <message>
        <source>Remove would:</source>
        <translation>移除将会：</translation>
    </message>
    <message>
        <source>{program}: done.</source>
        <translation>{program}：已完成。</translation>
    </message>
    <message>
        <source>Zimu in editing programs</source>
        <translation>在剪辑软件中安装 Zimu</translation>
    </message>
    <message>
        <source>Puts Zimu into the menu of DaVinci Resolve, and its panel into Premiere Pro. What you changed in an earlier install is kept.</source>
        <translation>把 Zimu 装进 DaVinci Resolve 的菜单，把面板装进 Premiere Pro。你对以前安装的文件所做的更改会保留。</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>软件</translation>
    </message>
    <message>
        <source>Zimu in it</source>
        <translation>其中的 Zimu</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Editing programs</source>
        <translation>剪辑软件</translation>
    </message>
    <message>
        <source>What &amp;would be done</source>
        <translation>将要做什么(&amp;W)</translation>
    </message>
    <message>
        <source>What would be done</source>
        <translation>将要做什么</translation>
    </message>
    <message>
        <source>For &amp;all users of this computer (needs an administrator)</source>
        <translation>为这台电脑的所有用户(&amp;A)（需要管理员）</translation>
    </message>
    <message>
        <source>&amp;Install</source>
        <translation>安装(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
</context>
<context>
    <name>JobRow</name>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop {title}</source>
        <translation>停止{title}</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Try {title} again</source>
        <translation>重试{title}</translation>
    </message>
    <message>
        <source>Try on the processor</source>
        <translation>改用处理器重试</translation>
    </message>
    <message>
        <source>Try {title} on the processor</source>
        <translation>用处理器重试{title}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open the result of {title}</source>
        <translation>打开{title}的结果</translation>
    </message>
    <message>
        <source>Take off the list</source>
        <translation>从列表移除</translation>
    </message>
    <message>
        <source>Take {title} off the list</source>
        <translation>从列表移除{title}</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>{title}的进度</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>The worker process ended unexpectedly. It was started again and goes on where it was.</source>
        <translation>工作进程意外结束。已重新启动，并从原处继续。</translation>
    </message>
    <message>
        <source>What it had finished is kept. Try a smaller pack, or look into the log.</source>
        <translation>已完成的部分会保留。请换用较小的模型包，或查看日志。</translation>
    </message>
    <message>
        <source>What it had finished is kept. Try it on the processor (CPU) instead of the graphics card.</source>
        <translation>已完成的部分会保留。请改用处理器（CPU）而不是显卡。</translation>
    </message>
    <message>
        <source>This job ended its worker process {count} times and was given up. {how}</source>
        <translation>这个任务使工作进程结束了 {count} 次，已放弃。{how}</translation>
    </message>
</context>
<context>
    <name>LabelDialog</name>
    <message>
        <source>{share} % sure</source>
        <translation>确定程度 {share} %</translation>
    </message>
    <message>
        <source>set by hand</source>
        <translation>人工设置</translation>
    </message>
    <message numerus="yes">
        <source>Labels of %n scene(s)</source>
        <translation>
            <numerusform>%n 个场景的标签</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Labels of %n shot(s)</source>
        <translation>
            <numerusform>%n 个镜头的标签</numerusform>
        </translation>
    </message>
    <message>
        <source>What you set here is kept when the scenes are recognised again.</source>
        <translation>在此设置的内容，重新识别场景时会保留。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>As they are</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>—</source>
        <translation>—</translation>
    </message>
    <message>
        <source>Set the labels</source>
        <translation>设置标签</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Lane</name>
    <message>
        <source>The worker process could not be started.</source>
        <translation>无法启动工作进程。</translation>
    </message>
    <message>
        <source>The worker process crashed or was ended by the system, perhaps for want of memory.</source>
        <translation>工作进程崩溃，或被系统结束，可能是内存不足。</translation>
    </message>
    <message>
        <source>The worker process ended (exit status {code}).</source>
        <translation>工作进程已结束（退出状态 {code}）。</translation>
    </message>
</context>
<context>
    <name>LookModel</name>
    <message>
        <source>No text</source>
        <translation>没有文字</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Zimu ended unexpectedly. Your changes to {name} were kept.</source>
        <translation>Zimu 意外结束。你对 {name} 的更改已保留。</translation>
    </message>
    <message>
        <source>The last change was made on {when}.</source>
        <translation>最后一次更改于 {when}。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>以后</translation>
    </message>
    <message>
        <source>Recovered changes</source>
        <translation>恢复的更改</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>{title}的进度</translation>
    </message>
    <message>
        <source>{words} ({count} waiting)</source>
        <translation>{words}（{count} 个等待中）</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
</context>
<context>
    <name>Manage</name>
    <message numerus="yes">
        <source>The texts of %n cue(s) are on the clipboard.</source>
        <translation>
            <numerusform>%n 条字幕的文字已复制到剪贴板。</numerusform>
        </translation>
    </message>
    <message>
        <source>About Zimu</source>
        <translation>关于 Zimu</translation>
    </message>
    <message>
        <source>Zimu {version}</source>
        <translation>字幕 Zimu {version}</translation>
    </message>
    <message>
        <source>Bilingual subtitles, made on this machine. Apache licence 2.0.

Log: {path}</source>
        <translation>双语字幕，在本机制作。Apache 许可证 2.0。

日志：{path}</translation>
    </message>
</context>
<context>
    <name>MarkModel</name>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>{kind} at {start} s: {text}</source>
        <translation>{start} 秒处的{kind}：{text}</translation>
    </message>
    <message>
        <source>Mark</source>
        <translation>标记</translation>
    </message>
</context>
<context>
    <name>Marks</name>
    <message>
        <source>Music</source>
        <translation>音乐</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Shot</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Scene</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>画面描述</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
</context>
<context>
    <name>MarksPanel</name>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>添加备注</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Make cues of marks</source>
        <translation>把标记变成字幕</translation>
    </message>
    <message>
        <source>All kinds ({count})</source>
        <translation>所有种类（{count}）</translation>
    </message>
    <message>
        <source>No marks yet. Music, sounds, shots and notes are listed here.</source>
        <translation>还没有标记。音乐、声音、镜头和备注会列在这里。</translation>
    </message>
    <message>
        <source>No mark is like this.</source>
        <translation>没有符合条件的标记。</translation>
    </message>
    <message>
        <source>Kind of mark</source>
        <translation>标记种类</translation>
    </message>
    <message>
        <source>Search the marks</source>
        <translation>搜索标记</translation>
    </message>
    <message>
        <source>Marks</source>
        <translation>标记</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>Text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Translation</source>
        <translation>译文</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>From</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>已确认</translation>
    </message>
</context>
<context>
    <name>MemoryDialog</name>
    <message numerus="yes">
        <source>%n pair(s)</source>
        <translation>
            <numerusform>%n 对译文</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) removed.</source>
        <translation>
            <numerusform>已移除 %n 对译文。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) read from the file.</source>
        <translation>
            <numerusform>从文件读取了 %n 对译文。</numerusform>
        </translation>
    </message>
    <message>
        <source>{path} cannot be written: {reason}.</source>
        <translation>无法写入 {path}：{reason}。</translation>
    </message>
    <message numerus="yes">
        <source>%n pair(s) written to the file.</source>
        <translation>
            <numerusform>已把 %n 对译文写入文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Import translations</source>
        <translation>导入译文</translation>
    </message>
    <message>
        <source>Export translations</source>
        <translation>导出译文</translation>
    </message>
    <message>
        <source>Translation memories and tables (*.tmx *.csv *.tsv)</source>
        <translation>翻译记忆和表格 (*.tmx *.csv *.tsv)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Translation memory</source>
        <translation>翻译记忆</translation>
    </message>
    <message>
        <source>What was translated before is used again. A translation that you type over counts as confirmed.</source>
        <translation>以前翻译过的内容会再次使用。你改写的译文视为已确认。</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Translations</source>
        <translation>译文</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>Minimap</name>
    <message>
        <source>Cues with problems: {count}</source>
        <translation>有问题的字幕：{count}</translation>
    </message>
    <message>
        <source>Overview of the film</source>
        <translation>影片概览</translation>
    </message>
</context>
<context>
    <name>Packs</name>
    <message>
        <source>Speech</source>
        <translation>语音识别</translation>
    </message>
    <message>
        <source>Translation</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Tagging</source>
        <translation>事件标注</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>画面</translation>
    </message>
    <message>
        <source>Sounds</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Voices</source>
        <translation>说话人</translation>
    </message>
    <message>
        <source>Shots</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Scenes</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>Captions</source>
        <translation>画面描述</translation>
    </message>
    <message>
        <source>Typing errors</source>
        <translation>错别字</translation>
    </message>
</context>
<context>
    <name>PacksDialog</name>
    <message numerus="yes">
        <source>%n language(s)</source>
        <translation>
            <numerusform>%n 种语言</numerusform>
        </translation>
    </message>
    <message>
        <source>starter</source>
        <translation>入门</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>{number} MB</source>
        <translation>{number} MB</translation>
    </message>
    <message>
        <source>can be had</source>
        <translation>可获取</translation>
    </message>
    <message>
        <source>Licence: {licence}. By downloading the pack you accept it.</source>
        <translation>许可证：{licence}。下载即表示你接受该许可证。</translation>
    </message>
    <message>
        <source>By {makers}</source>
        <translation>作者：{makers}</translation>
    </message>
    <message>
        <source>Needs about {number} MB of memory.</source>
        <translation>约需 {number} MB 内存。</translation>
    </message>
    <message>
        <source>Id: {id}</source>
        <translation>标识：{id}</translation>
    </message>
    <message>
        <source>Folder: {folder}</source>
        <translation>文件夹：{folder}</translation>
    </message>
    <message>
        <source>The pack is in use and was not removed: {reason}.
Close what uses it and try again.</source>
        <translation>模型包正在使用，没有移除：{reason}。
请关闭使用它的程序后重试。</translation>
    </message>
    <message>
        <source>{name} was removed.</source>
        <translation>已移除 {name}。</translation>
    </message>
    <message>
        <source>Import a pack</source>
        <translation>导入模型包</translation>
    </message>
    <message>
        <source>Packs (*.zip *.argosmodel)</source>
        <translation>模型包 (*.zip *.argosmodel)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) left</source>
        <translation>
            <numerusform>还需 %n 秒</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} is installed.</source>
        <translation>已安装 {name}。</translation>
    </message>
    <message>
        <source>Every file of every pack is as it should be.</source>
        <translation>所有模型包的所有文件都完好。</translation>
    </message>
    <message>
        <source>Which device would be used could not be found out.</source>
        <translation>无法得知会使用哪个设备。</translation>
    </message>
    <message>
        <source>Device: {device}. Processor cores: {cores}.</source>
        <translation>设备：{device}。处理器核心：{cores}。</translation>
    </message>
    <message>
        <source>Packs and devices</source>
        <translation>模型包和设备</translation>
    </message>
    <message>
        <source>A pack is a model that runs on this machine. Only a download uses the network.</source>
        <translation>模型包是在本机运行的模型。只有下载时才使用网络。</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>For</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Languages</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Packs</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Verify all</source>
        <translation>全部校验</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Looking which device will be used…</source>
        <translation>正在查看会使用哪个设备…</translation>
    </message>
</context>
<context>
    <name>Palette</name>
    <message>
        <source>What do you want to do?</source>
        <translation>你想做什么？</translation>
    </message>
    <message>
        <source>Find a command</source>
        <translation>查找命令</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>moved</source>
        <translation>位置已改</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>名称已改</translation>
    </message>
    <message>
        <source>note changed</source>
        <translation>备注已改</translation>
    </message>
    <message>
        <source>recoloured</source>
        <translation>颜色已改</translation>
    </message>
    <message>
        <source>reworded</source>
        <translation>文字已改</translation>
    </message>
    <message>
        <source>added</source>
        <translation>已新增</translation>
    </message>
    <message>
        <source>retimed</source>
        <translation>时间已改</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已改</translation>
    </message>
    <message>
        <source>there before</source>
        <translation>之前就有</translation>
    </message>
    <message>
        <source>Subtitle tracks made</source>
        <translation>已创建的字幕轨道</translation>
    </message>
    <message>
        <source>Markers put</source>
        <translation>已放置的标记</translation>
    </message>
    <message>
        <source>not seen on the timeline</source>
        <translation>在时间线上没有看到</translation>
    </message>
    <message>
        <source>Not done</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>Cannot be checked from here</source>
        <translation>无法从这里核对</translation>
    </message>
    <message>
        <source>Subtitle tracks to make</source>
        <translation>要创建的字幕轨道</translation>
    </message>
    <message>
        <source>Your own markers, left as they are</source>
        <translation>你自己的标记，保持原样</translation>
    </message>
    <message>
        <source>Your own tracks, left as they are</source>
        <translation>你自己的轨道，保持原样</translation>
    </message>
    <message numerus="yes">
        <source>%n subtitle(s)</source>
        <translation>
            <numerusform>%n 条字幕</numerusform>
        </translation>
    </message>
    <message>
        <source>Subtitle tracks to remove</source>
        <translation>要移除的字幕轨道</translation>
    </message>
    <message>
        <source>Markers to put</source>
        <translation>要放置的标记</translation>
    </message>
    <message>
        <source>Markers to change</source>
        <translation>要更改的标记</translation>
    </message>
    <message>
        <source>Markers to remove</source>
        <translation>要移除的标记</translation>
    </message>
    <message>
        <source>Edited on the timeline</source>
        <translation>在时间线上修改过</translation>
    </message>
    <message>
        <source>Changed on both sides</source>
        <translation>两边都改过</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) or mark(s)</source>
        <translation>
            <numerusform>%n 条字幕或标记</numerusform>
        </translation>
    </message>
    <message>
        <source>Outside this timeline</source>
        <translation>在这条时间线之外</translation>
    </message>
    <message>
        <source>timeline: {theirs}; document: {ours}</source>
        <translation>时间线：{theirs}；文档：{ours}</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>还有 %n 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Pointer</name>
    <message>
        <source>Insert a cue</source>
        <translation>插入字幕</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Trim</source>
        <translation>修剪</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Interface</source>
        <translation>界面</translation>
    </message>
    <message>
        <source>Subtitle rules</source>
        <translation>字幕规范</translation>
    </message>
    <message>
        <source>New subtitles</source>
        <translation>新字幕</translation>
    </message>
    <message>
        <source>Packs and devices</source>
        <translation>模型包和设备</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>The language of menus and messages. Nothing has to be restarted.</source>
        <translation>菜单和消息的语言。无需重新启动。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Keyboard scheme</source>
        <translation>快捷键方案</translation>
    </message>
    <message>
        <source>Single keys are changed in Keyboard shortcuts.</source>
        <translation>单个快捷键在“键盘快捷键”中更改。</translation>
    </message>
    <message>
        <source>Look for a newer Zimu at the start</source>
        <translation>启动时检查新版本</translation>
    </message>
    <message>
        <source>Asks the address below, and tells it nothing about you.</source>
        <translation>只访问下面的地址，不透露你的任何信息。</translation>
    </message>
    <message>
        <source>Address for newer versions</source>
        <translation>检查新版本的地址</translation>
    </message>
    <message>
        <source>Usually empty: then PyPI is asked.</source>
        <translation>通常留空：此时询问 PyPI。</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规范</translation>
    </message>
    <message>
        <source>How long, how wide and how fast a subtitle may be.</source>
        <translation>字幕可以多长、多宽、多快。</translation>
    </message>
    <message>
        <source>For children: slower to read</source>
        <translation>儿童节目：阅读速度放慢</translation>
    </message>
    <message>
        <source>Chinese punctuation</source>
        <translation>中文标点</translation>
    </message>
    <message>
        <source>Spoken language</source>
        <translation>说话语言</translation>
    </message>
    <message>
        <source>Subtitle languages</source>
        <translation>字幕语言</translation>
    </message>
    <message>
        <source>Language codes in the order they are stacked, such as zh, en.</source>
        <translation>按上下顺序排列的语言代码，例如 zh, en。</translation>
    </message>
    <message>
        <source>Glossary</source>
        <translation>术语表</translation>
    </message>
    <message>
        <source>A table of terms that translations keep to.</source>
        <translation>翻译时遵守的术语表格。</translation>
    </message>
    <message>
        <source>Use and fill the translation memory</source>
        <translation>使用并充实翻译记忆</translation>
    </message>
    <message>
        <source>Find the shots</source>
        <translation>查找镜头</translation>
    </message>
    <message>
        <source>Subtitles then keep to the cuts, and the gallery shows every shot.</source>
        <translation>字幕会避开镜头切换，画廊会显示每个镜头。</translation>
    </message>
    <message>
        <source>Recognise the scenes</source>
        <translation>识别场景</translation>
    </message>
    <message>
        <source>Shots are grouped into scenes and labelled: place, time, mood.</source>
        <translation>镜头归成场景，并标出地点、时段和氛围。</translation>
    </message>
    <message>
        <source>Describe the shots</source>
        <translation>描述镜头</translation>
    </message>
    <message>
        <source>Each shot gets a sentence in Chinese and English.</source>
        <translation>每个镜头得到一句中文和一句英文。</translation>
    </message>
    <message>
        <source>Skip where nobody speaks</source>
        <translation>跳过没有人说话的部分</translation>
    </message>
    <message>
        <source>Pack for speech</source>
        <translation>语音识别模型包</translation>
    </message>
    <message>
        <source>Pack for translation</source>
        <translation>翻译模型包</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>Processor threads</source>
        <translation>处理器线程</translation>
    </message>
    <message>
        <source>0 takes as many as are useful.</source>
        <translation>0 表示自动选择合适的数量。</translation>
    </message>
    <message>
        <source>Download packs from</source>
        <translation>模型包下载来源</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>The address of a server that speaks the hub&apos;s protocol; usually empty.</source>
        <translation>使用同样协议的服务器地址；通常留空。</translation>
    </message>
</context>
<context>
    <name>Problems</name>
    <message>
        <source>Too fast</source>
        <translation>阅读速度过快</translation>
    </message>
    <message>
        <source>Line too long</source>
        <translation>一行过长</translation>
    </message>
    <message>
        <source>Too many lines</source>
        <translation>行数过多</translation>
    </message>
    <message>
        <source>Too short</source>
        <translation>时间过短</translation>
    </message>
    <message>
        <source>Too long</source>
        <translation>时间过长</translation>
    </message>
    <message>
        <source>Gap too small</source>
        <translation>间隔过小</translation>
    </message>
    <message>
        <source>Overlap</source>
        <translation>重叠</translation>
    </message>
    <message>
        <source>Shot cut</source>
        <translation>镜头切换</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>Untranslated</source>
        <translation>没有翻译</translation>
    </message>
    <message>
        <source>Wrong script</source>
        <translation>文字种类不对</translation>
    </message>
    <message>
        <source>Missing term</source>
        <translation>缺少术语</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>把握不大</translation>
    </message>
    <message>
        <source>Repeated</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Invented?</source>
        <translation>凭空生成？</translation>
    </message>
    <message>
        <source>Too early</source>
        <translation>过早</translation>
    </message>
    <message>
        <source>Open bracket</source>
        <translation>括号未闭合</translation>
    </message>
    <message>
        <source>Punctuation</source>
        <translation>标点</translation>
    </message>
    <message>
        <source>Must be read at {value} characters a second; the limit is {limit}.</source>
        <translation>需要每秒读 {value} 个字；上限是 {limit}。</translation>
    </message>
    <message>
        <source>Has a line of {value} characters; the limit is {limit}.</source>
        <translation>有一行 {value} 个字；上限是 {limit}。</translation>
    </message>
    <message>
        <source>Has {value} lines; the limit is {limit}.</source>
        <translation>有 {value} 行；上限是 {limit}。</translation>
    </message>
    <message>
        <source>Shown for {value} ms; at least {limit} ms are needed to notice it.</source>
        <translation>显示 {value} 毫秒；至少需要 {limit} 毫秒才能看清。</translation>
    </message>
    <message>
        <source>Shown for {value} ms; at most {limit} ms are allowed.</source>
        <translation>显示 {value} 毫秒；最多允许 {limit} 毫秒。</translation>
    </message>
    <message>
        <source>Follows the cue before it after {value} ms; at least {limit} ms are needed.</source>
        <translation>与上一条间隔 {value} 毫秒；至少需要 {limit} 毫秒。</translation>
    </message>
    <message>
        <source>Begins {value} ms before the cue before it has ended.</source>
        <translation>在上一条结束前 {value} 毫秒就开始。</translation>
    </message>
    <message>
        <source>Begins, ends or stays {value} ms from a shot cut without need.</source>
        <translation>开始、结束或停留处离镜头切换 {value} 毫秒，没有必要。</translation>
    </message>
    <message>
        <source>Has no text.</source>
        <translation>没有文字。</translation>
    </message>
    <message>
        <source>Has no translation, or one that repeats the source.</source>
        <translation>没有译文，或译文与原文相同。</translation>
    </message>
    <message>
        <source>Is written in another script than its language is.</source>
        <translation>文字种类与语言不符。</translation>
    </message>
    <message>
        <source>The translation lacks what the glossary asks for: {named}.</source>
        <translation>译文缺少术语表要求的译法：{named}。</translation>
    </message>
    <message>
        <source>The recogniser was not sure of: {named}.</source>
        <translation>识别把握不大：{named}。</translation>
    </message>
    <message>
        <source>Says the same as the cue before it, {value} times in a row.</source>
        <translation>与上一条内容相同，连续 {value} 次。</translation>
    </message>
    <message>
        <source>Looks invented by the recogniser; listen to it.</source>
        <translation>可能是识别时凭空生成的；请听一听。</translation>
    </message>
    <message>
        <source>Captions a sound {value} ms before it is heard.</source>
        <translation>在声音出现前 {value} 毫秒就显示。</translation>
    </message>
    <message>
        <source>Has {value} bracket(s), quote(s) or tag(s) without a partner.</source>
        <translation>有 {value} 个括号、引号或标签没有配对。</translation>
    </message>
    <message>
        <source>Ends a line with a full stop or comma, which this profile leaves out.</source>
        <translation>行末有句号或逗号，这套规范不使用。</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>正在识别</translation>
    </message>
    <message>
        <source>Finding shots</source>
        <translation>查找镜头</translation>
    </message>
    <message>
        <source>Recognising scenes</source>
        <translation>识别场景</translation>
    </message>
    <message>
        <source>Describing shots</source>
        <translation>正在描述镜头</translation>
    </message>
    <message>
        <source>Looking at pictures</source>
        <translation>查看画面</translation>
    </message>
    <message>
        <source>Cutting into cues</source>
        <translation>正在断句</translation>
    </message>
    <message>
        <source>Finding events in the text</source>
        <translation>正在寻找文字中的事件</translation>
    </message>
    <message>
        <source>Finding sounds</source>
        <translation>正在寻找声音</translation>
    </message>
    <message>
        <source>Telling voices apart</source>
        <translation>正在区分说话人</translation>
    </message>
    <message>
        <source>Hearing moods</source>
        <translation>正在识别情绪</translation>
    </message>
    <message>
        <source>Translating</source>
        <translation>正在翻译</translation>
    </message>
    <message>
        <source>Writing captions</source>
        <translation>正在写画面描述</translation>
    </message>
    <message>
        <source>Writing files</source>
        <translation>正在写文件</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>{stage}, {time} left</source>
        <translation>{stage}，还需 {time}</translation>
    </message>
</context>
<context>
    <name>QueueView</name>
    <message>
        <source>Nothing is being made. Films you add to the queue are shown here.</source>
        <translation>没有正在制作的内容。加入队列的影片会显示在这里。</translation>
    </message>
</context>
<context>
    <name>Recovery</name>
    <message>
        <source>Your edits cannot be kept for a recovery: {reason}. Save the document now and then.</source>
        <translation>无法保留你的更改以备恢复：{reason}。请经常保存文档。</translation>
    </message>
</context>
<context>
    <name>ReflowDialog</name>
    <message>
        <source>Working it out…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>The cues are already as this profile wants them.</source>
        <translation>字幕已经符合这套规范。</translation>
    </message>
    <message>
        <source>{before} cues become {after}; {changed} of them are new or changed. No word is lost.</source>
        <translation>{before} 条字幕变为 {after} 条；其中 {changed} 条是新的或改过的。不会丢失任何词。</translation>
    </message>
    <message>
        <source>Re-flow</source>
        <translation>重新断句</translation>
    </message>
    <message>
        <source>Cuts the speech into cues anew. Words keep their times, translations follow them.</source>
        <translation>重新把语音分成字幕。词的时间不变，译文随之调整。</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规范</translation>
    </message>
    <message>
        <source>Only the selected cues</source>
        <translation>只处理选中的字幕</translation>
    </message>
    <message>
        <source>Check by these rules from now on</source>
        <translation>以后按这套规范检查</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>RelistenDialog</name>
    <message>
        <source>From {start} to {end}. The cues that are there give way to what is heard.</source>
        <translation>从 {start} 到 {end}。现有的字幕会被识别结果取代。</translation>
    </message>
    <message>
        <source>Recognise again</source>
        <translation>重新识别</translation>
    </message>
    <message>
        <source>Pack</source>
        <translation>模型包</translation>
    </message>
    <message>
        <source>Spoken language</source>
        <translation>说话语言</translation>
    </message>
    <message>
        <source>The best one that is installed</source>
        <translation>已安装中最好的</translation>
    </message>
    <message>
        <source>Found by listening</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Translate what is heard</source>
        <translation>翻译识别结果</translation>
    </message>
    <message>
        <source>Recognise</source>
        <translation>识别</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>No pack for speech is installed.</source>
        <translation>没有安装语音识别模型包。</translation>
    </message>
</context>
<context>
    <name>Review</name>
    <message>
        <source>Set apart</source>
        <translation>分开</translation>
    </message>
    <message>
        <source>Show longer</source>
        <translation>延长显示</translation>
    </message>
    <message>
        <source>Show shorter</source>
        <translation>缩短显示</translation>
    </message>
    <message>
        <source>Break lines</source>
        <translation>换行</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>省略</translation>
    </message>
    <message>
        <source>Move off the cut</source>
        <translation>避开镜头切换</translation>
    </message>
    <message>
        <source>Delete the cue</source>
        <translation>删除字幕</translation>
    </message>
    <message>
        <source>Wait for the sound</source>
        <translation>等待声音出现</translation>
    </message>
    <message>
        <source>Translate</source>
        <translation>翻译</translation>
    </message>
    <message>
        <source>Translate again</source>
        <translation>重新翻译</translation>
    </message>
</context>
<context>
    <name>ReviewPanel</name>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>It is being translated; look at the result.</source>
        <translation>正在翻译；请查看结果。</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查看</translation>
    </message>
    <message>
        <source>There is no room for that here; shorten the text or move a neighbour.</source>
        <translation>这里没有空间；请缩短文字或移动相邻的字幕。</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>已完成 {done}，共 {total}</translation>
    </message>
    <message>
        <source>Nothing is left to look at.</source>
        <translation>没有需要检查的内容了。</translation>
    </message>
    <message>
        <source>This cue needs no look.</source>
        <translation>这条字幕无需检查。</translation>
    </message>
    <message numerus="yes">
        <source>%n cue(s) wait. Skip goes to the next one.</source>
        <translation>
            <numerusform>有 %n 条字幕等待检查。“跳过”转到下一条。</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting: {count}</source>
        <translation>等待：{count}</translation>
    </message>
    <message>
        <source>Cue {number} at {time}</source>
        <translation>第 {number} 条字幕，{time}</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Kinds</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Which problems the review asks about</source>
        <translation>审阅时询问哪些问题</translation>
    </message>
    <message>
        <source>Worst first</source>
        <translation>最差的在前</translation>
    </message>
    <message>
        <source>Play each</source>
        <translation>逐条播放</translation>
    </message>
    <message>
        <source>Play every cue when the review comes to it</source>
        <translation>审阅到每条字幕时播放它</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>Cues that deserve a look</source>
        <translation>值得检查的字幕</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>审阅</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Not everything in the settings file could be used: {names}.</source>
        <translation>设置文件中有些内容无法使用：{names}。</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Use the defaults</source>
        <translation>使用默认设置</translation>
    </message>
</context>
<context>
    <name>ShiftDialog</name>
    <message>
        <source>Shift and stretch</source>
        <translation>平移和伸缩</translation>
    </message>
    <message>
        <source>Move cues with their words. To stretch, write where the first and the last of them belong.</source>
        <translation>移动字幕及其中的词。要伸缩，请写出第一条和最后一条应在的位置。</translation>
    </message>
    <message>
        <source>Shift by a time</source>
        <translation>平移一段时间</translation>
    </message>
    <message>
        <source>Stretch between the first and the last</source>
        <translation>在首尾之间伸缩</translation>
    </message>
    <message>
        <source>All cues</source>
        <translation>所有字幕</translation>
    </message>
    <message>
        <source>The selected cues</source>
        <translation>选中的字幕</translation>
    </message>
    <message>
        <source>The current cue and all after it</source>
        <translation>当前字幕及其后的全部</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Later by (−: earlier)</source>
        <translation>推后（−：提前）</translation>
    </message>
    <message>
        <source>First begins at</source>
        <translation>第一条开始于</translation>
    </message>
    <message>
        <source>Last begins at</source>
        <translation>最后一条开始于</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>No cue is chosen.</source>
        <translation>没有选择字幕。</translation>
    </message>
    <message>
        <source>Stretch</source>
        <translation>伸缩</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>平移</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>yours</source>
        <translation>自定</translation>
    </message>
    <message>
        <source>The same key: {actions}</source>
        <translation>相同的快捷键：{actions}</translation>
    </message>
    <message>
        <source>This key is also that of: {actions}. Give one of them another key.</source>
        <translation>这个快捷键也用于：{actions}。请为其中一个换一个键。</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Search by name or key</source>
        <translation>按名称或快捷键搜索</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>新快捷键</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>指定</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>无快捷键</translation>
    </message>
    <message>
        <source>As in the scheme</source>
        <translation>按方案</translation>
    </message>
    <message>
        <source>All as in the scheme</source>
        <translation>全部按方案</translation>
    </message>
</context>
<context>
    <name>ShotCorrecting</name>
    <message>
        <source>Merge shots</source>
        <translation>合并镜头</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>Begin a scene</source>
        <translation>开始场景</translation>
    </message>
    <message>
        <source>Join scenes</source>
        <translation>合并场景</translation>
    </message>
    <message>
        <source>Write the caption</source>
        <translation>撰写画面描述</translation>
    </message>
    <message>
        <source>Correct labels</source>
        <translation>更正标签</translation>
    </message>
</context>
<context>
    <name>ShotDelegate</name>
    <message>
        <source>Corrected</source>
        <translation>已更正</translation>
    </message>
</context>
<context>
    <name>ShotDesk</name>
    <message>
        <source>Shots of {name}</source>
        <translation>{name} 的镜头</translation>
    </message>
    <message>
        <source>Scenes of {name}</source>
        <translation>{name} 的场景</translation>
    </message>
    <message>
        <source>Captions of {name}</source>
        <translation>{name} 的画面描述</translation>
    </message>
    <message>
        <source>Searching pictures in plain words needs a vision pack. Get one in Packs and devices.</source>
        <translation>用文字搜索画面需要视觉模型包。请在“模型包与设备”中获取。</translation>
    </message>
    <message>
        <source>Looking for the changes of this film…</source>
        <translation>正在查找这部影片的变化…</translation>
    </message>
    <message>
        <source>Use these shots</source>
        <translation>采用这些镜头</translation>
    </message>
    <message>
        <source>Looking for the changes of this film: {share} %</source>
        <translation>正在查找这部影片的变化：{share} %</translation>
    </message>
    <message>
        <source>Recognise the scenes</source>
        <translation>识别场景</translation>
    </message>
    <message>
        <source>Describe the shots</source>
        <translation>描述镜头</translation>
    </message>
    <message>
        <source>Find the shots</source>
        <translation>查找镜头</translation>
    </message>
</context>
<context>
    <name>ShotGallery</name>
    <message>
        <source>No shot is like this.</source>
        <translation>没有这样的镜头。</translation>
    </message>
    <message>
        <source>No shots yet. Zimu can look for the cuts, dissolves, fades and wipes of this film.</source>
        <translation>还没有镜头。Zimu 可以查找这部影片中的硬切、叠化、淡入淡出和划像。</translation>
    </message>
    <message>
        <source>Shots</source>
        <translation>镜头</translation>
    </message>
    <message>
        <source>Find the shots</source>
        <translation>查找镜头</translation>
    </message>
</context>
<context>
    <name>ShotModel</name>
    <message>
        <source>{start} to {end}</source>
        <translation>{start} 至 {end}</translation>
    </message>
    <message>
        <source>corrected by hand</source>
        <translation>人工更正</translation>
    </message>
</context>
<context>
    <name>Shots</name>
    <message>
        <source>Cut</source>
        <translation>硬切</translation>
    </message>
    <message>
        <source>Dissolve</source>
        <translation>叠化</translation>
    </message>
    <message>
        <source>Fade</source>
        <translation>淡入淡出</translation>
    </message>
    <message>
        <source>Wipe</source>
        <translation>划像</translation>
    </message>
    <message>
        <source>Beginning</source>
        <translation>开头</translation>
    </message>
    <message>
        <source>Own words</source>
        <translation>自定义标签</translation>
    </message>
    <message>
        <source>Scene {number}</source>
        <translation>场景 {number}</translation>
    </message>
    <message>
        <source>Shot {number}</source>
        <translation>镜头 {number}</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Zimu</source>
        <translation>字幕 Zimu</translation>
    </message>
    <message>
        <source>Bilingual subtitles, made on this machine. Nothing leaves it.</source>
        <translation>双语字幕，在本机制作。任何内容都不会离开本机。</translation>
    </message>
    <message>
        <source>Drop a film, a sound, subtitles, a timeline or a Zimu document here</source>
        <translation>把影片、声音、字幕、时间线或 Zimu 文档拖到这里</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>Several films at once…</source>
        <translation>同时处理多部影片…</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>最近的文件</translation>
    </message>
    <message>
        <source>{name}  —  {folder}</source>
        <translation>{name}  —  {folder}</translation>
    </message>
    <message>
        <source>{name}  —  not found in {folder}</source>
        <translation>{name}  —  在 {folder} 中没有找到</translation>
    </message>
</context>
<context>
    <name>Stream</name>
    <message>
        <source>Make subtitles</source>
        <translation>制作字幕</translation>
    </message>
</context>
<context>
    <name>SuggestionsDialog</name>
    <message>
        <source>There is no translation to choose here.</source>
        <translation>这里没有可选的译文。</translation>
    </message>
    <message>
        <source>The machine is asked…</source>
        <translation>正在请求机器翻译…</translation>
    </message>
    <message>
        <source>From the memory: the same text</source>
        <translation>来自翻译记忆：相同的文字</translation>
    </message>
    <message>
        <source>From the memory, {share} alike: {text}</source>
        <translation>来自翻译记忆，相似度 {share}：{text}</translation>
    </message>
    <message>
        <source>From the machine</source>
        <translation>来自机器</translation>
    </message>
    <message>
        <source>Nothing begins like this.</source>
        <translation>没有这样开头的译文。</translation>
    </message>
    <message>
        <source>Complete the translation</source>
        <translation>补全译文</translation>
    </message>
    <message>
        <source>Other translations</source>
        <translation>其他译法</translation>
    </message>
    <message>
        <source>From {source} to {target}: {text}</source>
        <translation>从{source}到{target}：{text}</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>插入</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Tapping</name>
    <message>
        <source>Hold T while each cue is heard. Esc ends tapping.</source>
        <translation>听到每条字幕时按住 T 键。按 Esc 结束。</translation>
    </message>
    <message>
        <source>Next: {text}</source>
        <translation>下一条：{text}</translation>
    </message>
    <message>
        <source>Tap</source>
        <translation>敲键</translation>
    </message>
</context>
<context>
    <name>TermDialog</name>
    <message>
        <source>It is said in {all} cues: {kept} keep to it, {was} are put right, {left} say it otherwise.</source>
        <translation>有 {all} 条字幕用到它：{kept} 条符合，{was} 条会改正，{left} 条用了其他说法。</translation>
    </message>
    <message>
        <source>A term needs two different languages.</source>
        <translation>术语需要两种不同的语言。</translation>
    </message>
    <message>
        <source>Write the term and its translation.</source>
        <translation>请写出术语和译文。</translation>
    </message>
    <message>
        <source>Apply a term</source>
        <translation>应用术语</translation>
    </message>
    <message numerus="yes">
        <source>The term is in the glossary; %n cue(s) were put right.</source>
        <translation>
            <numerusform>术语已加入术语表；改正了 %n 条字幕。</numerusform>
        </translation>
    </message>
    <message>
        <source>Add a term</source>
        <translation>添加术语</translation>
    </message>
    <message>
        <source>Translations keep to the terms of the glossary, and checks look for them.</source>
        <translation>翻译遵守术语表中的术语，检查时也会核对。</translation>
    </message>
    <message>
        <source>Term</source>
        <translation>术语</translation>
    </message>
    <message>
        <source>Translation</source>
        <translation>译文</translation>
    </message>
    <message>
        <source>So far</source>
        <translation>目前</translation>
    </message>
    <message>
        <source>How it was translated until now; empty if it differs</source>
        <translation>目前的译法；不一致则留空</translation>
    </message>
    <message>
        <source>Language of the term</source>
        <translation>术语的语言</translation>
    </message>
    <message>
        <source>Language of the translation</source>
        <translation>译文的语言</translation>
    </message>
    <message>
        <source>Translate those again that say it otherwise</source>
        <translation>重新翻译用了其他说法的字幕</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>TextField</name>
    <message>
        <source>Add to the dictionary</source>
        <translation>加入词典</translation>
    </message>
</context>
<context>
    <name>ThresholdCurve</name>
    <message numerus="yes">
        <source>{kind} at {time}, sure to {share} %, %n frame(s)</source>
        <translation>
            <numerusform>{kind}，{time}，确定程度 {share} %，%n 帧</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ThresholdStrip</name>
    <message numerus="yes">
        <source>%n shot(s) at this threshold</source>
        <translation>
            <numerusform>此阈值下有 %n 个镜头</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n in the document</source>
        <translation>
            <numerusform>文档中有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Threshold of shots</source>
        <translation>镜头阈值</translation>
    </message>
    <message>
        <source>How sure a change must be to begin a new shot. Less finds more.</source>
        <translation>变化要多确定才算新镜头。越低找到的越多。</translation>
    </message>
    <message>
        <source>Use these shots</source>
        <translation>采用这些镜头</translation>
    </message>
    <message>
        <source>Close the curve</source>
        <translation>关闭曲线</translation>
    </message>
    <message>
        <source>Curve of changes</source>
        <translation>变化曲线</translation>
    </message>
    <message>
        <source>Drag the line, or move it with Up and Down. Left and Right go from change to change. The wheel scrolls, with Ctrl it zooms.</source>
        <translation>拖动横线，或用上下键移动。左右键在变化之间跳转。滚轮滚动，按住 Ctrl 缩放。</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>{rate}×</source>
        <translation>{rate}×</translation>
    </message>
    <message>
        <source>Playing</source>
        <translation>正在播放</translation>
    </message>
    <message>
        <source>Time of the playhead, and length of the film</source>
        <translation>播放头的时间和影片长度</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
</context>
<context>
    <name>VideoView</name>
    <message>
        <source>No media</source>
        <translation>没有媒体</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Click to play or pause</source>
        <translation>点击播放或暂停</translation>
    </message>
</context>
<context>
    <name>Waveform</name>
    <message>
        <source>{text}, from {start} to {end} seconds</source>
        <translation>{text}，从 {start} 到 {end} 秒</translation>
    </message>
    <message>
        <source>Drawing the waveform…</source>
        <translation>正在绘制波形…</translation>
    </message>
    <message>
        <source>Waveform</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>Drag an edge to trim, a cue to move it, an empty place to make a new cue. Ctrl takes the neighbour&apos;s edge along, Alt lets cues overlap, Shift does not snap. The wheel scrolls, with Ctrl it zooms.</source>
        <translation>拖动边缘可修剪，拖动字幕可移动，在空白处拖动可新建字幕。按住 Ctrl 带动相邻字幕的边缘，按住 Alt 允许重叠，按住 Shift 不对齐。滚轮滚动，按住 Ctrl 滚轮缩放。</translation>
    </message>
</context>
</TS>
