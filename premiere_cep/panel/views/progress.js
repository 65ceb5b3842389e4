/* The job that runs, below every page: what it does, how long it will take, stop. And what is wrong, until it is read. */
(function (zimu) {
  "use strict";

  var OPEN = { waiting: true, running: true };

  function Progress(app) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    this.app = app;
    this.title = h("strong", {});
    this.left = h("span", { class: "muted" });
    this.bar = h("div", { class: "fill" });
    this.track = h("div", { class: "meter", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": tr("progress") }, this.bar);
    this.notes = h("ul", { class: "notes" });
    this.stop = h("button", { type: "button", text: tr("stop"), onclick: function () { app.cancel(); } });
    this.away = h("button", { type: "button", class: "quiet", text: tr("dismiss"), onclick: function () { app.store.dispatch({ type: "dismiss" }); } });
    this.done = h("button", { type: "button", class: "quiet", text: tr("dismiss"), onclick: function () { app.store.dispatch({ type: "dismiss" }); } });
    this.problem = h("div", { class: "problem", role: "alert" });
    this.job = h("div", { class: "job" },
      h("div", { class: "row between" }, h("span", {}, this.title, " ", this.left), this.stop, this.done), this.track, this.notes);
    this.root = h("footer", {}, this.problem, this.job);
  }

  Progress.prototype.update = function (state, old) {
    if (state.problem !== old.problem || state.jobs !== old.jobs || state.current !== old.current) this.show(state);
  };

  Progress.prototype.show = function (state) {
    var job = state.jobs[state.current];
    this.showProblem(state, job);
    zimu.dom.show(this.job, job && (OPEN[job.state] || (job.state !== "failed" && job.notes.some(warns))));
    if (job) this.showJob(job);
  };

  /* A warning stays until it is read, although the job is over. */
  function warns(note) {
    return note.level === "warning";
  }

  Progress.prototype.showProblem = function (state, job) {
    var h = zimu.dom.h;
    var problem = state.problem || (job && job.state === "failed" ? job.error : null);
    var error = problem ? zimu.errors.said(problem) : null;
    var key = error ? error.message + error.hint : "";
    zimu.dom.show(this.problem, error);
    if (key === this.said) return; // said once is enough for a screen reader
    this.said = key;
    zimu.dom.fill(this.problem, error
      ? [h("span", { class: "sign", "aria-hidden": "true", text: "!" }), h("div", { class: "grow" }, h("strong", { text: error.message }), error.hint ? h("p", { text: error.hint }) : null), this.away]
      : []);
  };

  Progress.prototype.showJob = function (job) {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var open = OPEN[job.state];
    var part = job.total > 0 ? Math.max(0, Math.min(1, job.done / job.total)) : 0;
    if (job.state === "finished") part = 1;
    var stage = zimu.i18n.has("stage." + job.stage) ? tr("stage." + job.stage) : job.stage;
    var verb = zimu.i18n.has("verb." + job.verb) ? tr("verb." + job.verb) : job.verb;
    zimu.dom.text(this.title, job.state === "running" && stage ? stage : job.state === "running" ? verb : tr("state." + job.state, { what: verb }));
    var left = [];
    if (open && job.total > 0) left.push(Math.floor(part * 100) + " %");
    if (open && job.remaining !== null) left.push(tr("remaining", { time: zimu.words.span(job.remaining) }));
    if (open && job.heard) left.push(tr("heard", { n: job.heard }));
    zimu.dom.text(this.left, left.join(" · "));
    this.bar.style.width = (part * 100).toFixed(1) + "%";
    if (job.total > 0) this.track.setAttribute("aria-valuenow", Math.floor(part * 100));
    else this.track.removeAttribute("aria-valuenow"); // nobody knows yet
    this.track.setAttribute("aria-valuetext", left.join(", ") || tr("state." + job.state, { what: verb }));
    zimu.dom.show(this.stop, open);
    zimu.dom.show(this.done, !open);
    zimu.dom.show(this.track, open);
    var notes = open ? job.notes.slice(-3) : job.notes.filter(warns);
    zimu.dom.fill(this.notes, notes.map(function (note) {
      return h("li", { class: note.level === "warning" ? "warning" : "", text: (note.level === "warning" ? "! " : "") + zimu.errors.sentence(note.message) });
    }));
  };

  zimu.views = zimu.views || {};
  zimu.views.Progress = Progress;
})((window.zimu = window.zimu || {}));
