// The live page's few words to htmx and to its stream: show what is new, fetch the buttons again
// when they changed, stop asking while nobody looks, say what happens, and copy details.
(function () {
  "use strict";
  var live = function () { return document.getElementById("live"); };

  // One polite line for screen readers, changed at most every three seconds, and one for errors, at once.
  // The same sentence is said once, however often the part that it came with is sent.
  var PAUSE = 3000, saidAt = 0, waiting = 0, next = null;
  var say = function (text) {
    var line = document.getElementById("say");
    if (!line || text === (next === null ? line.textContent.trim() : next)) return;
    next = text;
    if (waiting) return;
    waiting = setTimeout(function () {
      waiting = 0;
      saidAt = Date.now();
      line.textContent = next;
      next = null;
    }, Math.max(0, saidAt + PAUSE - Date.now()));
  };
  var told = ""; // by the server: what the line says while updates come
  document.addEventListener("DOMContentLoaded", function () {
    var line = document.getElementById("say");
    if (line) told = line.textContent.trim();
  });
  // What is the matter with this page goes before it.
  var sayAnew = function () {
    var stale = document.getElementById("stale");
    var note = lost ? document.getElementById("offline") : stale && !stale.hidden ? stale : null;
    say(note ? words(note) : told);
  };
  var LINES = {
    say: function (text) { told = text; sayAnew(); },
    alarm: function (text) {
      var line = document.getElementById("alarm");
      if (line.textContent.trim() !== text) line.textContent = text;
    }
  };
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    var line = LINES[event.detail.target.id];
    if (!line) return;
    event.detail.shouldSwap = false;
    line(event.detail.fragment.textContent.trim());
  });

  // Somebody is about to press something, or presses it: what is there now has to stay until then, or
  // the press is lost, or meets another button. What nobody asked for waits for that moment.
  var AIM = 500, PRESS = 5000, LONGEST_AIM = 5000, TAP = 300; // a tap's click comes some time after it
  var PRESSABLE = "a, button, summary, label, input, select, textarea";
  var heldUntil = 0, heldSince = 0, waiters = {}, watch = 0;
  var now = function () { return performance.now(); };
  var isHeld = function () { return now() < heldUntil; };
  var hold = function (ms) {
    if (!isHeld()) heldSince = now();
    if (ms === PRESS || now() - heldSince < LONGEST_AIM) heldUntil = Math.max(heldUntil, now() + ms);
  };
  var release = function (ms) { setTimeout(function () { heldUntil = 0; }, ms); };
  var whenFree = function (key, what) {
    waiters[key] = what;
    watch = watch || setInterval(function () {
      if (isHeld()) return;
      watch = clearInterval(watch);
      var ready = waiters;
      waiters = {};
      Object.values(ready).forEach(function (each) { each(); });
    }, AIM / 5);
  };
  var isPressable = function (element) { return Boolean(element.closest && element.closest(PRESSABLE)); };
  document.addEventListener("pointermove", function (event) {
    if (event.pointerType !== "touch" && isPressable(event.target)) hold(AIM);
  });
  document.addEventListener("pointerdown", function () { hold(PRESS); });
  ["pointerup", "pointercancel"].forEach(function (end) {
    document.addEventListener(end, function (event) { release(event.pointerType === "touch" ? TAP : 0); });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === " " && event.target.matches("button, summary")) hold(PRESS); // it is pressed when let go
  });
  document.addEventListener("keyup", function (event) { if (event.key === " ") release(0); });

  // What somebody has typed or ticked and not sent yet. (A field that only helps to find something is aside.)
  var isUnsent = function (field) {
    if (field.type === "hidden" || field.type === "search" || "aside" in field.dataset) return false;
    if (field.options) return Array.from(field.options).some(function (o) { return o.selected !== o.defaultSelected; });
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  };
  var holdsUnsent = function (part) {
    if (part.querySelector("[data-unsaved=now]")) return true; // sent, and refused: it is kept nowhere else
    return Array.from(part.querySelectorAll("input,textarea,select")).some(isUnsent);
  };

  var setStale = function (on) {
    var note = document.getElementById("stale");
    if (note.hidden !== on) return;
    note.hidden = !on;
    sayAnew();
  };

  // The fragment carries no buttons. When what the buttons can do has changed, it says so here.
  // A form in the middle of being filled in is left alone: the server refuses what is out of date, and the
  // page says that it is.
  var compare = function () {
    var section = live(), actions = document.getElementById("actions");
    if (!section || !actions) return;
    setStale(section.dataset.offers !== actions.dataset.offers && holdsUnsent(actions));
    if (section.dataset.actions === actions.dataset.actions) return;
    if (actions.contains(document.activeElement) && document.activeElement.matches("input,textarea,select")) return;
    if (holdsUnsent(actions)) return;
    if (isHeld()) whenFree("actions", compare);
    else htmx.trigger(actions, "look-again");
  };
  document.addEventListener("htmx:afterSettle", compare);
  // Asked for before somebody began to type, answered after: too late, it is asked for again.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id === "actions" && holdsUnsent(event.target)) event.detail.shouldSwap = false;
  });
  document.addEventListener("focusout", function () { setTimeout(compare, 100); });

  // The same fragment comes by the stream and by the slow poll; what is on the page already is left alone.
  var shown = "";
  var isNew = function (html) {
    var was = shown;
    shown = html.trim();
    return shown !== was;
  };
  var show = function (html) {
    delete waiters.live; // older than this one
    if (!live() || !isNew(html)) return;
    remember(live());
    htmx.swap(live(), html, { swapStyle: "outerHTML", settleDelay: 20 });
  };
  document.addEventListener("stream:state", function (event) {
    if (!isHeld()) return show(event.detail);
    whenFree("live", function () { show(event.detail); });
    var alarm = new DOMParser().parseFromString(event.detail, "text/html").getElementById("alarm");
    if (alarm) LINES.alarm(alarm.textContent.trim()); // an error is told at once
  });
  // Signed out meanwhile, in another tab perhaps: the answer is the sign-in page, which is no part of this one.
  var isElsewhere = function (detail) {
    var asked = new URL(detail.pathInfo.finalRequestPath, location.href);
    return Boolean(detail.xhr.responseURL) && new URL(detail.xhr.responseURL).pathname !== asked.pathname;
  };
  // Asked for, and replaced by the stream before the answer came: what is beside it would find no place.
  var dropIfReplaced = function (event) {
    if (!event.target.isConnected) event.detail.shouldSwap = false;
  };
  document.addEventListener("htmx:beforeRequest", function (event) {
    event.target.addEventListener("htmx:beforeSwap", dropIfReplaced); // told to itself only, once it is out of the page
  });
  document.addEventListener("htmx:beforeSwap", function (event) {
    var asked = event.detail.requestConfig.elt; // by itself, if it is what is replaced
    if (isElsewhere(event.detail)) event.detail.shouldSwap = false;
    else if (isHeld() && asked === event.target) {
      event.detail.shouldSwap = false;
      whenFree(asked.id, function () {
        if (asked.id === "actions") compare();
        else if (asked.isConnected) htmx.trigger(asked, "look-again");
      });
    } else if (event.target.id === "live") {
      delete waiters.live;
      if (!isNew(event.detail.xhr.responseText)) event.detail.shouldSwap = false;
    }
  });

  // A hidden tab asks for nothing; when it is looked at again it catches up at once.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id === "live" && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && live()) htmx.trigger(live(), "look-again");
  });

  // Lost is what nothing carries: neither the stream nor, after it broke, the slow poll.
  var lost = false, carried = false;
  var setLost = function (on) {
    var note = document.getElementById("offline");
    if (!note || lost === on) return;
    lost = on;
    note.classList.toggle("show", on);
    sayAnew();
  };
  document.addEventListener("stream:open", function () { carried = false; setLost(false); });
  document.addEventListener("stream:lost", function () { if (!carried) setLost(true); });
  document.addEventListener("stream:stale", function () { if (live()) htmx.trigger(live(), "look-again"); });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.target.id === "results") setLost(isElsewhere(event.detail)); // by its poll, or a search
    if (event.detail.requestConfig.elt.id !== "live") return; // the element itself is replaced by now
    carried = Boolean(event.detail.successful) && !isElsewhere(event.detail);
    if (carried) setLost(false);
    else document.dispatchEvent(new CustomEvent("stream:doubt"));
    var address = carried && event.detail.xhr.getResponseHeader("Stream");
    if (address) document.dispatchEvent(new CustomEvent("stream:address", { detail: address }));
  });

  // Keep what a person opened open, and the focus where it was, when a part is replaced: by an
  // answer, by the stream, or beside another part ("oob").
  // Tried against htmx's morph swap (idiomorph 0.8), which keeps nodes instead: 0.8 kB less here for 3.9 kB
  // more in a seventh request (compressed), and what a mouse rests on still needs what is here.
  var kept = {};
  var all = function (part, what) { return Array.from(part.querySelectorAll(what)); };
  var words = function (element) { return element.textContent.replace(/\s+/g, " ").trim(); };
  var alike = function (part, tag, text) {
    return all(part, tag).filter(function (each) { return words(each) === text; });
  };
  var named = function (element) { return element.parentElement.closest("[id]"); };
  var place = function (element) {
    return { id: named(element).id, kind: element.className, nth: all(named(element), element.tagName).indexOf(element) };
  };
  var at = function (where, tag) {
    var around = document.getElementById(where.id);
    var there = around && all(around, tag)[where.nth];
    return there && there.className === where.kind ? there : null; // something else stands there now
  };
  var mark = function (part, element) {
    if (!element || !part.contains(element)) return null;
    return {
      id: element.id, tag: element.tagName, text: words(element), place: place(element),
      nth: alike(part, element.tagName, words(element)).indexOf(element)
    };
  };
  var marked = function (part, was) {
    return was.id ? document.getElementById(was.id) : alike(part, was.tag, was.text)[was.nth];
  };
  var remember = function (part) {
    var under = pointed();
    kept[part.id] = {
      open: all(part, "details[open]").map(place),
      scrolled: part.scrollTop, // the list of stages is higher than a low window
      focus: mark(part, document.activeElement),
      under: under && { element: under, mark: mark(part, under), top: topOf(under) }
    };
  };

  // A mouse that rests on something shall rest on it afterwards: what changes above moves it neither up nor down.
  var topOf = function (element) { return element.getBoundingClientRect().top; };
  var pointed = function () {
    var over = matchMedia("(hover: hover)").matches && all(document, ":hover").pop();
    return over ? over.closest(PRESSABLE) : null;
  };
  var padded = null; // what is kept in its place by room that is empty
  var steady = function (part, was) {
    var there = was.element.isConnected ? was.element : was.mark && marked(part, was.mark);
    if (!there || !there.getClientRects().length) return;
    var back = function () { window.scrollBy({ top: topOf(there) - was.top, behavior: "instant" }); };
    back();
    var short = was.top - topOf(there), above = document.getElementById("now");
    if (Math.abs(short) < 1 || !above || above.contains(there)) return;
    if (short > 0) { // the page begins here: no way to scroll up
      above.style.paddingBottom = short + (parseFloat(above.style.paddingBottom) || 0) + "px";
    } else { // it ends here: no way to scroll down
      document.body.style.minHeight = scrollY + innerHeight - short + "px";
      back();
    }
    padded = there;
  };
  document.addEventListener("pointermove", function (event) {
    if (!padded || padded.contains(event.target)) return;
    padded = null;
    var above = document.getElementById("now");
    if (above) above.style.paddingBottom = "";
    document.body.style.minHeight = "";
  });
  var restore = function (part) {
    var was = part && kept[part.id];
    if (!was) return;
    delete kept[part.id];
    was.open.forEach(function (where) {
      var again = at(where, "details");
      if (again) again.open = true;
    });
    part.scrollTop = was.scrolled;
    refocus(part, was.focus);
    if (was.under) steady(part, was.under);
  };
  var refocus = function (part, lost) {
    if (!lost || part.contains(document.activeElement)) return;
    var same = marked(part, lost);
    // What folds up may have other words now: "See all 7 names". A button with other words is another button.
    var again = same || (lost.tag === "SUMMARY" && at(lost.place, lost.tag));
    if (!again) again = part; // it is gone: stay near, not at the top of the page
    if (again === part) part.tabIndex = -1;
    again.focus({ preventScroll: true });
    // It is folded up now: what folds it can have the focus, it can't. (Wide screens show what is in some.)
    var folded = document.activeElement !== again && again.closest("details:not([open])");
    if (folded) folded.querySelector("summary").focus({ preventScroll: true });
  };
  document.addEventListener("htmx:beforeSwap", function (event) { remember(event.target); });
  document.addEventListener("htmx:oobBeforeSwap", function (event) { remember(event.detail.target); });
  document.addEventListener("htmx:afterSwap", function (event) { restore(event.target); });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    restore(document.getElementById(event.detail.target.id)); // it is told to other elements too
  });

  // A form that is sent by a button says what of it is not saved yet, and asks before the page is left with it.
  var forms = function () { return Array.from(document.querySelectorAll("form[data-unsaved]")); };
  var isTyped = function (field) {
    return field.matches("input:not([type=hidden]),textarea,select") && !("notAChoice" in field.dataset);
  };
  var typed = function (form) { return Array.from(form.elements).filter(isTyped); };
  var unsent = function (form) { return typed(form).filter(isUnsent); };
  // Sent, and refused: kept nowhere else. Of a form of several choices the server says which were made.
  var refused = function (form) {
    if (!("changed" in form.dataset)) return typed(form);
    var names = form.dataset.changed.split(" ");
    return typed(form).filter(function (field) { return names.indexOf(field.name) !== -1 || isUnsent(field); });
  };
  var unsaved = function (form) { return form.dataset.unsaved === "now" ? refused(form) : unsent(form); };
  var isUnsaved = function (form) { return unsaved(form).length > 0; };

  var labelOf = function (field) {
    var group = field.closest("fieldset, [role=group]");
    var label = group ? group.querySelector("legend, b") : field.labels && field.labels[0];
    return label ? label.textContent.replace(/\s+/g, " ").trim() : "";
  };
  var tell = function () {
    forms().forEach(function (form) {
      var note = document.getElementById(form.dataset.tells);
      if (!note) return;
      var names = unsaved(form).map(labelOf).filter(function (name, at, all) { return name && all.indexOf(name) === at; });
      note.hidden = !isUnsaved(form);
      note.querySelector("b").textContent = names.join(", ");
    });
  };
  document.addEventListener("input", tell);
  document.addEventListener("htmx:afterSettle", tell);

  // After a form is sent the same page comes again: where the person was, with the focus on what they pressed.
  var HERE = "here:" + location.pathname;
  document.addEventListener("submit", function (event) {
    var pressed = event.submitter;
    var where = { top: scrollY, pressed: pressed && pressed.id, seen: pressed && topOf(pressed), at: Date.now() };
    sessionStorage.setItem(HERE, JSON.stringify(where));
  });
  document.addEventListener("DOMContentLoaded", function () {
    var was = JSON.parse(sessionStorage.getItem(HERE) || "null");
    sessionStorage.removeItem(HERE);
    if (!was || Date.now() - was.at > 60000 || location.hash || document.querySelector("[autofocus]")) return;
    window.scrollTo({ top: was.top, behavior: "instant" });
    var again = was.pressed && document.getElementById(was.pressed);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (again.getClientRects().length) window.scrollBy({ top: topOf(again) - was.seen, behavior: "instant" });
  });

  var sent = false; // what is sent is not lost
  document.addEventListener("submit", function (event) { sent = "unsaved" in event.target.dataset; });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-discard]")) sent = true; // that is what they want
  });
  // The org's name is typed for the button below it, and stands among the choices only to bring them along.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !("notAChoice" in event.target.dataset)) return;
    event.preventDefault();
    document.getElementById("make-changes").click();
  });
  window.addEventListener("pageshow", function () { sent = false; tell(); });
  window.addEventListener("beforeunload", function (event) {
    if (!sent && forms().some(isUnsaved)) event.preventDefault();
  });

  // One press opens one tab: the second press of a double one is none.
  document.addEventListener("click", function (event) {
    if (event.detail > 1 && event.target.closest("[target=_blank], [formtarget=_blank]")) event.preventDefault();
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
