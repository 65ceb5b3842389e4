/*
 * The cue list with correction in place.
 *
 * Arrows, Page, Home, End move; Enter or F2 edits; Ctrl+Enter saves and edits the next; Esc leaves; Ctrl+Shift+Enter
 * cuts at the cursor; S cuts and J joins with the next, Delete removes; Ctrl+Z and Ctrl+Y undo and redo; Ctrl+F looks.
 */
(function (zimu) {
  "use strict";

  function Cues(app) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var self = this;
    this.app = app;
    this.search = h("input", { type: "search", placeholder: tr("find"), "aria-label": tr("find") });
    this.search.addEventListener("input", function () {
      app.store.dispatch({ type: "filter", filter: { text: self.search.value } });
    });
    this.remarks = h("input", { type: "checkbox", onchange: function () {
      app.store.dispatch({ type: "filter", filter: { remarks: self.remarks.checked } });
    } });
    this.follow = h("input", { type: "checkbox", checked: true, onchange: function () {
      app.store.dispatch({ type: "follow", follow: self.follow.checked });
    } });
    this.undo = h("button", { type: "button", class: "quiet", onclick: function () { app.edit({ verb: "undo" }); }, text: tr("undo"), title: "Ctrl+Z" });
    this.redo = h("button", { type: "button", class: "quiet", onclick: function () { app.edit({ verb: "redo" }); }, text: tr("redo"), title: "Ctrl+Y" });
    this.open = h("button", { type: "button", class: "quiet", onclick: function () { app.openElsewhere(); }, text: tr("open.zimu") });
    this.take = h("button", { type: "button", class: "quiet", onclick: function () { app.importCaptions(); }, text: tr("import") });
    this.count = h("p", { class: "muted count", "aria-live": "polite" });
    this.none = h("p", { class: "hint empty" });
    this.help = h("details", { class: "help" }, h("summary", { text: tr("keys") }), h("dl", {}, keys()));
    this.list = new zimu.List({
      key: function (cue) { return cue.id; },
      draw: this.draw.bind(this),
      attributes: { role: "grid", tabindex: "-1", "aria-label": tr("cues"), "aria-colcount": 1 },
    });
    this.list.box.addEventListener("keydown", this.key.bind(this));
    this.root = h("div", { class: "page cues" },
      h("div", { class: "bar" }, this.search,
        h("label", { class: "check" }, this.remarks, h("span", { text: tr("remarks.only") })),
        h("label", { class: "check" }, this.follow, h("span", { text: tr("follow") }))),
      h("div", { class: "bar" }, this.undo, this.redo, this.take, this.open),
      this.count, this.none, this.list.box, this.help);
    this.root.addEventListener("keydown", this.anywhere.bind(this));
  }

  function keys() {
    var rows = [];
    ["move", "edit", "save", "leave", "cut", "join", "delete", "undo", "find", "place"].forEach(function (name) {
      rows.push(zimu.dom.h("dt", { text: zimu.i18n.tr("key." + name) }), zimu.dom.h("dd", { text: zimu.i18n.tr("key." + name + ".does") }));
    });
    return rows;
  }

  Cues.prototype.update = function (state, old) {
    var had = this.list.box.contains(document.activeElement);
    var changed = state.document !== old.document || state.filter !== old.filter || state.choices !== old.choices;
    if (changed) this.shown = zimu.store.shown(state);
    if (changed) this.reachable(state);
    this.list.pin(state.editing ? state.editing.id : state.selected); // out of sight too, it has the place of the Tab key
    if (changed || state.view !== old.view) {
      this.frame(state);
      this.list.box.setAttribute("aria-rowcount", this.shown.length);
      if (state.view === "cues") this.list.set(this.shown);
    } else if (state.selected !== old.selected || state.editing !== old.editing) {
      this.list.refresh();
    }
    if (had && !this.list.box.contains(document.activeElement)) this.lost = true; // its row was drawn anew, or is gone
    if (state.view === "cues" && (state.selected !== old.selected || state.editing !== old.editing || state.view !== old.view)) {
      this.settle(state, old);
    } else if (changed && this.lost) {
      this.settle(state, old);
    }
  };

  /* One of the rows that are shown is always selected, or the keyboard would not get into the list. */
  Cues.prototype.reachable = function (state) {
    if (this.shown.length && zimu.store.indexOf(this.shown, state.selected) < 0) {
      this.app.store.dispatch({ type: "select", id: this.shown[0].id });
    }
  };

  Cues.prototype.frame = function (state) {
    var tr = zimu.i18n.tr;
    var document = state.document;
    var all = document ? document.cues.length : 0;
    var wrong = document ? document.cues.filter(function (cue) { return cue.checks.length; }).length : 0;
    zimu.dom.text(this.count, document ? tr("count", { shown: this.shown.length, all: all, wrong: wrong }) : "");
    zimu.dom.text(this.none, document ? (this.shown.length ? "" : tr("cues.none")) : tr("no-document"));
    zimu.dom.show(this.none, !document || !this.shown.length);
    zimu.dom.show(this.list.box, document && this.shown.length);
    this.undo.disabled = !document || document.can_undo === false;
    this.redo.disabled = !document || document.can_redo === false;
    this.open.disabled = this.take.disabled = !document;
  };

  /* The focus goes with the selection, if it was in the list or had nowhere to be. */
  Cues.prototype.settle = function (state, old) {
    var active = document.activeElement;
    var inside = this.list.box.contains(active) || active === document.body || !active || this.lost;
    this.lost = false;
    this.list.reveal(state.selected);
    var row = this.list.element(state.selected);
    if (!row || !inside) return;
    if (state.editing) {
      if (!old.editing || old.editing.id !== state.editing.id) {
        var area = row.querySelectorAll("textarea")[this.column || 0] || row.querySelector("textarea");
        if (area) {
          area.focus();
          area.setSelectionRange(area.value.length, area.value.length);
        }
      }
    } else row.focus();
  };

  // -- rows ----------------------------------------------------------------------------------------

  Cues.prototype.draw = function (cue, index, old) {
    var state = this.app.store.state;
    var editing = state.editing && state.editing.id === cue.id;
    if (editing && old && old.editing) return old; // what is being written stays
    var row = editing ? this.editor(cue, state) : this.row(cue, state);
    var selected = state.selected === cue.id;
    row.editing = !!editing;
    row.className = "cue" + (selected ? " selected" : "") + (editing ? " editing" : "");
    row.setAttribute("role", "row");
    row.setAttribute("aria-selected", selected ? "true" : "false");
    row.setAttribute("aria-rowindex", index + 1);
    row.setAttribute("data-id", cue.id);
    row.tabIndex = selected && !editing ? 0 : -1;
    return row;
  };

  Cues.prototype.head = function (cue) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var count = cue.checks.length;
    return h("div", { class: "head" },
      h("span", { class: "time", text: zimu.words.clock(cue.start) + " – " + zimu.words.clock(cue.end) }),
      cue.speaker ? h("span", { class: "speaker", text: cue.speaker }) : null,
      count ? h("span", { class: "remark", text: tr(count === 1 ? "remark" : "remarks", { n: count }) }) : null);
  };

  Cues.prototype.row = function (cue, state) {
    var h = zimu.dom.h;
    var self = this;
    var selected = state.selected === cue.id;
    var texts = cue.texts.map(function (text, column) {
      return h("p", { class: column ? "text second" : "text", lang: state.document.languages[column], text: text || "—" });
    });
    return h("div", {
      onclick: function () { self.choose(cue.id, true); },
      ondblclick: function () { self.begin(cue.id); },
    }, h("div", { role: "gridcell" }, this.head(cue), h("div", { class: "texts" }, texts), selected ? this.checks(cue) : null));
  };

  Cues.prototype.checks = function (cue) {
    if (!cue.checks.length) return null;
    var h = zimu.dom.h;
    return h("ul", { class: "checks-said" }, cue.checks.map(function (check) { return h("li", { text: zimu.words.check(check) }); }));
  };

  Cues.prototype.editor = function (cue, state) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var self = this;
    var areas = state.editing.texts.map(function (text, column) {
      var code = state.document.languages[column];
      var area = h("textarea", { lang: code, rows: Math.max(2, text.split("\n").length), value: text,
        "aria-label": zimu.words.language(state.choices, code), spellcheck: false });
      area.addEventListener("focus", function () { self.column = column; });
      return area;
    });
    function act(name, does, kind) {
      return h("button", { type: "button", class: kind || "quiet", onclick: does, text: tr(name) });
    }
    var start = small("time.start", zimu.words.exact(cue.start));
    var end = small("time.end", zimu.words.exact(cue.end));
    var speaker = small("speaker", cue.speaker || "");
    var row = h("div", { onkeydown: function (event) { self.editorKey(event, cue, row); } }, h("div", { role: "gridcell" },
      h("div", { class: "times" }, start.parentNode, end.parentNode, speaker.parentNode), h("div", { class: "texts" }, areas), this.checks(cue),
      h("div", { class: "row wrap actions" },
        act("save", function () { self.save(cue, row, false); }, "primary"),
        act("save.next", function () { self.save(cue, row, true); }),
        act("split.here", function () { self.cut(cue, row); }),
        act("join", function () { self.join(cue.id); }),
        act("delete", function () { self.remove(cue.id); }),
        act("cancel", function () { self.leave(); }))));
    row.areas = areas;
    row.times = [start, end];
    row.speaker = speaker;
    return row;
  };

  function small(name, value) {
    var input = zimu.dom.h("input", { type: "text", value: value, spellcheck: false, autocomplete: "off" });
    zimu.dom.h("label", { class: "small" }, zimu.dom.h("span", { text: zimu.i18n.tr(name) }), input);
    return input;
  }

  // -- what can be done ----------------------------------------------------------------------------

  Cues.prototype.choose = function (id, clicked) {
    var state = this.app.store.state;
    if (state.editing && state.editing.id !== id) this.saveOpen();
    this.lost = this.lost || clicked;
    this.app.store.dispatch({ type: "select", id: id });
    var cue = this.app.cue(id);
    if (cue && (clicked || state.follow)) this.app.goto(cue.start, clicked);
  };

  Cues.prototype.begin = function (id) {
    var cue = this.app.cue(id);
    if (!cue) return;
    this.lost = true;
    this.app.store.dispatch({ type: "edit", editing: { id: id, texts: cue.texts } });
  };

  Cues.prototype.leave = function () {
    this.lost = true;
    this.app.store.dispatch({ type: "edit", editing: null });
  };

  Cues.prototype.written = function (row) {
    var times = row.times.map(function (input) { return zimu.words.parse(input.value); });
    return {
      texts: row.areas.map(function (area) { return area.value; }),
      start: times[0], end: times[1], speaker: row.speaker.value.trim(),
    };
  };

  /* Saves what is being written, wherever the user goes. */
  Cues.prototype.saveOpen = function () {
    var editing = this.app.store.state.editing;
    var row = editing && this.list.element(editing.id);
    var cue = editing && this.app.cue(editing.id);
    if (!row || !cue || !row.areas) return Promise.resolve();
    var saved = this.app.saveCue(cue, this.written(row));
    this.app.store.dispatch({ type: "edit", editing: null });
    return saved;
  };

  Cues.prototype.save = function (cue, row, next) {
    var after = next ? this.shown[zimu.store.indexOf(this.shown, cue.id) + 1] : null;
    this.lost = true;
    this.app.saveCue(cue, this.written(row));
    if (after) {
      this.begin(after.id);
      if (this.app.store.state.follow) this.app.goto(after.start);
    } else this.leave();
  };

  Cues.prototype.cut = function (cue, row) {
    var app = this.app;
    var self = this;
    var column = Math.min(this.column || 0, row.areas.length - 1);
    var area = row.areas[column];
    var offset = area.selectionStart;
    var language = app.store.state.document.languages[column];
    this.saveOpen().then(function () {
      self.lost = true;
      app.edit({ verb: "split", cue: cue.id, language: language, offset: offset });
    }, function () {});
  };

  Cues.prototype.join = function (id) {
    var cues = this.app.store.state.document.cues;
    var next = cues[zimu.store.indexOf(cues, id) + 1];
    var app = this.app;
    if (!next) return app.say(zimu.i18n.tr("join.none"));
    this.lost = true;
    this.saveOpen().then(function () { app.edit({ verb: "join", cues: [id, next.id] }); }, function () {});
  };

  Cues.prototype.remove = function (id) {
    this.lost = true;
    this.app.store.dispatch({ type: "edit", editing: null });
    this.app.edit({ verb: "delete", cues: [id] }).then(this.app.say.bind(this.app, zimu.i18n.tr("deleted")), function () {});
  };

  // -- keys ----------------------------------------------------------------------------------------

  Cues.prototype.editorKey = function (event, cue, row) {
    var command = event.ctrlKey || event.metaKey;
    if (event.isComposing || event.keyCode === 229) return; // an input method is at work: Enter and Esc are its own
    if (event.key === "Escape") this.leave();
    else if (command && event.shiftKey && event.key === "Enter") this.cut(cue, row);
    else if (command && event.key === "Enter") this.save(cue, row, true);
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  };

  Cues.prototype.key = function (event) {
    var state = this.app.store.state;
    if (event.ctrlKey || event.metaKey || event.altKey || state.editing && this.list.element(state.editing.id).contains(event.target)) return;
    var at = zimu.store.indexOf(this.shown, state.selected);
    var page = this.list.page();
    var to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this.shown.length - 1 }[event.key];
    if (to !== undefined) {
      var cue = this.shown[Math.max(0, Math.min(this.shown.length - 1, to))];
      if (cue) this.choose(cue.id, false);
    } else if (at < 0) return;
    else if (event.key === "Enter" || event.key === "F2") this.begin(state.selected);
    else if (event.key === "Delete") this.remove(state.selected);
    else if (event.key === "j" || event.key === "J") this.join(state.selected);
    else if (event.key === "s" || event.key === "S") this.halve(this.shown[at]);
    else if (event.key === " ") this.app.goto(this.shown[at].start, true);
    else return;
    event.preventDefault();
  };

  Cues.prototype.halve = function (cue) {
    this.lost = true;
    this.app.edit({ verb: "split", cue: cue.id, at: Math.round((cue.start + cue.end) / 2) });
  };

  Cues.prototype.anywhere = function (event) {
    var command = event.ctrlKey || event.metaKey;
    var writing = /^(textarea|input)$/i.test(event.target.tagName) && event.target.type !== "checkbox";
    if (!command || event.altKey) return;
    var key = event.key.toLowerCase();
    if (key === "f") this.search.focus();
    else if (writing || !this.app.store.state.document) return;
    else if (key === "y" || (key === "z" && event.shiftKey)) this.app.edit({ verb: "redo" });
    else if (key === "z") this.app.edit({ verb: "undo" });
    else return;
    event.preventDefault();
  };

  zimu.views = zimu.views || {};
  zimu.views.Cues = Cues;
})((window.zimu = window.zimu || {}));
