/* Put the document on the timeline, fetch what was changed there, take ours away; and the report of it. */
(function (zimu) {
  "use strict";

  function Deliver(app) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    this.app = app;
    this.what = h("p", { class: "muted" });
    this.onto = h("p", {});
    this.tracks = h("div", { class: "checks" });
    this.kinds = h("div", { class: "checks" });
    this.trackField = h("fieldset", {}, h("legend", { text: tr("push.tracks") }), this.tracks);
    this.kindField = h("fieldset", {}, h("legend", { text: tr("push.kinds") }), this.kinds);
    this.refresh = h("input", { type: "checkbox" });
    this.restore = h("input", { type: "checkbox" });
    this.push = this.button("push", "primary", this.doPush.bind(this, null));
    this.pull = this.button("pull", "", function () { app.onDocument("pull"); });
    this.status = this.button("status", "", function () { app.onDocument("status"); });
    this.unpush = this.button("unpush", "danger", this.confirm.bind(this, false));
    this.transcript = app.adapter.importTranscript ? this.button("transcript", "", function () { app.importTranscript(); }) : null;
    this.sure = h("div", { class: "card confirm", role: "alertdialog", "aria-modal": "false", hidden: true });
    this.report = h("section", { class: "report", "aria-live": "polite" });
    this.root = h("div", { class: "page" },
      h("section", { class: "card" }, h("h2", { text: tr("deliver") }), this.onto, this.what, this.trackField, this.kindField,
        h("details", {}, h("summary", { text: tr("push.more") }),
          h("label", { class: "check" }, this.refresh, h("span", { text: tr("push.refresh") })),
          h("label", { class: "check" }, this.restore, h("span", { text: tr("push.restore") }))),
        h("div", { class: "row wrap actions" }, this.push, this.pull, this.status, this.unpush, this.transcript)),
      this.sure, this.report);
  }

  Deliver.prototype.button = function (name, kind, does) {
    return zimu.dom.h("button", { type: "button", class: kind, onclick: does, text: zimu.i18n.tr(name), title: zimu.i18n.tr(name + ".does") });
  };

  Deliver.prototype.update = function (state, old) {
    var document = state.document;
    if (document !== old.document || state.choices !== old.choices) this.showDocument(state);
    if (state.timeline !== old.timeline) {
      zimu.dom.text(this.onto, state.timeline ? zimu.i18n.tr("push.onto", { name: state.timeline.name }) : "");
      zimu.dom.show(this.onto, state.timeline);
    }
    if (state.report !== old.report || state.answers !== old.answers) this.showReport(state, old);
    var ready = state.connection === "open" && document && !zimu.store.running(state).length;
    this.push.disabled = this.pull.disabled = this.status.disabled = this.unpush.disabled = !ready;
  };

  Deliver.prototype.showDocument = function (state) {
    var tr = zimu.i18n.tr;
    var document = state.document;
    zimu.dom.text(this.what, document
      ? tr("document", { name: document.path.split(/[\\/]/).pop(), cues: document.cues.length, marks: document.marks.length }) : tr("no-document"));
    zimu.dom.show(this.trackField, document);
    zimu.dom.show(this.kindField, document && document.marks.length);
    if (!document) return;
    var keys = document.languages.slice();
    if (keys.length > 1) keys.push(keys.join("-"));
    refill(this.tracks, keys.map(function (key) {
      return [key, zimu.words.track(state.choices, document.languages, key)];
    }));
    var kinds = {};
    document.marks.forEach(function (mark) { kinds[mark.kind] = (kinds[mark.kind] || 0) + 1; });
    refill(this.kinds, Object.keys(kinds).sort().map(function (kind) {
      return [kind, zimu.words.kind(kind) + " · " + kinds[kind]];
    }));
  };

  /* Boxes for the pairs of value and label; what was unticked stays so. */
  function refill(element, pairs) {
    var said = JSON.stringify(pairs);
    if (element.said === said) return;
    element.said = said;
    var off = {};
    Array.prototype.forEach.call(element.querySelectorAll("input"), function (box) { off[box.value] = !box.checked; });
    zimu.dom.fill(element, pairs.map(function (pair) {
      return zimu.dom.check(pair[1], { value: pair[0], checked: !off[pair[0]] });
    }));
  }

  /* null if all are wanted: then those that come later are, too. */
  function chosen(element) {
    var boxes = Array.prototype.slice.call(element.querySelectorAll("input"));
    var on = boxes.filter(function (box) { return box.checked; });
    return on.length === boxes.length ? null : on.map(function (box) { return box.value; });
  }

  Deliver.prototype.doPush = function (answers) {
    this.app.onDocument("push", {
      tracks: chosen(this.tracks), kinds: chosen(this.kinds), answers: answers || {},
      refresh: this.refresh.checked, restore: this.restore.checked,
    });
  };

  /* Asked in the page: the dialogs of CEP freeze the program. */
  Deliver.prototype.confirm = function (discard) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var self = this;
    var box = h("input", { type: "checkbox", checked: discard });
    function close() {
      zimu.dom.show(self.sure, false);
      self.unpush.focus();
    }
    var yes = h("button", { type: "button", class: "danger", text: tr("unpush.yes"), onclick: function () {
      close();
      self.app.onDocument("unpush", { discard: box.checked });
    } });
    var no = h("button", { type: "button", text: tr("cancel"), onclick: close });
    this.sure.onkeydown = function (event) {
      if (event.key === "Escape") close();
    };
    zimu.dom.fill(this.sure, [
      h("h3", { id: "sure", text: tr("unpush.sure") }), h("p", { text: tr("unpush.what") }),
      h("label", { class: "check" }, box, h("span", { text: tr("unpush.discard") })),
      h("div", { class: "row wrap actions" }, yes, no),
    ]);
    this.sure.setAttribute("aria-labelledby", "sure");
    zimu.dom.show(this.sure, true);
    no.focus();
  };

  // -- the report ----------------------------------------------------------------------------------

  Deliver.prototype.showReport = function (state, old) {
    var h = zimu.dom.h;
    var report = state.report;
    if (report && report === old.report) return this.showAnswers(state);
    if (!report) return zimu.dom.empty(this.report);
    var tr = zimu.i18n.tr;
    var self = this;
    var parts = [this.headline(report)];
    parts.push(section("report.put", put(state, report), "✓"));
    parts.push(section("report.kept", kept(report), "="));
    parts.push(section("report.unverified", (report.unverified || []).map(zimu.errors.sentence), "?"));
    parts.push(section("report.failed", failed(report), "✕"));
    parts.push(section("report.pulled", report.pulled.map(function (edit) { return pulled(self.app, edit); }), "←"));
    parts.push(section("report.outside", report.outside.length ? [tr("report.outside.n", { n: report.outside.length })] : [], "–"));
    parts.push(section("report.notes", (report.notes || []).map(zimu.errors.sentence), "i"));
    if (report.conflicts.length) parts.push(this.conflicts(report, state));
    zimu.dom.fill(this.report, parts);
    this.showAnswers(state);
    if (state.view === "deliver") this.report.firstChild.focus();
    function section(name, rows, sign) {
      if (!rows || !rows.length) return null;
      return h("div", { class: "card" }, h("h3", {}, h("span", { class: "sign", "aria-hidden": "true", text: sign }), tr(name)),
        h("ul", {}, rows.map(function (row) { return h("li", { text: row }); })));
    }
  };

  Deliver.prototype.headline = function (report) {
    var h = zimu.dom.h;
    var bad = report.good === false || failed(report).length;
    var name = bad ? "report.bad" : report.conflicts.length ? "report.ask" : report.nothing_to_do ? "report.same" : "report.good";
    var english = zimu.i18n.language() === "en"; // the summary says in English what the sections below say in both
    var said = (english ? report.summary : []).map(function (line) { return h("p", { text: line }); });
    return h("div", { class: "card" + (bad ? " bad" : ""), tabindex: "-1" }, h("h2", { text: zimu.i18n.tr(name) }), said);
  };

  function put(state, report) {
    var tr = zimu.i18n.tr;
    var languages = state.document ? state.document.languages : [];
    var rows = (report.put.tracks || []).map(function (track) {
      return tr("report.track", { name: zimu.words.track(state.choices, languages, track.key), n: track.captions });
    });
    [["markers", report.put.markers], ["changed", report.changed], ["removed", report.removed]].forEach(function (pair) {
      if (pair[1]) rows.push(tr("report." + pair[0], { n: pair[1] }));
    });
    return rows;
  }

  function kept(report) {
    var tr = zimu.i18n.tr;
    var rows = [];
    if (report.kept && report.kept.markers) rows.push(tr("report.kept.markers", { n: report.kept.markers }));
    if (report.kept && report.kept.tracks) rows.push(tr("report.kept.tracks", { n: report.kept.tracks }));
    return rows;
  }

  function failed(report) {
    var sentence = zimu.errors.sentence;
    var rows = (report.failed || []).map(function (one) {
      var error = zimu.errors.said(one.error || { message: one.why, hint: "" });
      return sentence(one.what) + " — " + [error.message, error.hint].filter(Boolean).join(" ");
    });
    return rows.concat((report.left || []).map(sentence));
  }

  function pulled(app, edit) {
    var tr = zimu.i18n.tr;
    var cue = app.cue(edit.id);
    var words = edit.what.map(function (what) { return zimu.i18n.has("what." + what) ? tr("what." + what) : what; });
    var text = edit.mark ? edit.mark.text : cue ? cue.texts[0] : edit.id;
    return words.join(tr("comma")) + " · " + text.replace(/\n/g, " / ");
  }

  function version(item, rate) {
    var tr = zimu.i18n.tr;
    if (!item) return tr("conflict.deleted");
    var text = item.name !== undefined ? item.name : item.text;
    var time = zimu.words.clock((item.frame * 1000) / (parseFloat(rate) || 25)); // "29.97 DF" is a number and more
    return (text || "—").replace(/\n/g, " / ") + "  (" + tr("conflict.at", { time: time }) + ")";
  }

  Deliver.prototype.conflicts = function (report, state) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var self = this;
    var app = this.app;
    this.boxes = {};
    var rows = report.conflicts.map(function (conflict, index) {
      self.boxes[conflict.key] = {};
      function side(name, item) {
        var box = h("input", { type: "radio", name: "conflict" + index, value: name, onchange: function () {
          app.store.dispatch({ type: "answer", key: conflict.key, side: name });
        } });
        self.boxes[conflict.key][name] = box;
        return h("label", { class: "check" }, box, h("span", {}, h("b", { text: tr("conflict." + name) }), " ", version(item, report.timeline.rate)));
      }
      var what = conflict.what.map(function (one) { return zimu.i18n.has("what." + one) ? tr("what." + one) : one; });
      return h("fieldset", {}, h("legend", { text: what.join(tr("comma")) || conflict.key }),
        side("document", conflict.document), side("host", conflict.host));
    });
    this.apply = h("button", { type: "button", class: "primary", text: tr("conflict.apply"), onclick: function () {
      self.doPush(app.store.state.answers);
    } });
    function all(side) {
      return h("button", { type: "button", class: "quiet", text: tr("conflict.all." + side), onclick: function () {
        report.conflicts.forEach(function (conflict) {
          app.store.dispatch({ type: "answer", key: conflict.key, side: side });
        });
      } });
    }
    return h("div", { class: "card" }, h("h3", {}, h("span", { class: "sign", "aria-hidden": "true", text: "!" }), tr("conflicts")),
      h("p", { class: "hint", text: tr("conflicts.hint") }),
      report.conflicts.length > 1 ? h("div", { class: "row wrap" }, all("document"), all("host")) : null, rows, this.apply);
  };

  Deliver.prototype.showAnswers = function (state) {
    if (!state.report || !state.report.conflicts.length) return;
    var boxes = this.boxes;
    Object.keys(state.answers).forEach(function (key) {
      if (boxes[key] && boxes[key][state.answers[key]]) boxes[key][state.answers[key]].checked = true;
    });
    this.apply.disabled = !Object.keys(state.answers).length;
  };

  zimu.views = zimu.views || {};
  zimu.views.Deliver = Deliver;
})((window.zimu = window.zimu || {}));
