/*
 * The verbs of host.jsx through UXP (Premiere Pro 25.6 and later), with the same values, so that one Python bridge
 * serves both. Names are those of @adobe/premierepro 26.3.
 *
 * UXP has markers, the sound's sources and transcripts. It makes no captions (AdobeDocs/uxp-premiere-pro#44): that verb
 * says what to do instead. Every change is one transaction, which the user can undo.
 */
(function (/** @type {any} */ zimu) {
  "use strict";

  var DROP = 102; // 29.97 drop-frame, as ExtendScript's videoDisplayFormat counts
  var NO_DROP = 103;

  /**
   * @constructor
   * @param {import("@adobe/premierepro").premierepro} ppro
   * @param {{read: function(string): string}} files
   */
  function Verbs(ppro, files) {
    this._ppro = ppro;
    this._files = files;
  }

  function refusal(code, message, hint) {
    return { zimu: true, code: code, message: message, hint: hint };
  }

  /* A promise of {result} or {error}; it is never rejected. */
  Verbs.prototype.call = function (verb, values) {
    var own = Object.prototype.hasOwnProperty.call(VERBS, verb);
    var said = own ? VERBS[verb].call(this, values) : Promise.reject(
      refusal("host.request", "Premiere does not know the request " + verb + ".", "Update Zimu's plugin."));
    return said.then(function (result) {
      return { result: result };
    }, function (error) {
      if (error && error.zimu) return { error: { code: error.code, message: error.message, hint: error.hint } };
      var message = "Premiere said: " + String((error && error.message) || error) + ".";
      return { error: { code: "host.script", message: message, hint: "Restart Premiere." } };
    });
  };

  Verbs.prototype._project = async function () {
    var project = await this._ppro.Project.getActiveProject();
    if (!project) throw refusal("host.no-project", "No project is open in Premiere.", "Open the project of the sequence.");
    return project;
  };

  Verbs.prototype._facts = async function (sequence) {
    var shown = (await sequence.getSequenceVideoTimeDisplayFormat()).type;
    var kinds = this._ppro.Constants.VideoDisplayFormatType;
    return {
      sequence: sequence.guid.toString(), name: sequence.name, timebase: await sequence.getTimebase(),
      end: (await sequence.getEndTime()).ticks,
      display: shown === kinds.FPS_29_97 ? DROP : shown === kinds.FPS_29_97_NON_DROP ? NO_DROP : shown,
    };
  };

  Verbs.prototype._open = async function () {
    var project = await this._ppro.Project.getActiveProject();
    var sequence = project ? await project.getActiveSequence() : null;
    if (!sequence) throw refusal("host.no-timeline", "No sequence is open in Premiere.", "Open the sequence to work on.");
    return { project: project, sequence: sequence };
  };

  Verbs.prototype._markers = async function (sequence) {
    return (await this._ppro.Markers.getMarkers(sequence));
  };

  /* Does what `actions` gives as one step of the user's undo. Actions must be made inside the lock (26.3). */
  Verbs.prototype._do = function (project, name, actions) {
    var done = false;
    project.lockedAccess(function () {
      done = project.executeTransaction(function (compound) {
        actions().forEach(function (action) {
          compound.addAction(action);
        });
      }, name);
    });
    if (!done) throw refusal("host.refused", "Premiere did not do “" + name + "”.", "Unlock the project and the sequence.");
  };

  /* Markers have an id since 26.3; before, place and texts tell them apart. */
  function looksOf(list) {
    var seen = {};
    return list.map(function (marker) {
      var start = marker.getStart();
      var look = {
        name: marker.getName(), comments: marker.getComments(), type: marker.getType(),
        start: start.ticks, end: start.add(marker.getDuration()).ticks, colour: marker.getColorIndex(),
      };
      var known = marker.guid ? marker.guid.toString() : "";
      var key = known || [look.start, look.name, look.comments].join("\n");
      seen[key] = (seen[key] || 0) + 1;
      return Object.assign({ guid: known || key + "\n" + seen[key] }, look);
    });
  }

  Verbs.prototype._find = async function (sequence, wanted) {
    var all = await this._markers(sequence);
    var list = all.getMarkers();
    var looks = looksOf(list);
    for (var i = 0; i < looks.length; i++) {
      var now = looks[i];
      if (now.guid !== wanted.guid) continue;
      if (now.start === wanted.start && now.name === wanted.name && now.comments === wanted.comments) {
        return { all: all, marker: list[i] };
      }
      throw refusal("host.marker-changed", "The marker “" + now.name + "” was changed meanwhile.", "Push again.");
    }
    throw refusal("host.marker-gone", "The marker “" + wanted.name + "” is no longer there.", "Push again.");
  };

  /* How the marker looks that was not there before. */
  Verbs.prototype._new = async function (sequence, before, name) {
    var known = {};
    before.forEach(function (look) {
      known[look.guid] = true;
    });
    var looks = looksOf((await this._markers(sequence)).getMarkers());
    var found = looks.filter(function (look) {
      return !known[look.guid] && look.name === name;
    })[0];
    if (!found) throw refusal("host.no-marker", "Premiere did not make the marker.", "Unlock the sequence.");
    return found;
  };

  Verbs.prototype._span = function (values) {
    var time = this._ppro.TickTime;
    var start = time.createWithSeconds(values.start);
    return { start: start, length: time.createWithSeconds(values.end).subtract(start) };
  };

  /** @type {Object<string, (this: Verbs, asked: any) => Promise<any>>} */
  var VERBS = {
    hello: async function () {
      var open = await this._open().then(function () {
        return true;
      }, function () {
        return false;
      });
      var version = this._ppro.Application ? this._ppro.Application.version : "";
      return { version: version, build: "", locale: "", system: "UXP", sequence: open, captions: false, formats: false };
    },

    where: async function () {
      var open = await this._open();
      return { sequence: open.sequence.guid.toString(), project: open.project.guid.toString() || open.project.path };
    },

    timelines: async function () {
      var project = await this._project();
      var here = await project.getActiveSequence();
      var all = await project.getSequences();
      var made = [];
      for (var i = 0; i < all.length; i++) made.push(await this._facts(all[i]));
      return { open: here ? here.guid.toString() : "", timelines: made };
    },

    open_timeline: async function (asked) {
      var project = await this._project();
      var found = (await project.getSequences()).filter(function (one) {
        return one.guid.toString() === asked.timeline;
      })[0];
      if (!found) throw refusal("host.unknown-timeline", "The open project has no such sequence any more.", "Choose another one.");
      await project.openSequence(found); // what it answers says nothing
      return { name: found.name };
    },

    timeline: async function () {
      var sequence = (await this._open()).sequence;
      var size = await sequence.getFrameSize();
      return Object.assign(await this._facts(sequence), {
        zero: (await sequence.getZeroPoint()).ticks, first: (await sequence.getInPoint()).ticks,
        last: (await sequence.getOutPoint()).ticks, width: size.width, height: size.height,
      });
    },

    /* Clips in the bin tell of caption tracks that CEP's script made: UXP shows their files too. */
    present: async function (asked) {
      var open = await this._open();
      var looks = looksOf((await this._markers(open.sequence)).getMarkers());
      var root = await open.project.getRootItem();
      return { count: looks.length, markers: looks, clips: await this._clips(root, asked.bin) };
    },

    put_marker: async function (asked) {
      var open = await this._open();
      var all = await this._markers(open.sequence);
      var before = looksOf(all.getMarkers());
      var span = this._span(asked);
      var kind = this._ppro.Marker.MARKER_TYPE_COMMENT;
      this._do(open.project, "Zimu: marker", function () {
        return [all.createAddMarkerAction(asked.name, kind, span.start, span.length, asked.comments)];
      });
      var look = await this._new(open.sequence, before, asked.name);
      if (look.colour === asked.colour) return look;
      var found = await this._find(open.sequence, look);
      this._do(open.project, "Zimu: colour", function () {
        return [found.marker.createSetColorByIndexAction(asked.colour)];
      });
      return Object.assign(look, { colour: found.marker.getColorIndex() });
    },

    change_marker: async function (asked) {
      var open = await this._open();
      var found = await this._find(open.sequence, asked.seen);
      var span = this._span(asked);
      this._do(open.project, "Zimu: marker", function () {
        return [
          found.all.createMoveMarkerAction(found.marker, span.start),
          found.marker.createSetDurationAction(span.length),
          found.marker.createSetNameAction(asked.name),
          found.marker.createSetCommentsAction(asked.comments),
          found.marker.createSetColorByIndexAction(asked.colour),
        ];
      });
      var looks = looksOf((await this._markers(open.sequence)).getMarkers());
      var same = looks.filter(function (look) {
        return found.marker.guid ? look.guid === asked.seen.guid : look.name === asked.name && look.comments === asked.comments;
      });
      if (!same.length) throw refusal("host.marker-gone", "The marker “" + asked.name + "” is no longer there.", "Push again.");
      return same[0];
    },

    drop_marker: async function (asked) {
      var open = await this._open();
      var found = await this._find(open.sequence, asked.seen);
      this._do(open.project, "Zimu: remove marker", function () {
        return [found.all.createRemoveMarkerAction(found.marker)];
      });
      return { left: (await this._markers(open.sequence)).getMarkers().length };
    },

    put_captions: async function (asked) {
      throw refusal("host.no-captions", "Premiere lets no UXP plugin make captions.",
        "Drag " + asked.path + " into the project and from there onto the timeline, or push from the CEP panel (Window > Extensions).");
    },

    sound: async function () {
      var sequence = (await this._open()).sequence;
      var count = await sequence.getAudioTrackCount();
      var tracks = [];
      var clips = [];
      for (var i = 0; i < count; i++) {
        var track = await sequence.getAudioTrack(i);
        tracks.push({ name: track.name, muted: await track.isMuted() });
        var items = track.getTrackItems(this._ppro.Constants.TrackItemType.CLIP, false);
        for (var k = 0; k < items.length; k++) clips.push(await this._clip(items[k], i));
      }
      return { tracks: tracks, clips: clips };
    },

    export_audio: async function () {
      throw refusal("host.no-sound", "The UXP plugin does not render the sound.",
        "Choose “Straight from the media files”, or use the CEP panel (Window > Extensions).");
    },

    goto: async function (asked) {
      var sequence = (await this._open()).sequence;
      await sequence.setPlayerPosition(this._ppro.TickTime.createWithTicks(asked.ticks));
      return {};
    },

    /* Premiere's own transcript of the clip whose media file is `media`, out of a transcript file of ours. */
    put_transcript: async function (asked) {
      var open = await this._open();
      var clip = await this._source(await open.project.getRootItem(), asked.media);
      if (!clip) throw refusal("host.no-clip", asked.media + " is not in the project.", "Import it, then try again.");
      var Transcript = this._ppro.Transcript;
      var segments = Transcript.importFromJSON(this._files.read(asked.path));
      this._do(open.project, "Zimu: transcript", function () {
        return [Transcript.createImportTextSegmentsAction(segments, clip)];
      });
      return {};
    },
  };

  Verbs.prototype._clip = async function (item, track) {
    var clip = this._ppro.ClipProjectItem.cast(await item.getProjectItem());
    return {
      track: track, name: await item.getName(), path: clip ? await clip.getMediaFilePath() : "",
      nested: clip ? await clip.isSequence() : false, start: (await item.getStartTime()).ticks,
      end: (await item.getEndTime()).ticks, source: (await item.getInPoint()).ticks, speed: await item.getSpeed(),
      backwards: !!(await item.isSpeedReversed()), disabled: await item.isDisabled(),
    };
  };

  /* The clips in the bin `name` of `root`. */
  Verbs.prototype._clips = async function (root, name) {
    var made = [];
    var items = await root.getItems();
    for (var i = 0; i < items.length; i++) {
      var folder = items[i].name === name ? this._ppro.FolderItem.cast(items[i]) : null;
      var inner = folder ? await folder.getItems() : [];
      for (var k = 0; k < inner.length; k++) {
        var clip = this._ppro.ClipProjectItem.cast(inner[k]);
        if (clip) made.push({ node: inner[k].getId(), name: inner[k].name, path: await clip.getMediaFilePath() });
      }
    }
    return made;
  };

  /* The clip of the media file `path`, wherever it is in the project. */
  Verbs.prototype._source = async function (folder, path) {
    var items = await folder.getItems();
    for (var i = 0; i < items.length; i++) {
      var inner = this._ppro.FolderItem.cast(items[i]);
      var found = inner ? await this._source(inner, path) : this._ppro.ClipProjectItem.cast(items[i]);
      if (found && (inner || (await found.getMediaFilePath()) === path)) return found;
    }
    return null;
  };

  zimu.Verbs = Verbs;
})((window.zimu = window.zimu || {}));
