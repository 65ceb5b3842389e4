/*
 * The way to Zimu's server: one WebSocket, hello first, requests with ids, events with numbers, calls to the host.
 *
 * new Client({adapter, dispatch, language}) finds the server through the adapter, answers its calls to the host through
 * it, and comes back when the connection is lost: first after half a second, then ever later, at most every ten. What
 * a job has said meanwhile is asked for again by its number.
 */
(function (zimu) {
  "use strict";

  var PROTOCOL = 1;
  var WRONG_TOKEN = 4401;
  var REPLACED = 4409; // another page came with our id: a tab that was duplicated takes its storage along
  var FIRST_WAIT = 500; // ms
  var LONGEST_WAIT = 10000;
  var LONGEST_ANSWER = 120000; // ms that a request may take; jobs answer at once and go on by events

  function Client(options) {
    this._adapter = options.adapter;
    this._dispatch = options.dispatch;
    this._language = options.language;
    this._jobs = options.jobs; // () -> {id: number of the last event seen}
    this._onOpen = options.onOpen || function () {};
    this._socket = null;
    this._ready = false;
    this._closed = false;
    this._wait = FIRST_WAIT;
    this._timer = 0;
    this._next = 1;
    this._open = {};
  }

  Client.prototype.connect = function () {
    var self = this;
    if (this._closed) return;
    clearTimeout(this._timer);
    this._adapter.server(function (problem, server) {
      if (problem) return self._again(problem);
      self._dial(server);
    });
  };

  Client.prototype.close = function () {
    this._closed = true;
    clearTimeout(this._timer);
    if (this._socket) this._socket.close();
  };

  Client.prototype._dial = function (server) {
    var self = this;
    var socket;
    try {
      socket = new WebSocket(server.url);
    } catch (error) {
      return this._again({ code: "panel.server", message: zimu.i18n.tr("lost"), hint: "" });
    }
    this._socket = socket;
    socket.onopen = function () {
      self._send({
        id: 0, do: "hello", token: server.token, protocol: PROTOCOL, host: self._adapter.host,
        panel: self._adapter.panel(), language: self._language(), answers: self._adapter.answers,
      });
    };
    socket.onmessage = function (message) {
      if (self._socket === socket) self._hear(message.data);
    };
    socket.onclose = function (event) {
      if (self._socket !== socket) return;
      self._socket = null;
      self._ready = false;
      self._fail({ type: "HostError", code: "panel.lost", message: zimu.i18n.tr("lost"), hint: zimu.i18n.tr("lost.hint") });
      if (event.code === WRONG_TOKEN) return self._refused();
      if (event.code === REPLACED) self._adapter.remember("panel", "");
      self._again(null);
    };
  };

  Client.prototype._refused = function () {
    this._dispatch({
      type: "connection", state: "refused",
      problem: { code: "panel.token", message: zimu.i18n.tr("refused"), hint: zimu.i18n.tr("refused.hint") },
    });
    if (this._adapter.again()) this._later();
  };

  Client.prototype._again = function (problem) {
    if (this._closed) return;
    this._dispatch({ type: "connection", state: "lost", problem: problem });
    this._later();
  };

  Client.prototype._later = function () {
    var self = this;
    clearTimeout(this._timer);
    if (this._closed) return;
    this._timer = setTimeout(function () {
      self.connect();
    }, this._wait * (0.75 + Math.random() / 2)); // several panels do not all come at once
    this._wait = Math.min(this._wait * 2, LONGEST_WAIT);
  };

  Client.prototype._send = function (value) {
    if (this._socket && this._socket.readyState === 1) this._socket.send(JSON.stringify(value));
  };

  Client.prototype._hear = function (text) {
    var value;
    try {
      value = JSON.parse(text);
    } catch (error) {
      return;
    }
    if (value.call !== undefined) return this._answer(value);
    if (value.event) return this._dispatch({ type: "event", event: value });
    if (value.id === 0) return this._welcome(value);
    var open = this._open[value.id];
    if (!open) return;
    delete this._open[value.id];
    clearTimeout(open.timer);
    if (value.error) open.reject(value.error);
    else open.resolve(value.result);
  };

  Client.prototype._welcome = function (value) {
    if (value.error) {
      this._dispatch({ type: "connection", state: "refused", problem: value.error });
      return;
    }
    var self = this;
    this._ready = true;
    this._wait = FIRST_WAIT;
    this._dispatch({ type: "connection", state: "open", zimu: value.result.zimu, host: value.result.host });
    this._resume().then(function () {
      self._onOpen();
    }, function () {});
  };

  /* Finds the jobs again that ran when the connection was lost, or when the panel was closed. */
  Client.prototype._resume = function () {
    var self = this;
    return this.ask("jobs").then(function (jobs) {
      var seen = self._jobs();
      var known = {};
      jobs.forEach(function (job) {
        known[job.job] = true;
        var open = job.state === "waiting" || job.state === "running";
        if (!open && seen[job.job] === undefined) return;
        self._dispatch({ type: "started", job: job.job, verb: job.verb, title: job.title });
        self.ask("watch", { job: job.job, after: seen[job.job] || 0 }).catch(function () {});
      });
      Object.keys(seen).forEach(function (id) {
        if (!known[id]) self._dispatch({ type: "job", job: id, part: { state: "failed", error: self._gone() } });
      });
    });
  };

  Client.prototype._gone = function () {
    return { code: "panel.job-gone", message: zimu.i18n.tr("job.gone"), hint: zimu.i18n.tr("job.gone.hint") };
  };

  /* The server wants something of the host: the adapter answers {result} or {error}. */
  Client.prototype._answer = function (value) {
    var self = this;
    this._adapter.call(value.do, value.arguments || {}, function (answer) {
      self._send(Object.assign({ answer: value.call }, answer));
    });
  };

  Client.prototype._fail = function (error) {
    var open = this._open;
    this._open = {};
    Object.keys(open).forEach(function (id) {
      clearTimeout(open[id].timer);
      open[id].reject(error);
    });
  };

  /* A promise of the result of a verb; rejected with {code, message, hint}. */
  Client.prototype.ask = function (verb, values) {
    var self = this;
    return new Promise(function (resolve, reject) {
      if (!self._ready) {
        return reject({ code: "panel.lost", message: zimu.i18n.tr("lost"), hint: zimu.i18n.tr("lost.hint") });
      }
      var id = self._next++;
      var timer = setTimeout(function () {
        delete self._open[id];
        reject({ code: "panel.slow", message: zimu.i18n.tr("slow"), hint: zimu.i18n.tr("slow.hint") });
      }, LONGEST_ANSWER);
      self._open[id] = { resolve: resolve, reject: reject, timer: timer };
      self._send(Object.assign({}, values, { id: id, do: verb }));
    });
  };

  /* Starts a job and follows it; a promise of its id. */
  Client.prototype.start = function (verb, values, title) {
    var self = this;
    return this.ask(verb, values).then(function (answer) {
      self._dispatch({ type: "started", job: answer.job, verb: verb, title: title || "" });
      return self.ask("watch", { job: answer.job, after: 0 }).then(function () {
        return answer.job;
      });
    });
  };

  zimu.Client = Client;
})((window.zimu = window.zimu || {}));
