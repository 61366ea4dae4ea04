// The import page: draws the repaired drawing with the repairs' numbers on their elements, and tries another choice as
// soon as it is made. Without it, the numbered list and the button below it do the same.
(() => {
  "use strict";

  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "whole" };
  let viewer = null;

  const place = () => document.querySelector("[data-import]");

  // --- the drawing --------------------------------------------------------------------------------

  async function draw() {
    const figure = place().querySelector("figure[data-drawing]");
    figure.classList.add("is-open"); // a canvas without a size cannot be fitted
    try {
      const answer = await fetch(figure.dataset.drawing, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      viewer?.destroy();
      viewer = new BpmnJS({ container: figure.querySelector(".diagram-canvas") });
      await viewer.importXML(await answer.text());
    } catch {
      figure.classList.add("is-broken");
      figure.querySelector(".diagram-failure").hidden = false;
      return;
    }
    viewer.get("zoomScroll").toggle(false); // the wheel belongs to the page
    const picture = figure.querySelector("svg[tabindex]");
    picture?.setAttribute("role", "img");
    picture?.setAttribute("aria-label", figure.dataset.label);
    size(figure.querySelector(".diagram-canvas"));
    mark();
    tools(figure);
    viewer.get("canvas").zoom("fit-viewport", "auto");
  }

  /* As high as the drawing needs at this width, and never more than the window has. */
  function size(canvas) {
    const { width, height } = viewer.get("canvas").viewbox().inner;
    const needed = (canvas.clientWidth * height) / (width || 1) + 24;
    canvas.style.height = `${Math.round(Math.min(Math.max(needed, 280), window.innerHeight * 0.7))}px`;
    viewer.get("canvas").resized();
  }

  function mark() {
    const registry = viewer.get("elementRegistry");
    const numbers = new Map();
    for (const row of place().querySelectorAll(".repair[data-element]")) {
      const id = row.dataset.element;
      if (registry.get(id)) numbers.set(id, [...(numbers.get(id) ?? []), row]);
    }
    numbers.forEach((rows, id) => {
      const label = document.createElement("button");
      label.type = "button";
      label.className = "diagram-mark is-repaired";
      label.textContent = rows.map((row) => row.dataset.number).join(", ");
      label.setAttribute("aria-label", `Perbaikan ${label.textContent}`);
      label.addEventListener("click", () => choose(rows[0]));
      viewer.get("canvas").addMarker(id, "is-repaired");
      viewer.get("overlays").add(id, { position: { top: -14, left: -6 }, html: label });
      rows.forEach((row) => row.querySelector(".repair-head").append(shower(id)));
    });
  }

  function shower(id) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "secondary outline show-element";
    button.textContent = "Tunjukkan pada gambar";
    button.addEventListener("click", () => {
      const element = viewer.get("elementRegistry").get(id);
      viewer.get("canvas").scrollToElement(element);
      place().querySelector("figure").scrollIntoView({ block: "center" });
    });
    return button;
  }

  function choose(row) {
    place().querySelectorAll(".is-chosen").forEach((each) => each.classList.remove("is-chosen"));
    row.classList.add("is-chosen");
    row.scrollIntoView({ block: "center" });
    row.querySelector("select, input")?.focus({ preventScroll: true });
  }

  function tools(figure) {
    const show = (what) => {
      if (what === "whole") viewer.get("canvas").zoom("fit-viewport", "auto");
      else viewer.get("zoomScroll").stepZoom(what === "in" ? 1 : -1);
    };
    figure.addEventListener("click", (event) => {
      const what = event.target.closest("button[data-show]")?.dataset.show;
      if (what) show(what);
    });
    figure.addEventListener("keydown", (event) => {
      if (KEYS[event.key] && !event.ctrlKey && !event.metaKey) show(KEYS[event.key]);
    });
  }

  // --- trying a choice ------------------------------------------------------------------------------

  async function tryChoice(changed) {
    const form = place().querySelector("[data-choices]");
    const values = new URLSearchParams(new FormData(form));
    values.set("do", "check");
    place().classList.add("is-working");
    form.querySelector("[data-state]").textContent = "Memeriksa pilihan ini…";
    try {
      const answer = await fetch(form.action, { method: "POST", body: values, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place().replaceWith(page.querySelector("[data-import]"));
    } catch {
      place().classList.remove("is-working");
      form.querySelector("[data-state]").textContent = "Pilihan ini belum diperiksa: tekan “Periksa lagi dengan pilihan ini”.";
      return;
    }
    place().querySelector("[data-state]").textContent = "Sudah diperiksa dengan pilihan ini.";
    const same = [...place().querySelectorAll("select, input")].find((each) => each.name === changed);
    same?.focus();
    await draw();
  }

  document.addEventListener("change", (event) => {
    const { name } = event.target;
    if (!event.target.closest("[data-choices]") || !/^(choice|typed):/.test(name)) return;
    if (name.startsWith("typed:") && event.target.value) {
      const list = event.target.closest(".repair").querySelector("select");
      list.value = "typed-below"; // what is typed is meant to count
    }
    const empty = event.target.value === "typed-below" && !event.target.closest(".repair").querySelector("input").value;
    if (empty) event.target.closest(".repair").querySelector("input").focus();
    else tryChoice(name);
  });

  draw();
})();
