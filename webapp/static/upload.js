/*
 * Lets files be dropped on the upload form, and lists what was chosen. Without it the plain file input does the same.
 */
(() => {
  "use strict";

  function list(zone, input) {
    const place = zone.querySelector("[data-drop-list]");
    place.replaceChildren(
      ...[...input.files].map((file) => {
        const row = document.createElement("li");
        row.textContent = `${file.name} (${Math.max(1, Math.round(file.size / 1024))} KB)`;
        return row;
      }),
    );
  }

  function start(zone) {
    const input = zone.querySelector("input[type=file]");
    zone.querySelector("[data-drop-hint]").hidden = false;
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("is-over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      list(zone, input);
    });
    input.addEventListener("change", () => list(zone, input));
    // A file that misses the box must not replace the page.
    for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());
  }

  document.querySelectorAll("[data-drop-zone]").forEach(start);
})();
