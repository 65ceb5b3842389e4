/* Times, counts and names as people read them. */
(function (zimu) {
  "use strict";

  function two(number) {
    return number < 10 ? "0" + number : String(number);
  }

  /* 1:02:03.4, or 02:03.4 below an hour. */
  function clock(ms) {
    var tenths = Math.floor(Math.max(0, ms) / 100);
    var seconds = Math.floor(tenths / 10);
    var hours = Math.floor(seconds / 3600);
    var rest = two(Math.floor(seconds / 60) % 60) + ":" + two(seconds % 60) + "." + (tenths % 10);
    return hours ? hours + ":" + rest : rest;
  }

  /* 1:02:03.456, for writing. */
  function exact(ms) {
    var rest = ms % 1000;
    return clock(ms).replace(/\.\d$/, "." + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest);
  }

  /* The ms of "1:02:03.4", "2:03", "3.25"; null if it is no time. */
  function parse(text) {
    var found = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim());
    if (!found) return null;
    var whole = (Number(found[1] || 0) * 60 + Number(found[2] || 0)) * 60 + Number(found[3]);
    return whole * 1000 + Number(((found[4] || "") + "000").slice(0, 3));
  }

  /* 72.5 -> "1 min 13 s" */
  function span(seconds) {
    var tr = zimu.i18n.tr;
    var whole = Math.max(1, Math.round(seconds));
    if (whole < 60) return tr("time.s", { s: whole });
    if (whole < 3600) return tr("time.min", { m: Math.floor(whole / 60), s: whole % 60 });
    return tr("time.h", { h: Math.floor(whole / 3600), m: Math.floor((whole % 3600) / 60) });
  }

  function name(choices, code) {
    var languages = (choices && choices.languages) || [];
    for (var i = 0; i < languages.length; i++) {
      if (languages[i].code === code) return languages[i][zimu.i18n.language() === "zh" ? "name_zh" : "name_en"];
    }
    return code;
  }

  /* "zh-en" of a document in zh and en is both together. */
  function track(choices, languages, key) {
    if (languages.indexOf(key) >= 0) return name(choices, key);
    if (key === languages.join("-")) return zimu.i18n.tr("track.both");
    return key;
  }

  /* [[id, name]] of timelines; those of the same name are numbered. */
  function timelines(all) {
    var count = {};
    all.forEach(function (one) { count["=" + one.name] = (count["=" + one.name] || 0) + 1; });
    var seen = {};
    return all.map(function (one) {
      var key = "=" + one.name;
      seen[key] = (seen[key] || 0) + 1;
      return [one.id, count[key] > 1 ? one.name + " (" + seen[key] + ")" : one.name];
    });
  }

  function kind(code) {
    return zimu.i18n.has("kind." + code) ? zimu.i18n.tr("kind." + code) : code;
  }

  /* What is wrong with a cue. The server says it in English; in Chinese its kind and its two numbers say the same. */
  function remark(check) {
    if (zimu.i18n.language() === "en" || !zimu.i18n.has("check." + check.code)) return check.message;
    var numbers = check.message.match(/\d+(?:\.\d+)?/g) || [];
    var said = zimu.i18n.tr("check." + check.code);
    return numbers.length === 2 ? zimu.i18n.tr("check.numbers", { said: said, value: numbers[0], limit: numbers[1] }) : said;
  }

  zimu.words = { check: remark, clock: clock, exact: exact, parse: parse, span: span, language: name, track: track, timelines: timelines, kind: kind };
})((window.zimu = window.zimu || {}));
