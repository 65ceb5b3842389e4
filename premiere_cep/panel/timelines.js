/* Which timelines the project has, which of them is open in the program, and opening another one. */
(function (zimu) {
  "use strict";

  var LOOKS = 1000; // ms between two looks that nobody asked for

  function Timelines(app) {
    this._app = app;
    this._wanted = ""; // the id of the one to open after what is being read or opened now
    this._looked = 0; // when they were last looked at
    window.addEventListener("focus", this.look.bind(this));
    document.addEventListener("visibilitychange", this.look.bind(this));
  }

  /* A promise of the id of the open one; "" if none is. */
  Timelines.prototype._list = function () {
    var store = this._app.store;
    this._looked = Date.now();
    return this._app.client.ask("timelines").catch(function () {
      return []; // what is wrong, the open timeline will say
    }).then(function (timelines) {
      store.dispatch({ type: "timelines", timelines: timelines });
      var open = timelines.filter(function (one) { return one.open; })[0];
      return open ? open.id : "";
    });
  };

  /* Reads them all, and the open one. */
  Timelines.prototype.read = function () {
    var self = this;
    var app = this._app;
    app.store.dispatch({ type: "reading" });
    return this._list().then(function () {
      return app.client.ask("timeline");
    }).then(function (timeline) {
      return self._take(timeline);
    }).catch(function (error) {
      app.store.dispatch({ type: "timeline", timeline: null });
      var choice = error.code === "host.no-timeline" && app.store.state.timelines.length;
      if (error.code !== "host.none" && !choice) app.fail(error);
    }).then(this._next.bind(this));
  };

  /* The panel was left and is looked at again: meanwhile another one may have been opened, renamed or made. */
  Timelines.prototype.look = function () {
    var self = this;
    var state = this._app.store.state;
    var idle = state.connection === "open" && !state.busy && !zimu.store.running(state).length;
    if (!idle || document.hidden || Date.now() - this._looked < LOOKS) return;
    this._list().then(function (open) {
      var now = self._app.store.state;
      if (open && open !== (now.timeline ? now.timeline.id : "") && !now.busy) self.read();
    });
  };

  /* Opens another one in the program; of several that are wanted meanwhile, the last. */
  Timelines.prototype.choose = function (id) {
    var self = this;
    var app = this._app;
    this._wanted = id;
    if (app.store.state.busy) return; // then it comes after
    this._wanted = "";
    app.store.dispatch({ type: "reading" });
    app.client.ask("open_timeline", { timeline: id }).then(function (timeline) {
      self._take(timeline);
      return self._list();
    }, function (error) {
      return self.read().then(function () { app.fail(error); }); // shows again what is really open
    }).then(this._next.bind(this));
  };

  Timelines.prototype._next = function () {
    var shown = this._app.store.state.timeline;
    var wanted = this._wanted;
    this._wanted = "";
    if (wanted && wanted !== (shown ? shown.id : "")) this.choose(wanted);
  };

  /* The document of the one that was open before makes room for that of this one; any other is left open. */
  Timelines.prototype._take = function (timeline) {
    var app = this._app;
    var state = app.store.state;
    var open = state.document ? state.document.path : "";
    var own = open && state.timeline && state.timeline.document === open && state.timeline.id !== timeline.id;
    app.store.dispatch({ type: "timeline", timeline: timeline });
    if (timeline.document && timeline.document !== open && (own || !open)) return app.open(timeline.document, false, true);
    if (own && timeline.document !== open) {
      app.adapter.remember("document", "");
      app.store.dispatch({ type: "closed" });
    }
    return null;
  };

  zimu.Timelines = Timelines;
})((window.zimu = window.zimu || {}));
