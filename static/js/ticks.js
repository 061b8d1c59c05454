// Who was ticked stays ticked when another search replaces the results: what they no longer show is
// moved to the list below them, and back when it is found again. And how many that are is told.
(function () {
  "use strict";
  var before = document.getElementById("ticked-before"), count = document.getElementById("ticked-count");
  if (!before) return;
  var list = before.querySelector("ul"), results = function () { return document.getElementById("results"); };
  var boxes = function (part) { return Array.from(part.querySelectorAll("input[name=user_id]")); };
  var ticked = function (part) { return boxes(part).filter(function (box) { return box.checked && !box.disabled; }); };

  var tell = function () {
    count.textContent = ticked(results()).length + ticked(list).length;
    before.hidden = !list.children.length;
  };
  document.addEventListener("change", function (event) { if (event.target.name === "user_id") tell(); });

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.target.id !== "results" || event.detail.shouldSwap === false) return;
    ticked(results()).forEach(function (box) { list.append(box.closest("li")); });
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "results") return;
    var found = boxes(results());
    boxes(list).forEach(function (box) {
      var again = found.find(function (each) { return each.value === box.value; });
      if (again && !again.disabled) again.checked = box.checked;
      if (again || !box.checked) box.closest("li").remove();
    });
    tell();
  });
})();
