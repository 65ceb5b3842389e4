/*
 * A fake of what UXP gives in Premiere 25.6: one sequence with markers, and the rules that trip plugins. Actions can be
 * made and executed only inside lockedAccess; a marker's colour cannot be given when it is made; `given.guid` is false
 * before 26.3, where markers have no id. Names are those of @adobe/premierepro.
 */
(() => {
  const TICKS = 254016000000n;
  let locked = false;
  const time = ticks => ({
    ticks: String(ticks), seconds: Number(ticks) / Number(TICKS),
    add: other => time(BigInt(ticks) + BigInt(other.ticks)), subtract: other => time(BigInt(ticks) - BigInt(other.ticks)),
  });
  const seconds = value => time(BigInt(Math.round(value * 1e6)) * TICKS / 1000000n);
  const action = run => {
    if (!locked) throw new Error("Actions must be created inside lockedAccess");
    return { run };
  };
  let next = 1;
  const list = [];
  const state = { list, player: "0", transcripts: {}, undo: [] };
  function marker(name, kind, start, length, comments) {
    const own = { name, kind, start, length, comments, colour: 0, id: "m" + next++ };
    return {
      own, getName: () => own.name, getComments: () => own.comments, getType: () => own.kind, getStart: () => own.start,
      getDuration: () => own.length, getColorIndex: () => own.colour,
      guid: given.guid ? { toString: () => own.id } : undefined,
      createSetNameAction: value => action(() => { own.name = value; }),
      createSetCommentsAction: value => action(() => { own.comments = value; }),
      createSetDurationAction: value => action(() => { own.length = value; }),
      createSetColorByIndexAction: value => action(() => { own.colour = value; }),
    };
  }
  const markers = {
    getMarkers: () => list.slice().sort((a, b) => Number(BigInt(a.own.start.ticks) - BigInt(b.own.start.ticks))),
    createAddMarkerAction: (...values) => action(() => list.push(marker(...values))),
    createRemoveMarkerAction: one => action(() => list.splice(list.indexOf(one), 1)),
    createMoveMarkerAction: (one, to) => action(() => { one.own.start = to; }),
  };
  const media = { getMediaFilePath: async () => "/films/film.mp4", isSequence: async () => false };
  const item = { name: "film.mp4", media, getId: () => "n1" };
  const track = (name, muted) => ({ name, isMuted: async () => muted, getTrackItems: () => [{
    getName: async () => "film.mp4", getProjectItem: async () => item, getStartTime: async () => time(0n),
    getEndTime: async () => seconds(600), getInPoint: async () => time(0n), getSpeed: async () => 1,
    isSpeedReversed: async () => 0, isDisabled: async () => false,
  }] });
  const sequence = {
    name: "UXP film", guid: { toString: () => "seq-1" }, getTimebase: async () => String(TICKS / 25n),
    getZeroPoint: async () => seconds(3600), getEndTime: async () => seconds(600),
    getInPoint: async () => time(-400000n * TICKS), getOutPoint: async () => time(-400000n * TICKS),
    getSequenceVideoTimeDisplayFormat: async () => ({ type: 1 }), getFrameSize: async () => ({ width: 1920, height: 1080 }),
    getAudioTrackCount: async () => 2, getAudioTrack: async index => [track("Dialogue", false), track("Music", true)][index],
    setPlayerPosition: async to => { state.player = to.ticks; return true; },
  };
  const second = Object.assign({}, sequence, { name: "第二集", guid: { toString: () => "seq-2" } });
  let active = given.closed ? null : sequence;
  const project = {
    guid: { toString: () => "project-1" }, path: "/p.prproj", getActiveSequence: async () => active,
    getSequences: async () => [sequence, second], openSequence: async one => { active = one; return true; },
    getRootItem: async () => ({ getItems: async () => [item] }),
    lockedAccess: run => { locked = true; try { run(); } finally { locked = false; } },
    executeTransaction: (fill, name) => {
      if (!locked) throw new Error("executeTransaction needs lockedAccess");
      const actions = [];
      fill({ addAction: one => actions.push(one) });
      if (given.refuses) return false;
      actions.forEach(one => one.run());
      state.undo.push(name);
      return true;
    },
  };
  window.fake = state;
  window.modules = {
    premierepro: {
      Application: { version: "25.6.0" }, Project: { getActiveProject: async () => project },
      Markers: { getMarkers: async () => markers }, Marker: { MARKER_TYPE_COMMENT: "Comment" },
      TickTime: { createWithSeconds: seconds, createWithTicks: ticks => time(BigInt(ticks)) },
      ClipProjectItem: { cast: one => one.media || null }, FolderItem: { cast: () => null },
      Constants: { VideoDisplayFormatType: { FPS_29_97: 2, FPS_29_97_NON_DROP: 3 }, TrackItemType: { CLIP: 1 } },
      Transcript: {
        importFromJSON: text => JSON.parse(text),
        createImportTextSegmentsAction: (segments, clip) => action(() => { state.transcripts["/films/film.mp4"] = segments; }),
      },
    },
    uxp: { host: { uiLocale: given.locale }, shell: { openExternal: async url => { state.opened = url; } },
      storage: { localFileSystem: { getFileForOpening: async () => (given.picked ? { nativePath: given.picked } : null) } } },
    os: { platform: () => "darwin", homedir: () => "/Users/x" },
    fs: { readFileSync: path => {
      if (!(path in given.files)) throw new Error("ENOENT: " + path);
      return given.files[path];
    } },
  };
  window.require = name => window.modules[name];
})();
