/*
 * The panel in a tab of a browser: opened by `zimu resolve panel` or `zimu serve`. The token comes in the address after
 * the #, which no server and no log ever sees, and is taken out of the address at once.
 */
(function (zimu) {
  "use strict";

  function Browser() {
    this.name = "browser";
    this.files = false; // a page cannot tell the path of a file
    var given = parameters(location.hash);
    if (given.token) {
      keep("token", given.token);
      history.replaceState(null, "", location.pathname + location.search);
    }
    if (given.host) keep("host", given.host);
    this.host = kept("host"); // which program is meant; "" if there is but one
    if (this.host) this.answers = false; // the server reaches it, or a process that is connected to the server
    this.wanted = given.document || "";
  }

  function parameters(hash) {
    var found = {};
    hash.replace(/^#/, "").split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at > 0) {
        try {
          found[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1));
        } catch (error) {
          return; // not one of ours
        }
      }
    });
    return found;
  }

  function keep(name, value) {
    try {
      sessionStorage.setItem("zimu." + name, value);
    } catch (error) {
      keep.values[name] = value; // a browser may forbid storing
    }
  }
  keep.values = {};

  function kept(name) {
    try {
      return sessionStorage.getItem("zimu." + name) || keep.values[name] || "";
    } catch (error) {
      return keep.values[name] || "";
    }
  }

  Browser.prototype.server = function (done) {
    var token = kept("token");
    if (!token) {
      return done({ code: "panel.token", message: zimu.i18n.tr("no-token"), hint: zimu.i18n.tr("refused.hint") });
    }
    done(null, { url: "ws://" + location.host + "/ws", token: token });
  };

  /* A refused key stays wrong: another one comes only with another address. */
  Browser.prototype.again = function () {
    return false;
  };

  Browser.prototype.panel = function () {
    if (!kept("panel")) keep("panel", zimu.newId());
    return kept("panel");
  };

  Browser.prototype.call = function (verb, values, done) {
    done({ error: { code: "host.gone", message: "This panel is in no editing program.", hint: "" } });
  };

  Browser.prototype.remember = keep;
  Browser.prototype.recall = kept;

  Browser.prototype.language = function () {
    return kept("language") || (/^zh/i.test(navigator.language || "") ? "zh" : "en");
  };

  /* Dark or light as the system is, until the user chooses. */
  Browser.prototype.theme = function (apply) {
    var query = window.matchMedia ? window.matchMedia("(prefers-color-scheme: light)") : null;
    function say() {
      var chosen = kept("theme");
      apply({ dark: chosen ? chosen === "dark" : !(query && query.matches) });
    }
    if (query && query.addListener) query.addListener(say);
    this.setTheme = function (name) {
      keep("theme", name);
      say();
    };
    say();
  };

  Browser.prototype.pick = function (options, done) {
    done(""); // the user writes the path
  };

  /* A larger window of the same panel. */
  Browser.prototype.openDocument = function (path, done) {
    var token = encodeURIComponent(kept("token"));
    var host = this.host ? "&host=" + this.host : "";
    window.open(location.pathname + "#token=" + token + host + "&document=" + encodeURIComponent(path), "_blank", "noopener");
    done(null);
  };

  zimu.adapters = zimu.adapters || {};
  zimu.adapters.browser = function () {
    return new Browser();
  };
})((window.zimu = window.zimu || {}));
