/*
 * The script side of Zimu in Premiere Pro: verbs only, JSON text in, JSON text out. It decides nothing and converts
 * nothing: times leave as Premiere gives them, strings of ticks, because ticks go beyond 2^53. ExtendScript is
 * ECMAScript 3 without JSON. It reads "a || b && c" and "a ? b : c ? d : e" wrongly, hence parentheses and no nested
 * conditionals. The names are those of ppro-scripting.docsforadobe.dev.
 */
var zimuCall = (function () {
    /** @returns {never} */
    function fail(code, message, hint) { throw { zimu: true, code: code, message: message, hint: hint }; }

    // -- JSON: what is sent is read, never evaluated; what is answered is ASCII, so that no encoding can break it --
    var PLAIN = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', '/': '/' };
    function parse(text) {
        var tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^ \t\r\n{}\[\],:"]+|"/g) || [], at = 0, whole;
        function wrong() { fail('host.request', 'What was sent is not JSON (at word ' + at + ').', 'Update Zimu.'); }
        function character(all, one) {
            if (one.length === 5) { return String.fromCharCode(parseInt(one.substr(1), 16)); }
            return PLAIN.hasOwnProperty(one) ? PLAIN[one] : wrong();
        }
        function plain(word) {
            if (word.charAt(0) === '"' && word.length > 1) {
                return word.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/g, character);
            }
            if (word === 'null') { return null; }
            if (word === 'true' || word === 'false') { return word === 'true'; }
            return (/^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/).test(word) ? Number(word) : wrong();
        }
        function value(depth) {
            var first = String(tokens[at]), list = first === '[', close = list ? ']' : '}', made = list ? [] : {}, name = 0;
            at += 1;
            if (depth > 16) { wrong(); }
            if (!list && first !== '{') { return plain(first); }
            while (tokens[at] !== close) {
                if (!list) {
                    name = plain(String(tokens[at]));
                    if (typeof name !== 'string' || name === '__proto__' || tokens[at + 1] !== ':') { wrong(); }
                    at += 2;
                }
                made[name] = value(depth + 1);
                name += 1;
                if (tokens[at] === ',' && tokens[at + 1] !== close) { at += 1; } else if (tokens[at] !== close) { wrong(); }
            }
            at += 1;
            return made;
        }
        whole = value(0);
        return at === tokens.length ? whole : wrong();
    }
    function quote(text) {
        var made = '"', i, code;
        for (i = 0; i < text.length; i += 1) {
            code = text.charCodeAt(i);
            made += (code >= 32 && code < 127 && code !== 34 && code !== 92) ? text.charAt(i) : '\\u' + ('000' + code.toString(16)).slice(-4);
        }
        return made + '"';
    }
    function write(value) {
        var parts = [], i;
        if (typeof value === 'string') { return quote(value); }
        if (typeof value === 'boolean' || (typeof value === 'number' && isFinite(value))) { return String(value); }
        if (value === null || typeof value !== 'object') { return 'null'; }
        if (value instanceof Array) { return '[' + each(value, value.length, write).join(',') + ']'; }
        for (i in value) { if (value.hasOwnProperty(i)) { parts.push(quote(i) + ':' + write(value[i])); } }
        return '{' + parts.join(',') + '}';
    }

    // -- what is open --
    function text(value) { return (typeof value === 'undefined' || value === null) ? '' : String(value); }
    function ticks(/** @type {Time} */ time) { return time ? text(time.ticks) : ''; }
    function given(from, name, kind) {
        if (typeof from[name] === kind && from[name] !== null) { return from[name]; }
        return fail('host.request', 'Premiere was sent no ' + kind + ' named ' + name + '.', 'Update Zimu.');
    }
    function each(list, count, does) {
        var made = [], i;
        for (i = 0; i < count; i += 1) { made.push(does(list[i], i)); }
        return made;
    }
    function first(list, count, wanted) {
        var i;
        for (i = 0; i < count; i += 1) { if (wanted(list[i])) { return list[i]; } }
        return null;
    }
    function sequences() { return app.project ? app.project.sequences : { numSequences: 0 }; }
    /** After a change of projects the active one may still be that of the project before. */
    function opened() { return sequences().numSequences ? app.project.activeSequence : null; }
    function sequence() {
        return opened() || fail('host.no-timeline', 'No sequence is open in Premiere.', 'Open the sequence to work on.');
    }
    function facts(/** @type {Sequence} */ one) {
        return {
            sequence: text(one.sequenceID), name: text(one.name), timebase: text(one.timebase), zero: text(one.zeroPoint),
            end: text(one.end), display: one.getSettings().videoDisplayFormat, width: one.frameSizeHorizontal, height: one.frameSizeVertical
        };
    }
    function tracksOf(/** @type {Sequence} */ open) {
        return each(open.audioTracks, open.audioTracks.numTracks, function (track) {
            return { name: text(track.name), muted: !!track.isMuted() };
        });
    }

    // -- markers --
    /** Walking from one to the next by time can miss some that begin together; then they are taken by their index. */
    function markersOf(/** @type {Sequence} */ open) {
        var all = open.markers, count = all.numMarkers, made = [], one = all.getFirstMarker();
        while (one && made.length < count) {
            made.push(one);
            one = all.getNextMarker(one);
        }
        return made.length < count ? each(all, count, function (marker) { return marker; }) : made;
    }
    function look(/** @type {Marker} */ marker) {
        var colour = null;
        try { colour = marker.getColorByIndex(); } catch (older) { } // scripts see colours since Premiere 13
        return {
            guid: text(marker.guid), name: text(marker.name), comments: text(marker.comments), type: text(marker.type),
            start: ticks(marker.start), end: ticks(marker.end), colour: colour
        };
    }
    function find(/** @type {Sequence} */ open, wanted) {
        var all = markersOf(open), marker = first(all, all.length, function (one) { return text(one.guid) === wanted.guid; }), now;
        if (!marker) { fail('host.marker-gone', 'The marker \u201c' + wanted.name + '\u201d is no longer there.', 'Push again.'); }
        now = look(marker);
        if (now.start === wanted.start && now.name === wanted.name && now.comments === wanted.comments) { return marker; }
        return fail('host.marker-changed', 'The marker \u201c' + now.name + '\u201d was changed meanwhile.', 'Push again.');
    }
    /** Start and end are set in seconds, although they are read as Time objects. */
    function shape(marker, to) {
        marker.name = given(to, 'name', 'string');
        marker.comments = given(to, 'comments', 'string');
        marker.end = given(to, 'end', 'number');
        if (marker.setColorByIndex) { marker.setColorByIndex(given(to, 'colour', 'number')); }
        return look(marker);
    }

    /** Where no script may move a marker, what it then looks like says so. */
    function move(marker, start) { try { marker.start = start; } catch (fixed) { } }

    // -- bins and captions --
    function pathOf(item) { try { return text(item.getMediaPath()); } catch (none) { return ''; } }
    function isBin(/** @type {ProjectItem} */ item) { return item.type === ProjectItemType.BIN; }
    function pick(/** @type {ProjectItem} */ parent, wanted) { return first(parent.children, parent.children.numItems, wanted); }
    function bin(parent, name) { return pick(parent, function (item) { return isBin(item) && item.name === name; }); }
    function madeBin(/** @type {ProjectItem} */ parent, name) {
        if (!bin(parent, name)) { parent.createBin(name); }
        return bin(parent, name) || fail('host.bin', 'Premiere did not make the bin \u201c' + name + '\u201d.', 'Unlock the project.');
    }
    function clipsOf(/** @type {ProjectItem} */ parent) {
        var made = [];
        each(parent && parent.children, parent ? parent.children.numItems : 0, function (item) {
            if (!isBin(item)) { made.push({ node: text(item.nodeId), name: text(item.name), path: pathOf(item) }); }
        });
        return made;
    }
    /** The clip in *parent* that was not there *before*: its name may be another's, its node is its own. */
    function newClip(parent, before) {
        return pick(parent, function (item) {
            return !isBin(item) && !first(before, before.length, function (old) { return old.node === text(item.nodeId); });
        });
    }
    /** No script can delete a clip, but a bin with the clip in it. */
    function discard(/** @type {ProjectItem} */ clip, parent) {
        var last = madeBin(parent, 'unused ' + text(clip.nodeId));
        clip.name = 'unused';
        clip.moveBin(last);
        if (last.children.numItems === 1) { last.deleteBin(); }
    }
    /** What the format is called differs; without one Premiere makes subtitles, too. */
    function captionTrack(open, clip, start) {
        try { return open.createCaptionTrack(clip, start, Sequence.CAPTION_FORMAT_SUBTITLE); } catch (older) { }
        return open.createCaptionTrack(clip, start);
    }

    var verbs = {
        hello: function () {
            return {
                version: text(app.version), build: text(app.build), locale: text($.locale), system: text($.os),
                sequence: !!opened(), captions: !!(opened() && opened().createCaptionTrack)
            };
        },
        where: function () {
            return { sequence: text(sequence().sequenceID), project: text(app.project.documentID) || text(app.project.path) };
        },
        timelines: function () {
            var here = opened(), all = sequences();
            if (!app.project) { fail('host.no-project', 'No project is open in Premiere.', 'Open the project of the sequence.'); }
            return { open: here ? text(here.sequenceID) : '', timelines: each(all, all.numSequences, facts) };
        },
        open_timeline: function (asked) {
            var wanted = given(asked, 'timeline', 'string'), all = sequences();
            var found = first(all, all.numSequences, function (one) { return text(one.sequenceID) === wanted; });
            if (!found) { fail('host.unknown-timeline', 'The open project has no such sequence any more.', 'Choose another one.'); }
            app.project.openSequence(wanted); // what it answers says nothing
            return { name: text(found.name) };
        },
        timeline: function () {
            var open = sequence(), made = facts(open);
            made.first = ticks(open.getInPointAsTime());
            made.last = ticks(open.getOutPointAsTime());
            return made;
        },
        present: function (asked) {
            var open = sequence(), ours = bin(app.project.rootItem, given(asked, 'bin', 'string')), all = markersOf(open);
            return { count: open.markers.numMarkers, markers: each(all, all.length, look), clips: clipsOf(ours) };
        },
        put_marker: function (asked) {
            var made = sequence().markers.createMarker(given(asked, 'start', 'number'));
            return shape(made || fail('host.no-marker', 'Premiere did not make the marker.', 'Unlock the sequence.'), asked);
        },
        change_marker: function (asked) {
            var marker = find(sequence(), given(asked, 'seen', 'object')), start = given(asked, 'start', 'number');
            move(marker, start); // earlier: start, then end; later: the end was in the way, so end, then start
            shape(marker, asked);
            move(marker, start);
            return shape(marker, asked); // where its length moves with its start
        },
        drop_marker: function (asked) {
            var open = sequence();
            open.markers.deleteMarker(find(open, given(asked, 'seen', 'object')));
            return { left: open.markers.numMarkers };
        },
        put_captions: function (asked) {
            var open = sequence(), root = app.project.rootItem, path = given(asked, 'path', 'string'), said = false, clip;
            var ours = madeBin(root, given(asked, 'bin', 'string')), before = clipsOf(ours), others = clipsOf(root);
            if (!open.createCaptionTrack) { fail('host.no-captions', 'This Premiere makes no captions.', 'Use Premiere Pro 2021 or newer.'); }
            app.project.importFiles([path], true, ours, false);
            clip = newClip(ours, before) || newClip(root, others);
            if (!clip) { fail('host.not-imported', 'Premiere did not import ' + path + '.', 'Import it by hand.'); }
            if (!newClip(ours, before)) { clip.moveBin(ours); } // some versions import into the bin that is selected
            try {
                said = captionTrack(open, clip, given(asked, 'start', 'number'));
            } finally {
                if (said === false) { discard(clip, ours); }
            }
            if (said === false) { fail('host.captions', 'Premiere made no caption track.', 'Import ' + path + ' by hand.'); }
            clip.name = given(asked, 'name', 'string');
            return { node: text(clip.nodeId), said: text(said) };
        },
        drop_clip: function (asked) {
            var ours = madeBin(app.project.rootItem, given(asked, 'bin', 'string')), node = given(asked, 'node', 'string');
            var clip = pick(ours, function (item) { return text(item.nodeId) === node; });
            if (clip) { discard(clip, ours); }
            return { dropped: !!clip };
        },
        sound: function () {
            var open = sequence(), made = [];
            each(open.audioTracks, open.audioTracks.numTracks, function (track, index) {
                each(track.clips, track.clips.numItems, function (one) {
                    var item = one.projectItem;
                    made.push({
                        track: index, name: text(one.name), path: pathOf(item),
                        nested: !!(item && item.isSequence && item.isSequence()), start: ticks(one.start), end: ticks(one.end),
                        source: ticks(one.inPoint), speed: one.getSpeed(), backwards: !!one.isSpeedReversed(), disabled: !!one.disabled
                    });
                });
            });
            return { tracks: tracksOf(open), clips: made };
        },
        export_audio: function (asked) {
            var open = sequence(), heard = asked.heard, before = tracksOf(open), said, i;
            var path = given(asked, 'path', 'string'), preset = given(asked, 'preset', 'string');
            function mute(at, wanted) {
                var track = open.audioTracks[at];
                if (!!track.isMuted() !== wanted) { track.setMute(wanted ? 1 : 0); }
                return !!track.isMuted() === wanted;
            }
            try {
                for (i = 0; heard && i < before.length; i += 1) {
                    if (!mute(i, !heard[i])) { fail('host.mute', 'Premiere did not mute ' + before[i].name + '.', 'Unlock the track.'); }
                }
                said = open.exportAsMediaDirect(path, preset, given(asked, 'range', 'number'));
            } finally {
                for (i = 0; heard && i < before.length; i += 1) { mute(i, before[i].muted); }
            }
            return { said: text(said), before: before, after: tracksOf(open) };
        },
        'goto': function (asked) {
            sequence().setPlayerPosition(given(asked, 'ticks', 'string'));
            return {};
        }
    };

    return function (sent) {
        var asked, verb, values, told;
        try {
            asked = parse(String(sent));
            verb = asked ? asked['do'] : null;
            if (typeof verb !== 'string' || !verbs.hasOwnProperty(verb)) { fail('host.request', 'There is no request ' + verb + '.', 'Update Zimu.'); }
            values = asked['arguments'] || {};
            if (values.sequence && text(sequence().sequenceID) !== values.sequence) {
                fail('host.other-timeline', 'Another sequence was opened in Premiere.', 'Open the one before, then push again.');
            }
            return write({ result: verbs[verb](values) });
        } catch (error) {
            told = { code: 'host.script', message: 'Premiere said: ' + text(error && (error.message || error)) + '.', hint: 'Restart Premiere.' };
            return write({ error: (error && error.zimu) ? error : told });
        }
    };
}());
