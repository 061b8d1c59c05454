// The live part's stream: open only while somebody looks at the page, and opened again by itself
// after whatever broke it. It knows nothing of the page; it tells of itself by events of the document:
// stream:open, stream:lost, stream:state (detail: the fragment), stream:row (detail: one row of a list),
// stream:stale (its address ran out).
(function () {
  "use strict";
  var TICK = 1000, FIRST_WAIT = 1000, LONGEST_WAIT = 30000;
  var NO_ANSWER = 10000;
  var ASLEEP = 20000; // a visible page's clock that stood still for so long: the laptop was shut
  // Over HTTP/1.1 a browser opens six connections to a server, for all its windows. Streams take
  // these at most; the windows without one are carried by the slow poll, and pages still load.
  var SEATS = 4;

  var address = "", source = null, leave = null, ended = false;
  var wait = FIRST_WAIT, notBefore = 0, asked = 0, ticked = Date.now();

  var tell = function (name, detail) {
    document.dispatchEvent(new CustomEvent("stream:" + name, { detail: detail }));
  };

  var isCrowded = function () {
    var page = performance.getEntriesByType("navigation")[0];
    return Boolean(navigator.locks && page && /^http\/1/.test(page.nextHopProtocol));
  };

  // A seat is a lock that all windows of this browser share; a window that dies gives it back.
  var take = function (seat, then) {
    if (seat === SEATS) return then(null);
    navigator.locks.request("live-" + seat, { ifAvailable: true }, function (lock) {
      if (!lock) return take(seat + 1, then);
      return new Promise(function (release) { then(release); });
    });
  };

  var close = function () {
    if (source) source.close();
    if (leave) leave();
    source = leave = null;
  };

  var failed = function () {
    close();
    notBefore = Date.now() + wait * (0.75 + Math.random() / 2); // not all viewers at once
    wait = Math.min(wait * 2, LONGEST_WAIT);
    tell("lost");
  };

  var connect = function () {
    asked = Date.now();
    source = new EventSource(address);
    source.addEventListener("open", function () { tell("open"); });
    source.addEventListener("error", failed);
    source.addEventListener("state", function (event) {
      wait = FIRST_WAIT;
      tell("state", event.data);
    });
    source.addEventListener("row", function (event) {
      wait = FIRST_WAIT;
      tell("row", event.data);
    });
    source.addEventListener("done", function (event) {
      close();
      ended = true;
      if (!event.data) tell("stale");
    });
  };

  var asking = false;
  var open = function () {
    if (ended || asking || source || !address || document.hidden || Date.now() < notBefore) return;
    if (!isCrowded()) return connect();
    asking = true;
    take(0, function (release) {
      asking = false;
      if (!release) {
        notBefore = Date.now() + 5 * TICK; // perhaps another window is closed by then
      } else if (document.hidden) {
        release();
      } else {
        leave = release;
        connect();
      }
    });
  };

  var again = function () {
    close();
    wait = FIRST_WAIT;
    notBefore = 0;
    open();
  };

  var tick = function () {
    var slept = Date.now() - ticked > ASLEEP;
    ticked = Date.now();
    if (document.hidden) return;
    if (slept) again(); // its connection may be dead without the browser knowing
    else if (source && source.readyState === EventSource.CONNECTING && Date.now() - asked > NO_ANSWER) failed();
    else open();
  };

  document.addEventListener("visibilitychange", function () {
    ticked = Date.now();
    if (document.hidden) close();
    else again();
  });
  window.addEventListener("online", again);

  // From the page: the slow poll failed. Does the stream still live? A new one will tell.
  document.addEventListener("stream:doubt", function () {
    if (source) again();
    else tell("lost");
  });

  // From the page: this is where the stream is, from now on.
  document.addEventListener("stream:address", function (event) {
    if (event.detail === address) return;
    address = event.detail;
    if (ended) {
      ended = false;
      again();
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    var place = document.querySelector("[data-stream]");
    if (!place) return;
    address = place.dataset.stream;
    setInterval(tick, TICK);
    open();
  });
})();
