// What every page does: tells the reader's time zone, keeps what was typed when the language is changed,
// and keeps the bell true.
(function () {
  "use strict";
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && document.cookie.indexOf("zone=" + zone) === -1) {
    document.cookie = "zone=" + zone + ";path=/;max-age=31536000;samesite=lax" + (location.protocol === "https:" ? ";secure" : "");
  }

  // A browser that shows a kept page again has not asked whether its reader is still signed in.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted && document.querySelector(".who")) location.reload();
  });

  // The bell of a page that stays open: asked for now and then, when somebody looks at the page again, and
  // soon after something changed on the page: a notice is told a moment after its change.
  var EVERY = 30000, SOON = 1500;
  var bell = document.getElementById("notices");
  function ask() {
    if (document.hidden) return;
    fetch(bell.dataset.count).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("elsewhere"); // signed out, perhaps
      return answer.text();
    }).then(function (html) {
      var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("notices");
      if (!fresh || fresh.innerHTML === bell.innerHTML) return;
      bell.replaceChildren.apply(bell, Array.from(fresh.childNodes)); // the link itself stays: it may have the focus
    }).catch(function () {}); // the page says itself that it is offline; the next time comes
  }
  var soon = 0;
  function askSoon() {
    clearTimeout(soon);
    soon = setTimeout(ask, SOON);
  }
  if (bell) {
    setInterval(ask, EVERY);
    document.addEventListener("visibilitychange", ask);
    ["stream:state", "stream:row"].forEach(function (what) { document.addEventListener(what, askSoon); });
  }

  // A page in another language is fetched anew. What was typed is put back, but for what is secret.
  var TYPED = "typed";
  var SECRET = 'input[type="hidden"], input[type="password"], input[type="file"], [autocomplete="one-time-code"]';

  function fields() {
    return Array.prototype.filter.call(
      document.querySelectorAll("main input[name], main select[name], main textarea[name]"),
      function (field) { return !field.matches(SECRET); }
    );
  }
  function isTicked(field) { return field.type === "radio" || field.type === "checkbox"; }
  function key(field) { return isTicked(field) ? field.name + "=" + field.value : field.name; }

  document.addEventListener("submit", function (event) {
    if (!event.target.matches(".languages")) return;
    var typed = {};
    fields().forEach(function (field) { typed[key(field)] = isTicked(field) ? field.checked : field.value; });
    sessionStorage.setItem(TYPED, JSON.stringify({ page: event.target.elements.next.value, typed: typed }));
  });

  var kept = JSON.parse(sessionStorage.getItem(TYPED));
  sessionStorage.removeItem(TYPED);
  if (!kept || kept.page !== location.pathname + location.search) return;
  fields().forEach(function (field) {
    if (!(key(field) in kept.typed)) return;
    if (isTicked(field)) field.checked = kept.typed[key(field)];
    else field.value = kept.typed[key(field)];
  });
})();
