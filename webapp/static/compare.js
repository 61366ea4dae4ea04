/*
 * Draws both sides of a comparison and marks on them what the list of differences says.
 *
 * The list is the record: every `.difference` carries the ids of its elements on either side. A press on
 * "Tunjukkan", or on a sentence, brings the element into the middle of both pictures.
 */
(() => {
  "use strict";

  const SIGNS = { added: "+ baru", removed: "− dihapus", changed: "± diubah", moved: "↔ dipindahkan" };
  const PLAIN = ["layout", "file"]; // what changes nothing of the SOP is told in the list alone
  const SCALE = 0.8;
  const KEYS = { "+": "in", "=": "in", "-": "out", 0: "whole" };

  const idsOf = (entry, which) => entry.dataset[which].split(" ").filter(Boolean);

  /* Within an entry of a thing that stayed, what is on one side alone came or went. */
  function kindOf(entry, id, which) {
    const other = which === "old" ? "new" : "old";
    const here = idsOf(entry, which), there = idsOf(entry, other);
    if (entry.dataset.kind !== "changed" || there.includes(id) || here.length <= there.length) return entry.dataset.kind;
    return which === "old" ? "removed" : "added";
  }

  class Side {
    constructor(figure, entries) {
      this.figure = figure;
      this.which = figure.dataset.side;
      this.entries = entries;
      this.place = figure.querySelector(".diagram-canvas");
      this.pointed = [];
    }

    async open() {
      this.figure.classList.add("is-open"); // a canvas without a size cannot be fitted
      const answer = await fetch(this.figure.dataset.address, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.viewer = new BpmnJS({ container: this.place });
      await this.viewer.importXML(await answer.text());
      this.canvas = this.viewer.get("canvas");
      this.registry = this.viewer.get("elementRegistry");
      this.viewer.get("zoomScroll").toggle(false); // the wheel belongs to the page
      const picture = this.place.querySelector("svg[tabindex]");
      picture?.setAttribute("role", "img");
      picture?.setAttribute("aria-label", this.figure.dataset.label);
      this.mark();
      this.canvas.zoom("fit-viewport", "auto");
    }

    mark() {
      const marked = new Set();
      for (const entry of this.entries) {
        if (PLAIN.includes(entry.dataset.area)) continue;
        for (const id of idsOf(entry, this.which)) {
          if (marked.has(id) || !this.registry.get(id)) continue;
          marked.add(id);
          this.label(id, kindOf(entry, id, this.which));
        }
      }
    }

    label(id, kind) {
      const label = document.createElement("span");
      label.className = `diagram-mark is-${kind}`;
      const element = this.registry.get(id);
      const small = element.waypoints || element.width < 60; // words would cover what stands around it
      label.textContent = small ? SIGNS[kind].slice(0, 1) : SIGNS[kind];
      this.canvas.addMarker(id, `is-${kind}`);
      const position = element.width > 300 ? { top: 2, left: 34 } : small ? { bottom: 8, right: 8 } : { top: -12, left: 0 };
      this.viewer.get("overlays").add(id, { position, html: label });
    }

    point(ids) {
      if (!this.registry) return;
      this.pointed.forEach((id) => this.canvas.removeMarker(id, "is-pointed"));
      this.pointed = ids.filter((id) => this.registry.get(id));
      this.pointed.forEach((id) => this.canvas.addMarker(id, "is-pointed"));
      const first = this.registry.get(this.pointed[0]);
      if (first) this.centre(first);
    }

    centre(element) {
      const points = element.waypoints ?? [
        { x: element.x, y: element.y },
        { x: element.x + element.width, y: element.y + element.height },
      ];
      const xs = points.map((point) => point.x), ys = points.map((point) => point.y);
      const outer = this.canvas.viewbox().outer;
      const width = outer.width / SCALE, height = outer.height / SCALE;
      const middle = (all, room) => (Math.max(...all) - Math.min(...all) > room ? Math.min(...all) + room / 2 : (Math.min(...all) + Math.max(...all)) / 2);
      this.canvas.viewbox({ x: middle(xs, width) - width / 2, y: middle(ys, height) - height / 2, width, height });
    }

    show(what) {
      if (what === "whole") this.canvas.zoom("fit-viewport", "auto");
      else this.viewer.get("zoomScroll").stepZoom(what === "in" ? 1 : -1);
    }
  }

  async function start(side) {
    try {
      await side.open();
    } catch (error) {
      side.figure.classList.add("is-broken");
      side.figure.querySelector(".diagram-failure").hidden = false;
      return;
    }
    side.figure.addEventListener("click", (event) => {
      const what = event.target.closest("button[data-show]")?.dataset.show;
      if (what) side.show(what);
    });
    side.figure.addEventListener("keydown", (event) => {
      if (KEYS[event.key] && !event.ctrlKey && !event.metaKey) side.show(KEYS[event.key]);
    });
  }

  const entries = [...document.querySelectorAll("#perbedaan .difference")];
  const sides = [...document.querySelectorAll("figure[data-side]")].map((figure) => new Side(figure, entries));
  if (!sides.length) return;

  function show(entry, scroll) {
    document.querySelector(".difference.is-shown")?.classList.remove("is-shown");
    entry.classList.add("is-shown");
    sides.forEach((side) => side.point(idsOf(entry, side.which)));
    if (scroll) sides[0].figure.scrollIntoView({ block: "nearest" });
  }

  for (const entry of entries) {
    const button = entry.querySelector(".difference-show");
    if (!button) continue;
    button.hidden = false;
    entry.classList.add("can-show");
    button.addEventListener("click", () => show(entry, true));
    entry.querySelector(".difference-sentences").addEventListener("click", () => show(entry, true));
  }
  sides.forEach(start);
})();
