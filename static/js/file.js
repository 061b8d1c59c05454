// A file that somebody chooses is read here, into the field that the form sends: nothing is uploaded,
// and they see what they send.
(function () {
  "use strict";
  // As spreadsheets write it: UTF-16 with its mark, UTF-8, else as Windows does.
  var decoded = function (bytes) {
    if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
    if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (error) {
      return new TextDecoder("windows-1252").decode(bytes);
    }
  };
  document.querySelectorAll("[data-reads-into]").forEach(function (part) {
    var chooser = part.querySelector("input[type=file]");
    var field = document.getElementById(part.dataset.readsInto);
    var refusal = part.querySelector("[role=alert]");
    chooser.addEventListener("change", function () {
      var file = chooser.files[0];
      if (!file) return;
      file.arrayBuffer().then(function (buffer) {
        var text = decoded(new Uint8Array(buffer));
        var fits = text.length <= field.maxLength && text.indexOf("\0") < 0;
        refusal.hidden = fits;
        if (fits) field.value = text;
        (fits ? field : chooser).focus();
      });
    });
  });
})();
