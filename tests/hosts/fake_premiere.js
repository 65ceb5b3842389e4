/*
 * A fake of Premiere's scripting objects, after ppro-scripting.docsforadobe.dev and what users measured, with quirks.
 * It runs in an engine from which everything newer than ECMAScript 3 was removed, so it is written in ECMAScript 3.
 * Ticks go beyond 2^53 and doubles do not hold them: Python does the sums (call_python).
 */
var fakePremiere = (function (quirks, json) {
    var TICKS = 254016000000, nodes = 0, guids = 0, log = [], define = Object.defineProperty;

    function ticksOf(seconds) { return call_python('ticks', seconds, quirks.rounds || 'nearest', quirks.timebase); }
    function before(one, other) {
        if (one.charAt(0) === '-') { return other.charAt(0) !== '-'; }
        return one.length < other.length || (one.length === other.length && one < other);
    }
    function Time(ticks) {
        this.ticks = String(ticks);
        this.seconds = Number(ticks) / TICKS;
    }
    function number(value) {
        if (typeof value !== 'number') { throw new Error('Illegal Parameter type'); }
        return value;
    }
    function whole(value) {
        if (typeof value !== 'string' || !(/^-?[0-9]+$/).test(value)) { throw new Error('Illegal Parameter type'); }
        return value;
    }

    // -- markers: set in seconds, read as Time --

    function Marker(collection, ticks) {
        var start = ticks, end = ticks, name = '', comments = '', colour = 0;
        guids += 1;
        this.type = 'Comment';
        if (!quirks.noGuid) { define(this, 'guid', { value: 'guid-' + guids }); }
        define(this, 'name', {
            get: function () { return name; },
            set: function (value) { name = quirks.trims ? String(value).replace(/^\s+|\s+$/g, '') : String(value); }
        });
        define(this, 'comments', {
            get: function () { return comments; },
            set: function (value) { comments = quirks.returns ? String(value).replace(/\n/g, '\r') : String(value); }
        });
        define(this, 'start', {
            get: function () { return new Time(start); },
            set: function (value) {
                if (quirks.fixedStart === 'throws') { throw new Error('Marker.start is read-only'); }
                if (quirks.fixedStart === 'ignores') { return; }
                value = ticksOf(number(value));
                if (quirks.startsBeforeEnd && before(end, value)) { throw new Error('start after end'); }
                if (quirks.keepsLength) { end = call_python('shifted', end, start, value); }
                start = value;
                if (before(end, start)) { end = start; }
                collection._sort();
            }
        });
        define(this, 'end', {
            get: function () { return new Time(end); },
            set: function (value) {
                value = ticksOf(number(value));
                if (quirks.startsBeforeEnd && before(value, start)) { throw new Error('end before start'); }
                end = before(value, start) ? start : value;
            }
        });
        if (!quirks.noColours) {
            this.getColorByIndex = function () { return colour; };
            this.setColorByIndex = function (index) {
                if (number(index) < 0 || index > 7) { throw new Error('Illegal Parameter type'); }
                colour = index;
            };
        }
    }

    /** Sorted by time, read by index or from one to the next. */
    function MarkerCollection() {
        var all = this, count = 0;
        define(this, 'numMarkers', { get: function () { return count; } });
        function place(marker) { // the last one may be out of order
            var i;
            for (i = count - 1; i > 0 && before(all[i].start.ticks, all[i - 1].start.ticks); i -= 1) {
                marker = all[i];
                all[i] = all[i - 1];
                all[i - 1] = marker;
            }
        }
        this._sort = function () {
            var i, k, one;
            for (i = 1; i < count; i += 1) {
                for (k = i; k > 0 && before(all[k].start.ticks, all[k - 1].start.ticks); k -= 1) {
                    one = all[k];
                    all[k] = all[k - 1];
                    all[k - 1] = one;
                }
            }
        };
        this.createMarker = function (seconds) {
            var made;
            if (quirks.locked) { return undefined; }
            made = new Marker(this, quirks.misplaces ? ticksOf(number(seconds) * 1000) : ticksOf(number(seconds)));
            this[count] = made;
            count += 1;
            place(made);
            return made;
        };
        this.getFirstMarker = function () { return this[0]; };
        this.getNextMarker = function (marker) {
            var i;
            if (quirks.loops && marker === this[count - 1]) { return this[0]; }
            for (i = 0; i < count && this[i] !== marker; i += 1) { }
            i += 1;
            while (quirks.skips && i < count && this[i].start.ticks === marker.start.ticks) { i += 1; }
            return this[i];
        };
        this.deleteMarker = function (marker) {
            var i, k;
            for (i = 0; i < count; i += 1) {
                if (this[i] === marker && !quirks.undeletable) {
                    for (k = i; k < count - 1; k += 1) { this[k] = this[k + 1]; }
                    count -= 1;
                    delete this[count];
                    return true;
                }
            }
            return false;
        };
    }

    // -- the project --

    function children() {
        return { numItems: 0 };
    }
    function add(parent, item) {
        parent.children[parent.children.numItems] = item;
        parent.children.numItems += 1;
        item._parent = function () { return parent; };
        return item;
    }
    function remove(item) {
        var list = item._parent().children, i, k;
        for (i = 0; i < list.numItems; i += 1) {
            if (list[i] === item) {
                for (k = i; k < list.numItems - 1; k += 1) { list[k] = list[k + 1]; }
                list.numItems -= 1;
                delete list[list.numItems];
                return;
            }
        }
    }
    function ProjectItem(name, type, path) {
        nodes += 1;
        this.nodeId = 'node-' + nodes;
        this.name = name;
        this.type = type;
        this.children = children();
        this.getMediaPath = function () {
            if (path === undefined) { throw new Error('no media'); }
            return path;
        };
        this.isSequence = function () { return path === ''; };
        this.createBin = function (called) {
            return quirks.noBins ? undefined : add(this, new ProjectItem(called, 2, ''));
        };
        this.moveBin = function (to) {
            if (quirks.noMove) { return; }
            remove(this);
            add(to, this);
        };
        this.deleteBin = function () {
            if (type !== 2) { throw new Error('not a bin'); }
            remove(this);
        };
    }

    function Track(name) {
        var muted = false;
        this.name = name;
        this.clips = { numItems: 0 };
        this.isMuted = function () { return muted; };
        this.setMute = function (value) {
            if (value !== 0 && value !== 1) { throw new Error('Illegal Parameter type'); }
            if (!quirks.muteStuck) { muted = value === 1; }
        };
        this._change = function (value) { muted = value; };
    }

    function Sequence(id, name, timebase) {
        var first = quirks.first, last = quirks.last;
        this.sequenceID = id;
        this.name = name;
        this.timebase = timebase;
        this.zeroPoint = quirks.zero;
        this.end = quirks.end;
        this.frameSizeHorizontal = 1920;
        this.frameSizeVertical = 1080;
        this.markers = new MarkerCollection();
        this.audioTracks = { numTracks: 0 };
        this._position = '0';
        this._captions = []; // no script sees these
        this.getSettings = function () { return { videoDisplayFormat: quirks.display }; };
        this.getInPointAsTime = function () { return new Time(first); };
        this.getOutPointAsTime = function () { return new Time(last); };
        this.setPlayerPosition = function (ticks) { this._position = whole(ticks); };
        this.exportAsMediaDirect = function (path, preset, range) {
            var i, heard = [];
            for (i = 0; i < this.audioTracks.numTracks; i += 1) { heard.push(!this.audioTracks[i].isMuted()); }
            log.push({ path: path, preset: preset, range: number(range), heard: heard });
            if (quirks.exportThrows) { throw new Error('the encoder stopped'); }
            return call_python('export', path, preset, range, heard);
        };
        if (!quirks.noCaptions) {
            this.createCaptionTrack = function (item, start, format) {
                if (!(item instanceof ProjectItem) || typeof start !== 'number') { throw new Error('Illegal Parameter type'); }
                if (arguments.length > 2 && (typeof format !== 'number' || quirks.strictFormat)) {
                    throw new Error('Illegal Parameter type');
                }
                if (quirks.captions === 'throws') { throw new Error('Illegal Parameter type'); }
                if (quirks.captions === 'textual') { throw 'no captions today'; }
                if (quirks.captions === 'refuses') { return false; }
                if (quirks.captions !== 'nothing') {
                    this._captions.push({ path: item.getMediaPath(), start: start, form: arguments.length });
                }
                return quirks.captions === 'silent' ? undefined : true;
            };
        }
    }

    var root = new ProjectItem('root', 3, ''), sequences = { numSequences: 0 }, active = null, coming = null, looks = 0;
    function listed(sequence) {
        sequences[sequences.numSequences] = sequence;
        sequences.numSequences += 1;
        return sequence;
    }
    var open = listed(new Sequence(
        quirks.sequence || 'f3ab14b7-12da-4aed-826b-98c82dd2feb5', quirks.name || 'Sequence 01', quirks.timebase
    ));
    active = quirks.closed ? null : open;
    if (quirks.stale) { sequences = { numSequences: 0 }; } // the active one is still that of the project before
    var app = {
        version: '25.1.0', build: '73', project: {
            documentID: quirks.noDocument ? undefined : '9f049ab7-d48f-43e9-a8ca-4d7f21233625',
            name: 'Film.prproj', path: '/films/Film.prproj', rootItem: root, sequences: sequences,
            openSequence: function (id) {
                var i;
                if (typeof id !== 'string') { throw new Error('Illegal Parameter type'); }
                if (quirks.opens === 'throws') { throw new Error('cannot open'); }
                for (i = 0; i < sequences.numSequences; i += 1) {
                    if (sequences[i].sequenceID === id) {
                        if (quirks.opens === 'refuses' || sequences[i]._held) { return false; }
                        if (quirks.opens === 'late') {
                            coming = sequences[i];
                            looks = 3;
                        } else if (quirks.opens !== 'lies') { active = sequences[i]; }
                        return quirks.opens !== 'mumbles';
                    }
                }
                return false;
            },
            importFiles: function (paths, quiet, target, stills) {
                var into = quirks.imports === 'elsewhere' ? root : target, name;
                if (!(paths instanceof Array) || quiet !== true || stills !== false) { throw new Error('Illegal Parameter type'); }
                if (quirks.imports === 'nothing') { return false; }
                name = paths[0].replace(/^.*[\/\\]/, '');
                add(into, new ProjectItem(name, 1, paths[0]));
                return true;
            }
        }
    };
    define(app.project, 'activeSequence', { // measured: it may show only after a while
        get: function () {
            looks -= 1;
            if (coming && looks <= 0) {
                active = coming;
                coming = null;
            }
            return active || 0; // as documented
        }
    });
    if (quirks.noProject) { app.project = undefined; }

    return {
        app: app, Sequence: quirks.noFormat ? undefined : { CAPTION_FORMAT_SUBTITLE: 0 }, open: open, root: root, log: log,
        sequence: function (id, name, timebase, end, held) {
            var made = listed(new Sequence(id, name, timebase));
            made.end = end;
            made._held = held;
        },
        drop: function (id) {
            var i, k;
            for (i = 0; i < sequences.numSequences; i += 1) {
                if (sequences[i].sequenceID === id) {
                    if (active === sequences[i]) { active = null; }
                    for (k = i; k < sequences.numSequences - 1; k += 1) { sequences[k] = sequences[k + 1]; }
                    sequences.numSequences -= 1;
                    delete sequences[sequences.numSequences];
                }
            }
        },
        add: add, Item: ProjectItem, names: Object.getOwnPropertyNames,
        track: function (name, muted) {
            var made = new Track(name);
            made._change(muted);
            open.audioTracks[open.audioTracks.numTracks] = made;
            open.audioTracks.numTracks += 1;
        },
        clip: function (track, path, start, end, source, speed, backwards, disabled) {
            var clips = open.audioTracks[track].clips, item = path === null ? null : new ProjectItem('clip', 1, path);
            clips[clips.numItems] = {
                name: 'clip', projectItem: item, start: new Time(start), end: new Time(end), inPoint: new Time(source),
                getSpeed: function () { return speed; }, isSpeedReversed: function () { return backwards ? 1 : 0; }
            };
            if (disabled) { clips[clips.numItems].disabled = true; }
            clips.numItems += 1;
        },
        json: json
    };
}(dukpy.quirks, JSON));
var app = fakePremiere.app, $ = { locale: dukpy.quirks.locale || 'en_US', os: 'Windows 11' }, ProjectItemType = { BIN: 2, CLIP: 1 };
if (fakePremiere.Sequence) { this.Sequence = fakePremiere.Sequence; }
