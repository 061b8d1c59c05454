// The live page's few words to htmx: fetch the buttons again when they changed, stop asking
// while nobody looks, say when live updates are lost, and copy details.
(function () {
  "use strict";
  var live = function () { return document.getElementById("live"); };
  var offline = function (on) {
    var note = document.getElementById("offline");
    if (note) note.classList.toggle("show", on);
  };

  // The fragment carries no buttons. When what the buttons can do has changed, it says so here.
  var compare = function () {
    var section = live(), actions = document.getElementById("actions");
    if (!section || !actions || section.dataset.actions === actions.dataset.actions) return;
    if (actions.contains(document.activeElement) && document.activeElement.matches("input,textarea,select")) return;
    htmx.trigger(actions, "look-again");
  };
  document.addEventListener("htmx:afterSettle", compare);
  document.addEventListener("focusout", function () { setTimeout(compare, 100); });

  // A hidden tab asks for nothing; when it is looked at again it catches up at once.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id === "live" && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && live()) htmx.trigger(live(), "look-again");
  });

  document.addEventListener("htmx:sseOpen", function () { offline(false); });
  document.addEventListener("htmx:sseError", function () { offline(true); });
  document.addEventListener("htmx:sendError", function () { offline(true); });
  document.addEventListener("htmx:afterOnLoad", function () { offline(false); });

  // Keep what a person opened open, and the focus where it was, when a part is replaced.
  var open = [], focused = "";
  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.target;
    open = Array.from(part.querySelectorAll("details")).map(function (d) { return d.open; });
    focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    var part = document.getElementById(event.detail.elt ? event.detail.elt.id : "") || event.target;
    Array.from(part.querySelectorAll("details")).forEach(function (d, i) { if (open[i]) d.open = true; });
    var again = focused && document.getElementById(focused);
    if (again) again.focus();
  });

  var copyable = function () {
    document.querySelectorAll("[data-copy][hidden]").forEach(function (button) { button.hidden = false; });
  };
  document.addEventListener("DOMContentLoaded", copyable);
  document.addEventListener("htmx:afterSettle", copyable);
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (button) navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  });
})();
