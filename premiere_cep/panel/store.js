/*
 * What the panel knows, and how each thing that happens changes it.
 *
 * `reduce(state, action)` is pure: it returns a new state and never changes the old one. `Store` keeps the present state
 * and tells who listens. Actions are plain objects with a `type`; events of the server come in as {type: "event", event}.
 */
(function (zimu) {
  "use strict";

  var NOTES = 50; // kept of one job

  function initial() {
    return {
      connection: "connecting", // connecting | open | lost | refused
      problem: null, // what the user has to know: {code, message, hint}
      zimu: "",
      host: "",
      language: "en",
      view: "make",
      choices: null,
      timelines: [], // of the open project: {id, name, rate, duration_ms, open}
      timeline: null, // the open one
      busy: false, // the timeline is being read
      jobs: {}, // by id: {id, verb, title, state, seq, stage, done, total, remaining, notes, heard, error}
      current: "", // the job that the bar at the bottom shows
      document: null, // {path, revision, languages, cues, marks}
      selected: "", // id of a cue
      editing: null, // {id, texts}: the cue that is being edited
      filter: { text: "", remarks: false },
      follow: true,
      report: null,
      answers: {}, // of conflicts, by key: "document" | "host"
      said: { text: "", count: 0 }, // the last sentence for a screen reader
    };
  }

  function change(state, part) {
    return Object.assign({}, state, part);
  }

  function before(a, b) {
    return a.start - b.start || a.end - b.end || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  }

  /* The cues with those of `changed` in the place of their namesakes, without those that are `gone`, in order of time. */
  function merged(cues, changed, gone) {
    var away = {};
    (gone || []).forEach(function (id) {
      away[id] = true;
    });
    (changed || []).forEach(function (cue) {
      away[cue.id] = true;
    });
    return cues
      .filter(function (cue) {
        return !away[cue.id];
      })
      .concat(changed || [])
      .sort(before);
  }

  /* The cue to select when the selected one is gone: the one at its place, else the last. */
  function neighbour(old, cues, id) {
    if (!id || indexOf(cues, id) >= 0) return id;
    var place = Math.max(0, indexOf(old, id));
    var next = cues[Math.min(place, cues.length - 1)];
    return next ? next.id : "";
  }

  function indexOf(cues, id) {
    for (var i = 0; i < cues.length; i++) if (cues[i].id === id) return i;
    return -1;
  }

  function edited(state, answer) {
    var document = state.document;
    if (!document || (answer.path && answer.path !== document.path)) return state;
    if (answer.revision < document.revision) return state; // an older answer that came late
    var cues = merged(document.cues, answer.cues, answer.gone);
    var part = { cues: cues, revision: answer.revision };
    if (answer.revision > document.revision + 1) part.stale = true; // an edit was missed: it has to be opened again
    if (answer.can_undo !== undefined) Object.assign(part, { can_undo: answer.can_undo, can_redo: answer.can_redo });
    var editing = state.editing && indexOf(cues, state.editing.id) >= 0 ? state.editing : null;
    return change(state, {
      document: Object.assign({}, document, part),
      selected: neighbour(document.cues, cues, state.selected),
      editing: editing,
    });
  }

  function job(state, id, part) {
    var old = state.jobs[id] || {
      id: id, verb: "", title: "", state: "waiting", seq: 0, stage: "", done: 0, total: 0, remaining: null,
      notes: [], heard: 0, error: null, path: "", files: [],
    };
    var jobs = Object.assign({}, state.jobs);
    jobs[id] = Object.assign({}, old, part);
    return change(state, { jobs: jobs });
  }

  function event(state, value) {
    if (value.event === "document") return edited(state, value);
    var id = value.job;
    var known = state.jobs[id];
    if (!id || (known && value.seq <= known.seq)) return state; // seen before the connection was lost
    var at = { seq: value.seq };
    if (!known || known.state === "waiting") at.state = "running";
    var notes = known ? known.notes : [];
    switch (value.event) {
      case "progress":
        Object.assign(at, {
          stage: value.stage, done: value.done, total: value.total,
          remaining: typeof value.remaining === "number" ? value.remaining : null,
        });
        break;
      case "note":
        at.notes = noted(notes, { message: value.message, level: value.level });
        Object.assign(at, stage(known, value.stage));
        break;
      case "chunk":
        at.heard = (known ? known.heard : 0) + 1;
        break;
      case "finished":
        Object.assign(at, { state: "finished", path: value.path || "", files: value.files || [] });
        break;
      case "reported":
        state = change(state, { report: value.report, answers: {} });
        at.state = "finished";
        break;
      case "failed":
        Object.assign(at, stopped(value.error));
        break;
    }
    return job(state, id, at);
  }

  /* The same sentence is kept once, the last time it was said. */
  function noted(notes, note) {
    return notes.filter(function (old) { return old.message !== note.message; }).concat([note]).slice(-NOTES);
  }

  /* A stage is known by its first sentence, long before it has got anywhere. */
  function stage(known, name) {
    return !name || (known && known.stage === name) ? {} : { stage: name, done: 0, total: 0, remaining: null };
  }

  function stopped(error) {
    if (error && (error.type === "Cancelled" || error.code === "cancelled")) return { state: "cancelled" };
    return { state: "failed", error: error };
  }

  var REDUCERS = {
    connection: function (state, action) {
      return change(state, {
        connection: action.state,
        zimu: action.zimu || state.zimu,
        host: typeof action.host === "string" ? action.host : state.host,
        problem: action.state === "open" ? null : action.problem || state.problem,
      });
    },
    problem: function (state, action) {
      return change(state, { problem: action.problem, busy: false });
    },
    language: function (state, action) {
      return change(state, { language: action.language === "zh" ? "zh" : "en" });
    },
    view: function (state, action) {
      return change(state, { view: action.view });
    },
    choices: function (state, action) {
      return change(state, { choices: action.choices });
    },
    reading: function (state) {
      return change(state, { busy: true });
    },
    timeline: function (state, action) {
      var host = action.timeline ? action.timeline.host || state.host : state.host;
      return change(state, { timeline: action.timeline, host: host, busy: false });
    },
    timelines: function (state, action) {
      return change(state, { timelines: action.timelines });
    },
    closed: function (state) {
      return change(state, { document: null, selected: "", editing: null, report: null, answers: {} });
    },
    document: function (state, action) {
      var first = action.document.cues[0];
      var same = state.document && state.document.path === action.document.path;
      var keep = same && indexOf(action.document.cues, state.selected) >= 0;
      return change(state, {
        document: action.document,
        selected: keep ? state.selected : first ? first.id : "",
        editing: same ? state.editing : null,
        report: same ? state.report : null,
      });
    },
    edited: function (state, action) {
      return edited(state, action.answer);
    },
    select: function (state, action) {
      return change(state, { selected: action.id });
    },
    edit: function (state, action) {
      return change(state, { editing: action.editing, selected: action.editing ? action.editing.id : state.selected });
    },
    filter: function (state, action) {
      return change(state, { filter: Object.assign({}, state.filter, action.filter) });
    },
    follow: function (state, action) {
      return change(state, { follow: action.follow });
    },
    answer: function (state, action) {
      var answers = Object.assign({}, state.answers);
      answers[action.key] = action.side;
      return change(state, { answers: answers });
    },
    started: function (state, action) {
      return change(job(state, action.job, { verb: action.verb, title: action.title || "" }), { current: action.job });
    },
    job: function (state, action) {
      return job(state, action.job, action.part);
    },
    dismiss: function (state) {
      return change(state, { current: "", problem: null });
    },
    event: function (state, action) {
      return event(state, action.event);
    },
    say: function (state, action) {
      return change(state, { said: { text: action.text, count: state.said.count + 1 } });
    },
  };

  function reduce(state, action) {
    var reducer = REDUCERS[action.type];
    if (!reducer) throw new Error("There is no action " + action.type);
    return reducer(state, action);
  }

  /* The cues that the filter lets through. */
  function shown(state) {
    if (!state.document) return [];
    var text = state.filter.text.trim().toLowerCase();
    if (!text && !state.filter.remarks) return state.document.cues;
    return state.document.cues.filter(function (cue) {
      if (state.editing && state.editing.id === cue.id) return true;
      if (state.filter.remarks && !(cue.checks && cue.checks.length)) return false;
      return !text || (cue.texts.join("\n") + "\n" + (cue.speaker || "")).toLowerCase().indexOf(text) >= 0;
    });
  }

  function running(state) {
    return Object.keys(state.jobs).filter(function (id) {
      return state.jobs[id].state === "waiting" || state.jobs[id].state === "running";
    });
  }

  function Store(state) {
    this.state = state || initial();
    this._listeners = [];
    this._queue = [];
    this._busy = false;
  }

  Store.prototype.listen = function (listener) {
    this._listeners.push(listener);
  };

  /* One action after the other, also those that a listener gives. */
  Store.prototype.dispatch = function (action) {
    this._queue.push(action);
    if (this._busy) return;
    this._busy = true;
    try {
      while (this._queue.length) {
        var old = this.state;
        this.state = reduce(old, this._queue.shift());
        if (this.state !== old) for (var i = 0; i < this._listeners.length; i++) this._listeners[i](this.state, old);
      }
    } finally {
      this._busy = false;
    }
  };

  zimu.store = { Store: Store, initial: initial, reduce: reduce, merged: merged, shown: shown, running: running, indexOf: indexOf };
})((window.zimu = window.zimu || {}));
