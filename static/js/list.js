// A list of setups that is true while it is looked at: a row that changed comes by the stream; which
// rows there are, their order and the counts come by a slow poll of the page itself. Only what differs
// is changed, so that the focus, a fold that is open and a link that is about to be pressed stay.
(function () {
  "use strict";
  var EVERY = 15000, STILL = 500;
  var lost = false, asking = false;

  // What is about to be pressed stays where it is until the mouse or the finger rests.
  var pressed = false, movedAt = 0, waiting = {};
  var isBusy = function () { return pressed || Date.now() - movedAt < STILL; };
  var whenStill = function (key, what) {
    if (!isBusy()) return what();
    if (!waiting[key]) setTimeout(function again() {
      if (isBusy()) return setTimeout(again, STILL);
      var newest = waiting[key];
      delete waiting[key];
      newest();
    }, STILL);
    waiting[key] = what;
  };
  document.addEventListener("pointermove", function (event) {
    if (event.target.closest && event.target.closest("[data-live]")) movedAt = Date.now();
  });
  document.addEventListener("pointerdown", function () { pressed = true; });
  ["pointerup", "pointercancel"].forEach(function (end) {
    document.addEventListener(end, function () { pressed = false; movedAt = Date.now(); });
  });

  var isShallowEqual = function (was, is) {
    return was.nodeType === Node.ELEMENT_NODE && was.cloneNode(false).isEqualNode(is.cloneNode(false));
  };
  // What stands there afterwards: the old node, with what is new inside, or the new one.
  var morph = function (was, is) {
    if (was.isEqualNode(is)) return was;
    if (!isShallowEqual(was, is)) {
      was.replaceWith(is);
      return is;
    }
    var olds = Array.from(was.childNodes), news = Array.from(is.childNodes);
    if (is.matches("ul")) arrange(was, Array.from(is.children));
    else if (olds.length !== news.length) was.replaceChildren.apply(was, news);
    else news.forEach(function (each, n) { morph(olds[n], each); });
    return was;
  };
  var arrange = function (list, rows) {
    rows.forEach(function (fresh, n) {
      var old = fresh.id && document.getElementById(fresh.id);
      var row = old ? morph(old, fresh) : fresh;
      if (list.children[n] !== row) list.insertBefore(row, list.children[n] || null);
    });
    while (list.children.length > rows.length) list.lastElementChild.remove();
  };
  var keepingFocus = function (change) {
    var focused = document.activeElement;
    change();
    if (focused.isConnected && document.activeElement !== focused) focused.focus({ preventScroll: true });
  };

  document.addEventListener("stream:row", function (event) {
    var row = new DOMParser().parseFromString(event.detail, "text/html").querySelector("li");
    whenStill(row.id, function () {
      var old = document.getElementById(row.id);
      if (old) keepingFocus(function () { morph(old, row); });
    });
  });

  var shown = function () {
    return Array.from(document.querySelectorAll("[data-live] li[id]"), function (row) { return row.id; }).sort().join();
  };
  var show = function (page) {
    var before = shown();
    keepingFocus(function () {
      document.querySelectorAll("[data-live]").forEach(function (part) {
        var fresh = page.getElementById(part.id);
        if (fresh) morph(part, fresh);
      });
    });
    var address = page.querySelector("[data-stream]").dataset.stream;
    document.dispatchEvent(new CustomEvent("stream:address", { detail: address }));
    if (shown() !== before) document.dispatchEvent(new CustomEvent("stream:doubt")); // it knows the old rows only
  };

  var setLost = function (on) {
    lost = on;
    document.getElementById("offline").classList.toggle("show", on);
  };
  var poll = function () {
    if (document.hidden || asking) return;
    asking = true;
    fetch(location.href).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("elsewhere"); // signed out, perhaps
      return answer.text();
    }).then(function (html) {
      setLost(false);
      var page = new DOMParser().parseFromString(html, "text/html");
      whenStill("page", function () { show(page); });
    }).catch(function () { setLost(true); }).finally(function () { asking = false; });
  };
  setInterval(poll, EVERY);
  document.addEventListener("visibilitychange", poll);
  window.addEventListener("online", poll);
  ["stream:lost", "stream:stale"].forEach(function (what) { document.addEventListener(what, poll); });
})();
