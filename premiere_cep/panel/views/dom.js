/* Making elements: h("button", {class: "primary", onclick: save}, "Save"). Text is text; nothing is ever parsed as HTML. */
(function (zimu) {
  "use strict";

  function h(tag, properties) {
    var element = document.createElement(tag);
    Object.keys(properties || {}).forEach(function (name) {
      var value = properties[name];
      if (value === null || value === undefined || value === false) return;
      if (name.slice(0, 2) === "on") element.addEventListener(name.slice(2), value);
      else if (name === "class") element.className = value;
      else if (name === "text") element.textContent = value;
      else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
      else element.setAttribute(name, value === true ? "" : value);
    });
    for (var i = 2; i < arguments.length; i++) add(element, arguments[i]);
    return element;
  }

  function add(element, child) {
    if (child === null || child === undefined || child === false) return;
    if (Array.isArray(child)) child.forEach(function (one) { add(element, one); });
    else element.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
  }

  function empty(element) {
    while (element.firstChild) element.removeChild(element.firstChild);
    return element;
  }

  function fill(element, children) {
    empty(element);
    add(element, children);
    return element;
  }

  function text(element, value) {
    if (element.textContent !== value) element.textContent = value;
  }

  function show(element, visible) {
    if (element.hidden === !!visible) element.hidden = !visible;
  }

  /* The options of a select: [[value, label], ...]; what was chosen stays chosen if it is still there. */
  function options(select, pairs, wanted) {
    var value = wanted !== undefined ? wanted : select.value;
    fill(select, pairs.map(function (pair) {
      return h("option", { value: pair[0] }, pair[1]);
    }));
    select.value = value;
    if (select.selectedIndex < 0 && pairs.length) select.selectedIndex = 0;
    return select;
  }

  var count = 0;

  /* A label over its control. */
  function field(label, control, hint) {
    control.id = control.id || "f" + ++count;
    return h("div", { class: "field" }, h("label", { for: control.id, text: label }), control,
      hint ? h("p", { class: "hint", text: hint }) : null);
  }

  function check(label, properties) {
    var box = h("input", Object.assign({ type: "checkbox" }, properties));
    return h("label", { class: "check" }, box, h("span", { text: label }));
  }

  zimu.dom = { h: h, fill: fill, empty: empty, text: text, show: show, options: options, field: field, check: check };
})((window.zimu = window.zimu || {}));
