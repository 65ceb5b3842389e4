/*
 * A list of thousands of rows of different heights of which only those in sight exist.
 *
 * A row that was never seen has the mean height of the first that were. When rows turn out otherwise, the rows below move
 * and the first row in sight stays where it is.
 */
(function (zimu) {
  "use strict";

  var BEYOND = 400; // px above and below what is in sight
  var SAMPLE = 30; // rows whose mean height stands for those never seen; fixed then, or the list would never rest

  function List(options) {
    var h = zimu.dom.h;
    this._draw = options.draw; // (item, index, old element or null) -> element
    this._key = options.key;
    this.box = h("div", Object.assign({ class: "list" }, options.attributes));
    this._space = h("div", { class: "space", role: "presentation" });
    this.box.appendChild(this._space);
    this._items = [];
    this._heights = {}; // by key, as measured
    this._sampled = 0;
    this._guess = options.guess || 64;
    this._tops = [0];
    this._rows = {}; // by key: {element, item}
    this._frame = 0;
    this._pinned = "";
    var self = this;
    this.box.addEventListener("scroll", function () { self._soon(); });
    window.addEventListener("resize", function () {
      self._heights = {};
      self._sampled = 0;
      self.refresh();
    });
  }

  List.prototype._soon = function () {
    var self = this;
    if (this._frame) return;
    this._frame = requestAnimationFrame(function () {
      self._frame = 0;
      self.render();
    });
  };

  List.prototype.set = function (items) {
    this._items = items;
    this.refresh();
  };

  /* Draws every row in sight again. */
  List.prototype.refresh = function () {
    this._stale = true;
    this.render();
  };

  List.prototype._lay = function () {
    var tops = new Array(this._items.length + 1);
    var top = 0;
    for (var i = 0; i < this._items.length; i++) {
      tops[i] = top;
      top += this._heights[this._key(this._items[i])] || this._guess;
    }
    tops[this._items.length] = top;
    this._tops = tops;
    this._space.style.height = top + "px";
  };

  /* The first row that ends below y. */
  List.prototype._at = function (y) {
    var low = 0;
    var high = this._items.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (this._tops[middle + 1] > y) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  List.prototype.render = function () {
    this._lay();
    for (var round = 0; round < 4; round++) {
      var anchor = this._at(this.box.scrollTop);
      var inside = this.box.scrollTop - this._tops[anchor];
      var moved = this._place();
      this._stale = false;
      if (!moved) break;
      this._lay();
      if (anchor < this._items.length && anchor > 0) this.box.scrollTop = this._tops[anchor] + inside;
    }
  };

  /* Puts the rows in sight where they belong; whether one is of another height than was thought. */
  List.prototype._place = function () {
    var top = this.box.scrollTop - BEYOND;
    var bottom = this.box.scrollTop + this.box.clientHeight + BEYOND;
    var first = this._at(Math.max(0, top));
    var rows = {};
    var drawn = [];
    for (var i = first; i < this._items.length && this._tops[i] < bottom; i++) drawn.push(i);
    var pinned = this._pinned ? this._indexOf(this._pinned) : -1;
    if (pinned >= 0 && drawn.indexOf(pinned) < 0) drawn.push(pinned); // the row that has the focus never vanishes
    for (var j = 0; j < drawn.length; j++) this._row(drawn[j], rows);
    var self = this;
    Object.keys(this._rows).forEach(function (key) {
      if (!rows[key]) self._space.removeChild(self._rows[key].element);
    });
    this._rows = rows;
    return this._measure(drawn);
  };

  List.prototype._row = function (index, rows) {
    var item = this._items[index];
    var key = this._key(item);
    var old = this._rows[key];
    var element = old ? old.element : null;
    if (!old || this._stale || old.item !== item) element = this._draw(item, index, element);
    if (!old) this._space.appendChild(element);
    else if (old.element !== element) this._space.replaceChild(element, old.element);
    element.style.transform = "translateY(" + this._tops[index] + "px)";
    rows[key] = { element: element, item: item };
  };

  List.prototype._measure = function (drawn) {
    var moved = false;
    var sum = 0;
    for (var i = 0; i < drawn.length; i++) {
      var key = this._key(this._items[drawn[i]]);
      var height = this._rows[key].element.offsetHeight;
      sum += height;
      if (height && this._heights[key] !== height) {
        moved = moved || (this._heights[key] || this._guess) !== height;
        this._heights[key] = height;
      }
    }
    if (this._sampled < SAMPLE && sum && drawn.length > this._sampled) {
      this._sampled = drawn.length;
      this._guess = Math.round(sum / drawn.length);
      moved = true;
    }
    return moved;
  };

  List.prototype._indexOf = function (key) {
    for (var i = 0; i < this._items.length; i++) if (this._key(this._items[i]) === key) return i;
    return -1;
  };

  /* Keeps the row `key` alive although it is out of sight ("" for none). */
  List.prototype.pin = function (key) {
    this._pinned = key;
  };

  /* Scrolls as little as is needed to show the row `key`. */
  List.prototype.reveal = function (key) {
    var index = this._indexOf(key);
    if (index < 0) return;
    for (var round = 0; round < 6; round++) {
      var top = this._tops[index];
      var bottom = this._tops[index + 1];
      var high = this.box.clientHeight;
      if (top < this.box.scrollTop || bottom - top > high) this.box.scrollTop = top;
      else if (bottom > this.box.scrollTop + high) this.box.scrollTop = bottom - high;
      this.render();
      if (this._tops[index] === top && this._tops[index + 1] === bottom) break;
    }
  };

  List.prototype.element = function (key) {
    return this._rows[key] ? this._rows[key].element : null;
  };

  /* How many rows fit in sight: a page of the keyboard. */
  List.prototype.page = function () {
    return Math.max(1, Math.floor(this.box.clientHeight / this._guess) - 1);
  };

  zimu.List = List;
})((window.zimu = window.zimu || {}));
