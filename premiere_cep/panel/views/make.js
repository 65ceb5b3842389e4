/* What to make of the open timeline: range, audio tracks, languages, rules, packs. */
(function (zimu) {
  "use strict";

  var STAYS = 800; // ms on one entry of a list until it is meant
  var EVENTS = ["text", "sounds", "speakers"];

  function Make(app) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    this.app = app;
    this.root = h("div", { class: "page" });
    this.which = h("select", {
      onkeydown: this.key.bind(this), onchange: this.chosen.bind(this), onblur: this.openChosen.bind(this),
    });
    this.facts = h("span", { class: "muted" });
    this.empty = h("p", { class: "hint" });
    this.again = h("button", { type: "button", class: "quiet", onclick: function () { app.timelines.read(); }, text: tr("refresh") });
    this.known = h("div", { class: "row wrap" });
    this.range = radios("range", tr("range"), [["all", tr("range.all")], ["in-out", tr("range.in-out")]]);
    this.tracks = h("div", { class: "checks" });
    this.trackField = h("fieldset", {}, h("legend", { text: tr("tracks") }), this.tracks);
    this.route = radios("route", tr("route"), [["render", tr("route.render")], ["sources", tr("route.sources")]]);
    this.spoken = h("select", {});
    this.first = h("select", {});
    this.second = h("select", {});
    this.profile = h("select", {});
    this.children = h("input", { type: "checkbox" });
    this.events = h("div", { class: "checks" });
    this.speech = h("select", {});
    this.translation = h("select", {});
    this.limits = h("p", { class: "hint notice", hidden: true });
    this.go = h("button", { type: "button", class: "primary wide", onclick: this.start.bind(this), text: tr("start") });
    this.build();
  }

  function radios(name, legend, pairs) {
    var h = zimu.dom.h;
    var set = h("fieldset", {}, h("legend", { text: legend }));
    set.boxes = {};
    pairs.forEach(function (pair, index) {
      var box = h("input", { type: "radio", name: name, value: pair[0], checked: index === 0 });
      set.boxes[pair[0]] = box;
      box.said = h("span", { text: pair[1] });
      set.appendChild(h("label", { class: "check" }, box, box.said));
    });
    set.chosen = function () {
      return pairs.map(function (pair) { return pair[0]; }).filter(function (value) { return set.boxes[value].checked; })[0];
    };
    return set;
  }

  Make.prototype.build = function () {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var field = zimu.dom.field;
    var self = this;
    EVENTS.forEach(function (event) {
      self.events.appendChild(zimu.dom.check(tr("event." + event), { value: event }));
    });
    [this.speech, this.translation].forEach(function (select) {
      select.addEventListener("change", function () { self.showLimits(); });
    });
    [this.first, this.second, this.profile, this.spoken].forEach(function (select) {
      select.addEventListener("change", function () { self.keep(); });
    });
    this.whichField = field(tr("timeline"), this.which);
    this.packs = h("details", {}, h("summary", { text: tr("packs") }),
      field(tr("speech"), this.speech), field(tr("translation"), this.translation));
    zimu.dom.fill(this.root, [
      h("section", { class: "card" },
        h("div", { class: "row between" }, h("h2", { text: tr("timelines") }), this.again),
        this.whichField, h("div", {}, this.facts), this.empty, this.known),
      h("section", { class: "card" }, h("h2", { text: tr("sound") }), this.range, this.trackField, this.route),
      h("section", { class: "card" }, h("h2", { text: tr("subtitles") }),
        field(tr("spoken"), this.spoken),
        h("div", { class: "pair" }, field(tr("first"), this.first), field(tr("second"), this.second)),
        field(tr("profile"), this.profile),
        h("label", { class: "check" }, this.children, h("span", { text: tr("children") })),
        h("fieldset", {}, h("legend", { text: tr("events") }), this.events),
        this.packs,
        this.limits),
      this.go,
    ]);
  };

  Make.prototype.update = function (state, old) {
    if (state.choices !== old.choices) this.showChoices(state);
    if (state.timeline !== old.timeline || state.busy !== old.busy || state.connection !== old.connection) {
      this.showTimeline(state);
    }
    if (state.timeline !== old.timeline || state.timelines !== old.timelines) this.showTimelines(state);
    var idle = !zimu.store.running(state).length;
    this.which.disabled = !(state.connection === "open" && idle);
    this.go.disabled = !(state.connection === "open" && state.timeline && state.choices && idle);
    this.again.disabled = state.connection !== "open" || state.busy;
  };

  Make.prototype.showTimeline = function (state) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var clock = zimu.words.clock;
    var timeline = state.timeline;
    var self = this;
    zimu.dom.text(this.facts, timeline
      ? tr("facts", { rate: timeline.rate, start: timeline.start, duration: clock(timeline.duration_ms) }) : "");
    zimu.dom.text(this.empty, timeline ? "" : state.busy ? tr("reading") : tr(state.timelines.length ? "choose-timeline" : "no-timeline"));
    zimu.dom.show(this.empty, !timeline);
    zimu.dom.show(this.trackField, timeline && timeline.audio_tracks.length);
    zimu.dom.fill(this.known, timeline && timeline.document
      ? [h("button", { type: "button", onclick: function () { self.app.open(timeline.document, true); }, text: tr("open.known") })] : []);
    if (!timeline) return;
    var marked = timeline.mark_in_ms !== null || timeline.mark_out_ms !== null;
    var box = this.range.boxes["in-out"];
    box.disabled = !marked;
    if (!marked) this.range.boxes.all.checked = true;
    var from = timeline.mark_in_ms || 0;
    var to = timeline.mark_out_ms === null ? timeline.duration_ms : timeline.mark_out_ms;
    zimu.dom.text(box.said, marked ? tr("range.from-to", { from: clock(from), to: clock(to) }) : tr("range.none"));
    zimu.dom.fill(this.tracks, timeline.audio_tracks.map(function (track) {
      var label = "A" + track.index + (track.name && track.name !== "A" + track.index ? " · " + track.name : "");
      return zimu.dom.check(track.enabled ? label : tr("track.off", { name: label }), { value: track.index, checked: track.enabled });
    }));
  };

  /* All timelines of the project; the one that is open is chosen, and said to be open. */
  Make.prototype.showTimelines = function (state) {
    var tr = zimu.i18n.tr;
    var open = state.timeline;
    var pairs = zimu.words.timelines(state.timelines).map(function (pair) {
      return [pair[0], open && pair[0] === open.id ? tr("timeline.open", { name: pair[1] }) : pair[1]];
    });
    var listed = pairs.some(function (pair) { return open && pair[0] === open.id; });
    if (open && !listed) pairs.unshift([open.id, tr("timeline.open", { name: open.name })]);
    if (!open && pairs.length) pairs.unshift(["", tr("timeline.none")]);
    var said = JSON.stringify(pairs);
    var chosen = this.staying ? this.which.value : open ? open.id : ""; // what is just being chosen stays so
    if (this.said !== said) zimu.dom.options(this.which, pairs, chosen); // and a list that is unfolded
    else this.which.value = chosen;
    this.said = said;
    zimu.dom.show(this.whichField, pairs.length);
  };

  /* With the keys one goes through the list step by step: only the one where one stays is opened. */
  Make.prototype.key = function (event) {
    if (event.key === "Enter") this.openChosen();
    else this.typed = Date.now();
  };

  Make.prototype.chosen = function () {
    clearTimeout(this.staying);
    this.staying = setTimeout(this.openChosen.bind(this), Date.now() - (this.typed || 0) < STAYS ? STAYS : 0);
  };

  Make.prototype.openChosen = function () {
    var timeline = this.app.store.state.timeline;
    var id = this.which.value;
    clearTimeout(this.staying);
    this.staying = 0;
    if (id && !this.which.disabled && id !== (timeline ? timeline.id : "")) this.app.timelines.choose(id);
  };

  Make.prototype.showChoices = function (state) {
    var tr = zimu.i18n.tr;
    var choices = state.choices;
    if (!choices) return;
    var app = this.app;
    var languages = choices.languages.map(function (one) {
      return [one.code, zimu.words.language(choices, one.code)];
    });
    function had(name, fallback) {
      return app.adapter.recall(name) || fallback;
    }
    zimu.dom.options(this.spoken, [["auto", tr("spoken.auto")]].concat(languages), had("spoken", "auto"));
    zimu.dom.options(this.first, languages, had("first", "zh"));
    zimu.dom.options(this.second, [["", tr("second.none")]].concat(languages), app.adapter.recall("first") ? app.adapter.recall("second") : "en");
    zimu.dom.options(this.profile, choices.profiles.map(function (one) { return [one.id, one.name]; }), had("profile", "netflix"));
    zimu.dom.options(this.speech, packs(choices, "speech"));
    zimu.dom.options(this.translation, packs(choices, "translation"));
    this.showLimits();
  };

  function packs(choices, kind) {
    var tr = zimu.i18n.tr;
    var found = choices.packs.filter(function (pack) { return pack.kind === kind; }).map(function (pack) {
      return [pack.id, pack.tier === "starter" ? tr("pack.starter", { name: pack.name }) : pack.name];
    });
    return [["", tr(lacks(choices, kind) ? "pack.none" : "pack.best")]].concat(found);
  }

  /* Whether there are but starter packs of a kind, which nobody gets who does not choose them. */
  function lacks(choices, kind) {
    return choices.packs.every(function (pack) { return pack.kind !== kind || pack.tier === "starter"; });
  }

  /* What the chosen pack can not do, or, of the best, that there is only a starter pack. */
  Make.prototype.showLimits = function () {
    var choices = this.app.store.state.choices;
    var chosen = this.speech.value;
    var speech = choices.packs.filter(function (pack) { return pack.kind === "speech"; });
    var pack = speech.filter(function (one) { return one.id === chosen; })[0];
    if (!chosen && speech.every(function (one) { return one.tier === "starter"; })) pack = speech[0];
    var said = pack ? pack.limits : speech.length ? "" : zimu.i18n.tr("pack.missing");
    zimu.dom.text(this.limits, said);
    zimu.dom.show(this.limits, said);
  };

  Make.prototype.keep = function () {
    var adapter = this.app.adapter;
    adapter.remember("spoken", this.spoken.value);
    adapter.remember("first", this.first.value);
    adapter.remember("second", this.second.value);
    adapter.remember("profile", this.profile.value);
  };

  function ticked(element) {
    return Array.prototype.filter.call(element.querySelectorAll("input"), function (box) { return box.checked; })
      .map(function (box) { return box.value; });
  }

  /* Only starter packs are there: whether they will do is for the user to say. */
  Make.prototype.choose = function (select) {
    this.packs.open = true;
    select.focus();
    this.app.fail({ code: "panel.pack", message: zimu.i18n.tr("pack.choose"), hint: zimu.i18n.tr("pack.choose.hint") });
  };

  Make.prototype.start = function () {
    var languages = [this.first.value];
    if (this.second.value && this.second.value !== this.first.value) languages.push(this.second.value);
    this.keep();
    var options = {
      languages: languages, spoken: this.spoken.value, profile: this.profile.value, children: this.children.checked,
      events: ticked(this.events), speech_pack: this.speech.value, translation_pack: this.translation.value,
    };
    var state = this.app.store.state;
    if (!this.speech.value && lacks(state.choices, "speech")) return this.choose(this.speech);
    if (options.languages.length > 1 && !this.translation.value && lacks(state.choices, "translation")) return this.choose(this.translation);
    var timeline = state.timeline;
    var tracks = ticked(this.tracks).map(Number);
    if (timeline.audio_tracks.length && !tracks.length) return this.app.fail({ message: zimu.i18n.tr("tracks.none"), hint: "" });
    this.app.start("run", { timeline: timeline.id, range: this.range.chosen(), tracks: tracks, route: this.route.chosen(), options: options }, timeline.name);
  };

  zimu.views = zimu.views || {};
  zimu.views.Make = Make;
})((window.zimu = window.zimu || {}));
