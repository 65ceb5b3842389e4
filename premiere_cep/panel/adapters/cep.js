/*
 * The panel in Premiere Pro: a wrapper of our own around `__adobe_cep__`, small enough that it does not age as copies of
 * CSInterface.js do (old ones answer undefined in Premiere 25 and later).
 *
 * host.jsx answers `zimuCall(text)` with JSON text; `text` is {"do": verb, "arguments": {...}}. Node is used for three things only:
 * to read where the server is, to start it, and to start the desktop app.
 */
(function (zimu) {
  "use strict";

  var THEME = "com.adobe.csxs.events.ThemeColorChanged";
  var FAILED = "EvalScript error."; // what CEP answers when a script does not even compile
  var STARTING = 20000; // ms that the server may take to start
  var IDLE = "600"; // seconds after which a server that we started ends if no panel is open

  /* JSON text as a string of a script: ES3 ends a line at U+2028 and U+2029, also inside a string. */
  function quoted(text) {
    return JSON.stringify(text).replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");
  }

  function Cep(bridge, node, fs) {
    this.name = "cep";
    this.host = "premiere";
    this.files = true;
    this.wanted = "";
    this._cep = bridge;
    this._node = node;
    this._fs = fs;
    this._config = null;
    this._started = 0;
    this._open = {};
    this._keys();
  }

  /* The keys that the panel wants: without this Premiere takes arrows and Delete for itself. */
  Cep.prototype._keys = function () {
    if (!this._cep.registerKeyEventsInterest) return;
    var plain = [13, 27, 32, 33, 34, 35, 36, 37, 38, 39, 40, 46, 8, 9, 113, 74, 83];
    var keys = plain.map(function (code) {
      return { keyCode: code };
    });
    [13, 89, 90, 70].forEach(function (code) {
      keys.push({ keyCode: code, ctrlKey: true }, { keyCode: code, metaKey: true });
      keys.push({ keyCode: code, ctrlKey: true, shiftKey: true }, { keyCode: code, metaKey: true, shiftKey: true });
    });
    this._cep.registerKeyEventsInterest(JSON.stringify(keys));
  };

  Cep.prototype.call = function (verb, values, done) {
    var request = { do: verb, arguments: values };
    this._cep.evalScript("zimuCall(" + quoted(JSON.stringify(request)) + ")", function (text) {
      var answer = null;
      try {
        answer = JSON.parse(text);
      } catch (error) {
        answer = null;
      }
      if (answer && typeof answer === "object" && (answer.result !== undefined || answer.error)) return done(answer);
      var said = text === FAILED || text === undefined ? zimu.i18n.tr("script.failed") : String(text).slice(0, 200);
      done({ error: { code: "host.script", message: said, hint: zimu.i18n.tr("script.failed.hint") } });
    });
  };

  /*
   * What was written when the panel was installed: {"zimu": [program, arguments...], "home": folder, "app": [...],
   * "environment": {...}}. A panel that came as a .zxp has none: it finds a server that runs, but cannot start one.
   */
  Cep.prototype.config = function () {
    if (this._config) return this._config;
    try {
      this._config = JSON.parse(this._read(this._folder() + "/panel/config.json"));
    } catch (error) {
      this._config = { home: this._home() };
    }
    return this._config;
  };

  /* Zimu's folder where nobody has said otherwise (platformdirs says the same in Python). */
  Cep.prototype._home = function () {
    var environment = this._node("process").env;
    if (environment.LOCALAPPDATA) return environment.LOCALAPPDATA + "/zimu";
    return environment.HOME + "/Library/Application Support/zimu";
  };

  Cep.prototype._folder = function () {
    return decodeURIComponent(this._cep.getSystemPath("extension")).replace(/^file:\/\/\/?(?=[A-Za-z]:)|^file:\/\//, "");
  };

  Cep.prototype._read = function (path) {
    return this._node("fs").readFileSync(path, "utf8");
  };

  /* Where the server listens: server.json in Zimu's folder. Starts it if it does not run. */
  Cep.prototype.server = function (done) {
    var self = this;
    this._look(function (found) {
      if (found) return done(null, found);
      self._start(done);
    });
  };

  Cep.prototype._look = function (done) {
    var config = this.config();
    try {
      var server = JSON.parse(this._read(config.home + "/server.json"));
      if (!server.port || !server.token || !this._alive(server.pid)) return done(null);
      done({ url: "ws://127.0.0.1:" + Number(server.port) + "/ws", token: String(server.token) });
    } catch (error) {
      done(null);
    }
  };

  Cep.prototype._alive = function (pid) {
    try {
      this._node("process").kill(Number(pid), 0);
      return true;
    } catch (error) {
      return error.code === "EPERM"; // it is there, but of somebody else
    }
  };

  Cep.prototype._start = function (done) {
    var command = this.config().zimu;
    if (!command || !command.length) {
      return done({ code: "panel.install", message: zimu.i18n.tr("no-config"), hint: zimu.i18n.tr("no-config.hint") });
    }
    var hint = zimu.i18n.tr("no-start.hint", { command: command.join(" ") + " serve" });
    var failed = { code: "panel.start", message: zimu.i18n.tr("no-start"), hint: hint };
    if (!this._started || Date.now() - this._started > STARTING) {
      this._started = Date.now();
      if (!this._spawn(command.concat(["serve", "--idle", IDLE]))) return done(failed);
    }
    this._until(Date.now() + STARTING, failed, done);
  };

  Cep.prototype._until = function (deadline, failed, done) {
    var self = this;
    this._look(function (found) {
      if (found) return done(null, found);
      if (Date.now() > deadline) return done(failed);
      setTimeout(function () {
        self._until(deadline, failed, done);
      }, 250);
    });
  };

  /* Starts a program that outlives Premiere. */
  Cep.prototype._spawn = function (command) {
    try {
      var child = this._node("child_process").spawn(command[0], command.slice(1), {
        detached: true, stdio: "ignore", windowsHide: true, // never through a shell
        env: Object.assign({}, this._node("process").env, this.config().environment),
      });
      child.on("error", function () {});
      child.unref();
      return true;
    } catch (error) {
      return false;
    }
  };

  /* A refused key was an older server's: the next look reads server.json again. */
  Cep.prototype.again = function () {
    this._started = 0;
    return true;
  };

  Cep.prototype.panel = function () {
    if (!this.recall("panel")) this.remember("panel", zimu.newId());
    return this.recall("panel");
  };

  Cep.prototype.remember = function (name, value) {
    try {
      localStorage.setItem("zimu." + name, value);
    } catch (error) {
      this._open[name] = value;
    }
  };

  Cep.prototype.recall = function (name) {
    try {
      return localStorage.getItem("zimu." + name) || this._open[name] || "";
    } catch (error) {
      return this._open[name] || "";
    }
  };

  Cep.prototype._environment = function () {
    try {
      return JSON.parse(this._cep.getHostEnvironment());
    } catch (error) {
      return {};
    }
  };

  Cep.prototype.language = function () {
    var locale = this.recall("language") || this._environment().appUILocale || navigator.language || "en";
    return /^zh/i.test(locale) ? "zh" : "en";
  };

  /* Premiere's own colours and size of type, now and whenever the user changes them. */
  Cep.prototype.theme = function (apply) {
    var self = this;
    function say() {
      var skin = self._environment().appSkinInfo || {};
      var ground = (skin.panelBackgroundColor || {}).color || { red: 35, green: 35, blue: 35 };
      apply({
        ground: [ground.red, ground.green, ground.blue].map(Math.round),
        family: skin.baseFontFamily || "",
        size: Number(skin.baseFontSize) || 0,
      });
    }
    if (this._cep.addEventListener) this._cep.addEventListener(THEME, say);
    say();
  };

  /* A path that the user chooses in a dialog of the program; "" if none. options: {folder, title, types}. */
  Cep.prototype.pick = function (options, done) {
    var answer = this._fs ? this._fs.showOpenDialogEx(false, !!options.folder, options.title, "", options.types || []) : {};
    done((answer && answer.err === 0 && answer.data && answer.data[0]) || "");
  };

  /* The desktop app if there is one, else the same panel in a browser, where there is room. */
  Cep.prototype.openDocument = function (path, done) {
    var self = this;
    var app = this.config().app;
    if (app && app.length && this._spawn(app.concat([path]))) return done(null);
    this._look(function (server) {
      if (!server) return done({ code: "panel.lost", message: zimu.i18n.tr("lost"), hint: "" });
      var page = server.url.replace(/^ws/, "http").replace(/\/ws$/, "/panel/");
      page += "#token=" + encodeURIComponent(server.token) + "&host=premiere&document=" + encodeURIComponent(path);
      if (window.cep && window.cep.util) window.cep.util.openURLInDefaultBrowser(page);
      done(null);
    });
  };

  zimu.adapters = zimu.adapters || {};
  zimu.adapters.cep = function () {
    var node = (window.cep_node && window.cep_node.require) || window.require;
    return new Cep(window.__adobe_cep__, node, window.cep && window.cep.fs);
  };
  zimu.adapters.quoted = quoted;
})((window.zimu = window.zimu || {}));
