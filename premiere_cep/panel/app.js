/* Puts the parts together: adapter, client, store, views. What the user does comes in here and goes to the server. */
(function (zimu) {
  "use strict";

  var SECONDS = 6000; // that a sentence stays, in ms
  var CONTRAST = 4.5;
  var MIDDLE = 0.179; // the luminance on which black and white stand out alike
  var WHOLE = { set_text: true, retime: true, set_speaker: true };
  var VIEWS = ["make", "cues", "deliver"];

  function luminance(colour) {
    var parts = colour.map(function (value) {
      var part = value / 255;
      return part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }

  /* The first of some greys that stands out from a ground. */
  function legible(greys, ground) {
    var found = greys.filter(function (grey) {
      var light = luminance([grey, grey, grey]);
      return (Math.max(light, ground) + 0.05) / (Math.min(light, ground) + 0.05) >= CONTRAST;
    });
    var grey = found.length ? found[0] : greys[greys.length - 1];
    return "rgb(" + [grey, grey, grey].join(",") + ")";
  }

  zimu.newId = function () {
    var bytes = new Uint8Array(16);
    if (window.crypto && crypto.getRandomValues) crypto.getRandomValues(bytes);
    else bytes = bytes.map(function () { return Math.random() * 256; }); // UXP; it is a name, not a secret
    return Array.prototype.map.call(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
  };

  function App(adapter, element) {
    var self = this;
    this.adapter = adapter;
    this.element = element;
    this.store = new zimu.store.Store();
    zimu.i18n.use(adapter.language());
    this.store.dispatch({ type: "language", language: zimu.i18n.language() });
    this.edits = Promise.resolve();
    this.waiting = 0; // timer of a goto
    this.client = new zimu.Client({
      adapter: adapter,
      dispatch: this.store.dispatch.bind(this.store),
      language: function () { return zimu.i18n.language(); },
      jobs: function () { return self.seen(); },
      onOpen: function () { self.opened(); },
    });
    this.timelines = new zimu.Timelines(this);
    this.store.listen(this.changed.bind(this));
    adapter.theme(this.theme.bind(this));
    this.build();
    this.client.connect();
  }

  // -- the page ------------------------------------------------------------------------------------

  App.prototype.build = function () {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var self = this;
    document.documentElement.lang = zimu.i18n.language() === "zh" ? "zh-CN" : "en";
    document.title = tr("title");
    this.pages = { make: new zimu.views.Make(this), cues: new zimu.views.Cues(this), deliver: new zimu.views.Deliver(this) };
    this.progress = new zimu.views.Progress(this);
    this.state = h("span", { class: "state", role: "status" });
    this.live = h("div", { class: "said", role: "status" });
    this.tabs = VIEWS.map(function (view, index) {
      return h("button", {
        type: "button", role: "tab", id: "tab-" + view, "aria-controls": "page-" + view, text: tr("tab." + view),
        onclick: function () { self.show(view); },
        onkeydown: function (event) { self.turn(event, index); },
      });
    });
    var other = h("button", { type: "button", class: "quiet", lang: zimu.i18n.language() === "zh" ? "en" : "zh-CN", text: tr("other"), onclick: function () { self.speak(); } });
    var theme = this.adapter.setTheme ? h("button", { type: "button", class: "quiet sign-only", text: "◐", title: tr("theme"), "aria-label": tr("theme"), onclick: function () {
      self.adapter.setTheme(document.documentElement.getAttribute("data-theme") === "dark" ? "light" : "dark");
    } }) : null;
    zimu.dom.fill(this.element, [
      h("header", {}, h("div", { class: "row between" }, h("h1", { text: tr("name") }), this.state, h("span", { class: "tools" }, theme, other)),
        h("div", { class: "tabs", role: "tablist", "aria-label": tr("name") }, this.tabs)),
      h("main", {}, VIEWS.map(function (view) {
        return h("div", { role: "tabpanel", id: "page-" + view, "aria-labelledby": "tab-" + view, class: "panel" }, self.pages[view].root);
      })),
      this.progress.root, this.live,
    ]);
    this.changed(this.store.state, zimu.store.initial.call(null));
  };

  /* In the other language. */
  App.prototype.speak = function () {
    var language = zimu.i18n.language() === "zh" ? "en" : "zh";
    zimu.i18n.use(language);
    this.adapter.remember("language", language);
    this.store.dispatch({ type: "language", language: language });
    this.build();
  };

  App.prototype.show = function (view) {
    if (view !== "cues") this.pages.cues.saveOpen();
    this.store.dispatch({ type: "view", view: view });
  };

  App.prototype.turn = function (event, index) {
    var step = { ArrowRight: 1, ArrowLeft: VIEWS.length - 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    var to = (index + step) % VIEWS.length;
    this.show(VIEWS[to]);
    this.tabs[to].focus();
  };

  /* The program's own ground, and on it texts that can be read whatever grey it is (WCAG 2.1, 1.4.3). */
  App.prototype.theme = function (skin) {
    var root = document.documentElement;
    var light = skin.ground ? luminance(skin.ground) : 0;
    var dark = skin.ground ? light < MIDDLE : skin.dark;
    root.setAttribute("data-theme", dark ? "dark" : "light");
    if (skin.ground) {
      root.style.setProperty("--ground", "rgb(" + skin.ground.join(",") + ")");
      root.style.setProperty("--text", legible(dark ? [237, 255] : [28, 0], light));
      root.style.setProperty("--muted", legible(dark ? [184, 214, 255] : [85, 51, 0], light));
    }
    if (skin.size) root.style.fontSize = Math.max(11, Math.min(24, skin.size + 2)) + "px";
    if (skin.family) root.style.setProperty("--family", '"' + skin.family.replace(/["\\;{}]/g, "") + '", ');
  };

  App.prototype.changed = function (state, old) {
    var self = this;
    if (state.view !== old.view || !this.shown) {
      VIEWS.forEach(function (view, index) {
        var on = state.view === view;
        self.tabs[index].setAttribute("aria-selected", on ? "true" : "false");
        self.tabs[index].tabIndex = on ? 0 : -1;
        zimu.dom.show(document.getElementById("page-" + view), on);
      });
    }
    if (state.connection !== old.connection || state.language !== old.language || state.host !== old.host) {
      var known = state.connection === "open" && state.host;
      zimu.dom.text(this.state, zimu.i18n.tr(known ? "host." + state.host : "connection." + state.connection));
      this.state.setAttribute("data-state", state.connection);
    }
    if (state.said !== old.said) this.tell(state.said.text);
    VIEWS.forEach(function (view) { self.pages[view].update(state, old); });
    this.progress.update(state, old);
    this.follow(state, old);
  };

  /* A sentence at the bottom for some seconds. */
  App.prototype.tell = function (text) {
    var live = this.live;
    clearTimeout(this.silence);
    zimu.dom.text(live, text);
    this.silence = setTimeout(function () { zimu.dom.text(live, ""); }, SECONDS);
  };

  /* What has to be done when something has happened. */
  App.prototype.follow = function (state, old) {
    var self = this;
    if (state.document && state.document.stale && !(old.document && old.document.stale)) this.open(state.document.path, false);
    if (state.jobs === old.jobs) return;
    Object.keys(state.jobs).forEach(function (id) {
      var job = state.jobs[id];
      var was = old.jobs[id];
      if (!was || was.state === job.state) return;
      if (job.state === "finished") self.finished(job);
      if (job.state === "cancelled") self.say(zimu.i18n.tr("cancelled"));
      if (job.state === "failed" && job.error.code === "host.other-timeline") self.timelines.read(); // what is shown is not so
    });
  };

  App.prototype.finished = function (job) {
    this.say(zimu.i18n.tr("state.finished", { what: zimu.i18n.tr("verb." + job.verb) }));
    if (job.path) this.open(job.path, true);
    else if (job.verb === "pull" && this.store.state.document) this.open(this.store.state.document.path, false);
    if (/^(push|pull|unpush|status)$/.test(job.verb)) this.show("deliver");
    if (/^(run|push)$/.test(job.verb)) this.timelines.read(); // where the media begins on it may be another now
  };

  // -- the server ----------------------------------------------------------------------------------

  /* Of each job that is not over, the number of the last event seen. */
  App.prototype.seen = function () {
    var state = this.store.state;
    var numbers = {};
    zimu.store.running(state).forEach(function (id) { numbers[id] = state.jobs[id].seq; });
    return numbers;
  };

  App.prototype.opened = function () {
    var self = this;
    var state = this.store.state;
    this.client.ask("choices").then(function (choices) {
      self.store.dispatch({ type: "choices", choices: choices });
    }).catch(this.fail.bind(this));
    var path = (state.document && state.document.path) || this.adapter.wanted || this.adapter.recall("document");
    if (path) this.open(path, !!this.adapter.wanted && !state.document, true);
    this.timelines.read();
  };

  App.prototype.open = function (path, show, quiet) {
    var self = this;
    var profile = this.adapter.recall("profile") || "netflix";
    return this.client.ask("open", { path: path, profile: profile }).then(function (opened) {
      self.store.dispatch({ type: "document", document: opened });
      self.adapter.remember("document", path);
      if (show) self.show("cues");
    }).catch(function (error) {
      if (quiet) self.adapter.remember("document", "");
      else self.fail(error);
    });
  };

  App.prototype.start = function (verb, values, title) {
    return this.client.start(verb, values, title).catch(this.fail.bind(this));
  };

  /* A verb on the document that is open, after what is still being saved; on the timeline that is shown and no other. */
  App.prototype.onDocument = function (verb, values) {
    var self = this;
    var document = this.store.state.document;
    if (!document) return;
    var timeline = this.store.state.timeline ? this.store.state.timeline.id : "";
    var name = document.path.split(/[\\/]/).pop();
    this.pages.cues.saveOpen().then(function () {
      return self.edits;
    }).then(function () {
      self.start(verb, Object.assign({ path: document.path, timeline: timeline }, values), name);
    }, function () {});
  };

  App.prototype.cancel = function () {
    this.client.ask("cancel", { job: this.store.state.current }).catch(this.fail.bind(this));
  };

  App.prototype.fail = function (error) {
    var problem = error && error.message ? error : { message: String(error), hint: "" };
    this.store.dispatch({ type: "problem", problem: { code: problem.code || "", message: problem.message, hint: problem.hint || "" } });
  };

  App.prototype.say = function (text) {
    this.store.dispatch({ type: "say", text: text });
  };

  // -- the document --------------------------------------------------------------------------------

  App.prototype.cue = function (id) {
    var document = this.store.state.document;
    var index = document ? zimu.store.indexOf(document.cues, id) : -1;
    return index < 0 ? null : document.cues[index];
  };

  /*
   * One edit after the other, each on the revision that the one before made. A promise of it. If somebody else was
   * faster, the document is read anew, and what says wholly how a cue is to be is said once more.
   */
  App.prototype.edit = function (edit) {
    var self = this;
    function send() {
      var document = self.store.state.document;
      return self.client.ask("edit", { path: document.path, revision: document.revision, edit: edit }).then(function (answer) {
        self.store.dispatch({ type: "edited", answer: answer });
        self.select(edit, answer);
      });
    }
    function again(error) {
      if (error.code !== "document.conflict") throw error;
      return self.open(self.store.state.document.path, false).then(function () {
        if (WHOLE[edit.verb]) return send();
        throw error;
      });
    }
    function next() {
      return send().catch(again);
    }
    var done = this.edits.then(next, next);
    this.edits = done.catch(this.fail.bind(this));
    return done;
  };

  /* After an undo the place of what was changed; after a cut or a join the cue that was there. */
  App.prototype.select = function (edit, answer) {
    var state = this.store.state;
    var first = answer.cues[0];
    if (/^(undo|redo)$/.test(edit.verb) && first && !state.editing) {
      this.store.dispatch({ type: "select", id: first.id });
    }
  };

  /* Saves what was written into a cue: only what is different. A promise of the last edit. */
  App.prototype.saveCue = function (cue, written) {
    var self = this;
    var languages = this.store.state.document.languages;
    var done = Promise.resolve();
    written.texts.forEach(function (text, column) {
      if (text !== cue.texts[column]) done = self.edit({ verb: "set_text", cue: cue.id, language: languages[column], text: text });
    });
    if (written.start === null || written.end === null || written.start >= written.end) {
      this.fail({ code: "panel.time", message: zimu.i18n.tr("time.wrong"), hint: zimu.i18n.tr("time.wrong.hint") });
    } else if (written.start !== cue.start || written.end !== cue.end) {
      done = this.edit({ verb: "retime", cue: cue.id, start: written.start, end: written.end });
    }
    if (written.speaker !== (cue.speaker || "")) done = this.edit({ verb: "set_speaker", cues: [cue.id], speaker: written.speaker });
    done.catch(function () {}); // `edit` has said it
    return done;
  };

  App.prototype.goto = function (ms, now) {
    var self = this;
    var timeline = this.store.state.timeline;
    clearTimeout(this.waiting);
    if (this.store.state.connection !== "open" || !timeline) return;
    var place = Math.max(0, ms + (timeline.offset_ms || 0)); // cues are timed from the media's start, places from the timeline's
    this.waiting = setTimeout(function () {
      self.client.ask("goto", { ms: place }).catch(function (error) {
        if (error.code !== "host.busy") self.fail(error); // a job is at work there: the playhead can wait
      });
    }, now ? 0 : 200);
  };

  App.prototype.importCaptions = function () {
    var self = this;
    var state = this.store.state;
    this.show("cues");
    new zimu.views.Import(this, state.document.languages).ask().then(function (wanted) {
      if (!wanted) return null;
      var values = { path: state.document.path, file: wanted.file, language: wanted.language };
      return self.edits.then(function () {
        return self.client.ask("allow", { folder: wanted.file.replace(/[\\/][^\\/]*$/, "") || "/" });
      }).then(function () { return self.client.ask("import", values); }).then(function (answer) {
        self.store.dispatch({ type: "edited", answer: answer });
        self.say(zimu.i18n.tr("imported", { n: answer.changed }));
        return answer;
      });
    }).catch(this.fail.bind(this));
  };

  App.prototype.importTranscript = function () {
    var self = this;
    this.adapter.importTranscript(function (problem, done) {
      if (problem) self.fail(problem);
      else if (done) self.say(zimu.i18n.tr("transcript.done"));
    });
  };

  App.prototype.openElsewhere = function () {
    var self = this;
    this.adapter.openDocument(this.store.state.document.path, function (problem) {
      if (problem) self.fail(problem);
    });
  };

  zimu.App = App;
  zimu.begin = function () {
    var adapters = zimu.adapters;
    var make = window.__adobe_cep__ ? adapters.cep : adapters.uxp || adapters.browser;
    zimu.app = new App(make(), document.getElementById("zimu"));
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", zimu.begin);
  else zimu.begin();
})((window.zimu = window.zimu || {}));
