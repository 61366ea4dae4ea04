/*
 * Draws the diagram of a version and colours it by what the table of steps says.
 *
 * The table is the record: every row carries the ids of its element (`data-elements`, the innermost first), how hot
 * it is (`data-level`) and its figure (`data-label`); every row of flows how often it was taken. Read again whenever
 * the table was swapped for a fuller one.
 */
(() => {
  "use strict";

  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "whole" };
  const THICKEST = 7;

  class HeatDiagram {
    constructor(figure) {
      this.figure = figure;
      this.place = figure.querySelector(".diagram-canvas");
      this.marked = [];
    }

    async open() {
      this.figure.classList.add("is-open"); // a canvas without a size cannot be fitted
      const answer = await fetch(this.figure.dataset.heat, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.viewer = new BpmnJS({ container: this.place });
      await this.viewer.importXML(await answer.text());
      this.canvas = this.viewer.get("canvas");
      this.registry = this.viewer.get("elementRegistry");
      this.viewer.get("zoomScroll").toggle(false); // the wheel belongs to the page
      const picture = this.place.querySelector("svg[tabindex]");
      picture?.setAttribute("role", "img");
      picture?.setAttribute("aria-label", this.figure.dataset.label);
      this.size();
      this.mark();
      this.show("whole");
    }

    size() {
      const { width, height } = this.canvas.viewbox().inner;
      const needed = (this.place.clientWidth * height) / width + 24;
      this.place.style.height = `${Math.round(Math.min(Math.max(needed, 280), window.innerHeight * 0.8))}px`;
      this.canvas.resized();
    }

    mark() {
      this.viewer.get("overlays").clear();
      this.marked.forEach(([id, marker]) => this.canvas.removeMarker(id, marker));
      this.marked = [];
      this.hottest().forEach((row, id) => this.heat(id, row));
      const flows = [...document.querySelectorAll("#panas [data-flow]")].filter((row) => this.registry.get(row.dataset.flow));
      const most = Math.max(1, ...flows.map((row) => Number(row.dataset.taken)));
      flows.forEach((row) => this.flow(row.dataset.flow, Number(row.dataset.taken), most));
    }

    /* Several steps of a called diagram fall on one element here: the hottest stands for them. */
    hottest() {
      const found = new Map();
      for (const row of document.querySelectorAll("#panas [data-elements]")) {
        const id = row.dataset.elements.split(" ").find((each) => this.registry.get(each));
        const before = found.get(id);
        if (id && (!before || Number(row.dataset.level ?? -1) > Number(before.dataset.level ?? -1))) found.set(id, row);
      }
      return found;
    }

    heat(id, row) {
      const level = row.dataset.level ?? "none";
      this.put(id, `is-heat-${level}`);
      const words = [row.dataset.label, `${row.dataset.cases}×`].filter(Boolean).join(" · ");
      this.label(id, `heat-${level}`, words, { top: -13, left: 2 });
    }

    flow(id, taken, most) {
      this.put(id, taken ? `is-flow-${Math.max(1, Math.round((THICKEST * taken) / most))}` : "is-flow-never");
      this.label(id, "heat-flow", `${taken}×`, this.beside(this.registry.get(id).waypoints));
    }

    /* On the longest stretch of a flow: above it where it runs across, to its right where it runs down. */
    beside(points) {
      const stretches = points.slice(1).map((to, at) => ({ from: points[at], to }));
      const length = ({ from, to }) => Math.hypot(to.x - from.x, to.y - from.y);
      const { from, to } = stretches.reduce((best, each) => (length(each) > length(best) ? each : best));
      const down = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
      const left = (from.x + to.x) / 2 - Math.min(...points.map((point) => point.x));
      const top = (from.y + to.y) / 2 - Math.min(...points.map((point) => point.y));
      return down ? { left: left + 5, top: top - 11 } : { left: left - 14, top: top - 27 };
    }

    put(id, marker) {
      this.canvas.addMarker(id, marker);
      this.marked.push([id, marker]);
    }

    label(id, kind, text, position) {
      const label = document.createElement("span");
      label.className = `diagram-mark ${kind}`;
      label.textContent = text;
      this.viewer.get("overlays").add(id, { position, html: label });
    }

    show(what) {
      if (what === "whole") this.canvas.zoom("fit-viewport", "auto");
      else this.viewer.get("zoomScroll").stepZoom(what === "in" ? 1 : -1);
    }
  }

  async function start(figure) {
    const diagram = new HeatDiagram(figure);
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
    document.addEventListener("htmx:after:swap", () => diagram.mark());
  }

  document.querySelectorAll("figure[data-heat]").forEach(start);
})();
