/*
 * Shows the diagram of a case and marks on it what the list of steps says.
 *
 * The list is the record; the picture only repeats it: every element with `data-elements`
 * (ids, the innermost first) and `data-mark` inside the list that `data-marks` names is one mark.
 * An id that the diagram lacks (a step inside a called diagram) falls back to the next one.
 */
(() => {
  "use strict";

  const WORDS = { done: "✓ selesai", current: "▶ sekarang", soon: "▶ segera", late: "! lewat batas", withdrawn: "× ditarik", warning: "! perhatikan", error: "× perbaiki" };
  const RANK = ["withdrawn", "done", "current", "soon", "late", "warning", "error"];
  const READABLE = 0.55; // below this scale the text of a step cannot be read
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "whole" };

  function readMarks(list, registry) {
    const marks = new Map();
    for (const row of list?.querySelectorAll("[data-mark]") ?? []) {
      const id = row.dataset.elements.split(" ").find((each) => registry.get(each));
      if (id && RANK.indexOf(row.dataset.mark) > RANK.indexOf(marks.get(id))) marks.set(id, row.dataset.mark);
    }
    return marks;
  }

  function paint(viewer, marks, previous) {
    const canvas = viewer.get("canvas");
    const overlays = viewer.get("overlays");
    overlays.clear();
    previous.forEach((mark, id) => canvas.removeMarker(id, `is-${mark}`));
    marks.forEach((mark, id) => {
      const label = document.createElement("span");
      label.className = `diagram-mark is-${mark}`;
      label.textContent = WORDS[mark];
      canvas.addMarker(id, `is-${mark}`);
      overlays.add(id, { position: { top: -11, left: 4 }, html: label });
    });
  }

  function whole(canvas) {
    canvas.zoom("fit-viewport", "auto");
  }

  function centre(canvas, element, scale) {
    const box = canvas.viewbox();
    const width = box.outer.width / scale;
    const height = box.outer.height / scale;
    canvas.viewbox({
      x: element.x + element.width / 2 - width / 2,
      y: element.y + element.height / 2 - height / 2,
      width,
      height,
    });
  }

  class CaseDiagram {
    constructor(figure) {
      this.figure = figure;
      this.place = figure.querySelector(".diagram-canvas");
      this.marks = new Map();
    }

    async open() {
      this.figure.classList.add("is-open"); // a canvas without a size cannot be fitted
      const answer = await fetch(this.figure.dataset.diagram, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.viewer = new BpmnJS({ container: this.place });
      await this.viewer.importXML(await answer.text());
      this.viewer.get("zoomScroll").toggle(false); // the wheel belongs to the page
      this.label();
      this.size();
      this.mark();
      this.show("start");
    }

    /* As high as the drawing needs at this width, and never more than the window has. */
    size() {
      const { width, height } = this.viewer.get("canvas").viewbox().inner;
      const needed = (this.place.clientWidth * height) / width + 24;
      this.place.style.height = `${Math.round(Math.min(Math.max(needed, 280), window.innerHeight * 0.8))}px`;
      this.viewer.get("canvas").resized();
    }

    label() {
      const picture = this.place.querySelector("svg[tabindex]");
      picture?.setAttribute("role", "img");
      picture?.setAttribute("aria-label", this.figure.dataset.label);
    }

    mark() {
      const marks = readMarks(document.querySelector(this.figure.dataset.marks), this.viewer.get("elementRegistry"));
      paint(this.viewer, marks, this.marks);
      this.marks = marks;
    }

    now() {
      const registry = this.viewer.get("elementRegistry");
      const open = [...this.marks].filter(([, mark]) => RANK.indexOf(mark) >= RANK.indexOf("current"));
      const last = open.at(-1) ?? [...this.marks].at(-1);
      return last && registry.get(last[0]);
    }

    has(id) {
      return Boolean(this.viewer.get("elementRegistry").get(id));
    }

    /* Bring an element that a list names to the middle, and the drawing into sight. */
    centre(id) {
      const canvas = this.viewer.get("canvas");
      const element = this.viewer.get("elementRegistry").get(id);
      const [first] = element.waypoints ?? [];
      centre(canvas, first ? { x: first.x, y: first.y, width: 0, height: 0 } : element, Math.max(canvas.zoom(), 1));
      this.figure.scrollIntoView({ block: "nearest" });
    }

    show(what) {
      const canvas = this.viewer.get("canvas");
      if (what === "in" || what === "out") {
        this.viewer.get("zoomScroll").stepZoom(what === "in" ? 1 : -1);
        return;
      }
      whole(canvas);
      const readable = canvas.zoom() >= READABLE;
      if (what !== "whole" && !readable && this.now()) centre(canvas, this.now(), READABLE * 1.3);
    }
  }

  async function start(figure) {
    const diagram = new CaseDiagram(figure);
    try {
      await diagram.open();
    } catch (error) {
      figure.classList.add("is-broken");
      figure.querySelector(".diagram-failure").hidden = false;
      return;
    }
    figure.addEventListener("click", (event) => {
      const what = event.target.closest("button[data-show]")?.dataset.show;
      if (what) diagram.show(what);
    });
    figure.addEventListener("keydown", (event) => {
      if (KEYS[event.key] && !event.ctrlKey && !event.metaKey) diagram.show(KEYS[event.key]);
    });
    for (const button of document.querySelectorAll("button[data-centre]")) {
      button.hidden = !diagram.has(button.dataset.centre);
      button.addEventListener("click", () => diagram.centre(button.dataset.centre));
    }
    document.addEventListener("htmx:after:swap", () => diagram.mark());
  }

  document.querySelectorAll("figure[data-diagram]").forEach(start);
})();
