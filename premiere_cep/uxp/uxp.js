/*
 * The panel as a UXP plugin, for the Premiere Pros that no longer load CEP. A plugin can start no program, so the
 * server has to run: it is found by server.json in Zimu's folder.
 */
(function (/** @type {any} */ zimu) {
  "use strict";

  function Uxp(modules) {
    this.name = "uxp";
    this.host = "premiere";
    this.files = true;
    this.wanted = "";
    this._modules = modules; // {fs, os, uxp}
    this._verbs = new zimu.Verbs(modules.premierepro, { read: this._read.bind(this) });
    this._values = {};
  }

  Uxp.prototype._read = function (path) {
    return String(this._modules.fs.readFileSync(path, { encoding: "utf-8" }));
  };

  /* Zimu's folder where nobody has said otherwise (platformdirs says the same in Python). */
  Uxp.prototype._home = function () {
    var os = this._modules.os;
    var windows = /^win/i.test(String(os.platform()));
    return os.homedir().replace(/\\/g, "/") + (windows ? "/AppData/Local/zimu" : "/Library/Application Support/zimu");
  };

  Uxp.prototype.server = function (done) {
    var server;
    try {
      server = JSON.parse(this._read(this._home() + "/server.json"));
    } catch (error) {
      server = {};
    }
    if (!server.port || !server.token) {
      return done({ code: "panel.start", message: zimu.i18n.tr("lost"), hint: zimu.i18n.tr("uxp.start") });
    }
    done(null, { url: "ws://127.0.0.1:" + Number(server.port) + "/ws", token: String(server.token) });
  };

  Uxp.prototype.call = function (verb, values, done) {
    this._verbs.call(verb, values).then(done);
  };

  /* A refused key was an older server's: the next look reads server.json again. */
  Uxp.prototype.again = function () {
    return true;
  };

  Uxp.prototype.panel = function () {
    if (!this.recall("panel")) this.remember("panel", zimu.newId());
    return this.recall("panel");
  };

  Uxp.prototype.remember = function (name, value) {
    this._values[name] = value;
    try {
      localStorage.setItem("zimu." + name, value);
    } catch (error) {
      return; // kept until the panel is closed
    }
  };

  Uxp.prototype.recall = function (name) {
    try {
      return localStorage.getItem("zimu." + name) || this._values[name] || "";
    } catch (error) {
      return this._values[name] || "";
    }
  };

  Uxp.prototype.language = function () {
    var host = this._modules.uxp.host || {};
    return /^zh/i.test(this.recall("language") || host.uiLocale || "en") ? "zh" : "en";
  };

  Uxp.prototype.theme = function (apply) {
    var theme = /** @type {any} */ (document).theme;
    function say(name) {
      apply({ dark: !/light/i.test(String(name)) });
    }
    if (theme && theme.onUpdated) theme.onUpdated.addListener(say);
    say(theme && theme.getCurrent ? theme.getCurrent() : "dark");
  };

  Uxp.prototype.pick = function (options, done) {
    var system = this._modules.uxp.storage.localFileSystem;
    var chosen = options.folder ? system.getFolder() : system.getFileForOpening({ types: options.types });
    chosen.then(function (entry) {
      done(entry ? entry.nativePath : "");
    }, function () {
      done("");
    });
  };

  /*
   * A transcript file (zimu export writes it) as Premiere's own of the one media file on the timeline: its Text panel
   * makes captions of it. done(problem, whether it was imported)
   */
  Uxp.prototype.importTranscript = function (done) {
    var self = this;
    this.pick({ types: ["json"] }, function (path) {
      if (!path) return done(null, false);
      self._verbs.call("sound", {}).then(function (said) {
        if (said.error) return said;
        var media = {};
        said.result.clips.forEach(function (clip) {
          if (clip.path) media[clip.path] = true;
        });
        var paths = Object.keys(media);
        if (paths.length === 1) return self._verbs.call("put_transcript", { path: path, media: paths[0] });
        return { error: { code: "host.no-clip", message: zimu.i18n.tr("transcript.one"), hint: zimu.i18n.tr("transcript.one.hint") } };
      }).then(function (said) {
        done(said.error || null, !said.error);
      });
    });
  };

  /* The same panel in a browser, where there is room. */
  Uxp.prototype.openDocument = function (path, done) {
    var self = this;
    this.server(function (problem, server) {
      if (problem) return done(problem);
      var page = server.url.replace(/^ws/, "http").replace(/\/ws$/, "/panel/");
      page += "#token=" + encodeURIComponent(server.token) + "&document=" + encodeURIComponent(path);
      self._modules.uxp.shell.openExternal(page).then(function () {
        done(null);
      }, function (error) {
        done({ code: "panel.open", message: String(error), hint: "" });
      });
    });
  };

  zimu.adapters = zimu.adapters || {};
  zimu.Uxp = Uxp;
  zimu.adapters.uxp = function () {
    var load = /** @type {any} */ (require);
    return new Uxp({ premierepro: load("premierepro"), uxp: load("uxp"), fs: load("fs"), os: load("os") });
  };
})((window.zimu = window.zimu || {}));
