/* Which file holds the corrected captions, and in which language: asked in the page, over the cue list. */
(function (zimu) {
  "use strict";

  function Import(app, languages) {
    this.app = app;
    this.languages = languages;
  }

  /* A promise of {file, language}, or of null if the user leaves. */
  Import.prototype.ask = function () {
    var h = zimu.dom.h;
    var tr = zimu.i18n.tr;
    var app = this.app;
    var languages = this.languages;
    var from = document.activeElement;
    return new Promise(function (resolve) {
      var file = h("input", { type: "text", spellcheck: false });
      var language = zimu.dom.options(h("select", {}), languages.map(function (code) {
        return [code, zimu.words.language(app.store.state.choices, code)];
      }));
      var browse = app.adapter.files ? h("button", { type: "button", text: tr("browse"), onclick: function () {
        app.adapter.pick({ title: tr("import"), types: ["srt", "vtt", "json"] }, function (path) {
          if (path) file.value = path;
        });
      } }) : null;
      function close(answer) {
        box.parentNode.removeChild(box);
        if (from && from.focus) from.focus();
        resolve(answer);
      }
      function take() {
        if (file.value.trim()) close({ file: file.value.trim(), language: language.value });
        else file.focus();
      }
      var box = h("div", { class: "card confirm", role: "dialog", "aria-label": tr("import") },
        h("h3", { text: tr("import") }), h("p", { class: "hint", text: tr("import.hint") }),
        zimu.dom.field(tr("import.file"), file), browse, zimu.dom.field(tr("import.language"), language),
        h("div", { class: "row wrap actions" },
          h("button", { type: "button", class: "primary", text: tr("import.take"), onclick: take }),
          h("button", { type: "button", text: tr("cancel"), onclick: function () { close(null); } })));
      box.addEventListener("keydown", function (event) {
        if (event.key === "Escape") close(null);
        else if (event.key === "Enter" && event.target === file) take();
      });
      app.pages.cues.root.insertBefore(box, app.pages.cues.root.firstChild);
      file.focus();
    });
  };

  zimu.views = zimu.views || {};
  zimu.views.Import = Import;
})((window.zimu = window.zimu || {}));
