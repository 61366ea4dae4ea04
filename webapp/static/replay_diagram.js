/*
 * The diagrams of a replay: what stood where at one moment, and tokens that move along the flows taken.
 *
 * It is told everything; it decides nothing but where to look. A diagram that the case ran on stays loaded,
 * so going from one version to another, or into a called diagram, is immediate.
 */
(() => {
  "use strict";

  const WORDS = {
    done: "✓ selesai",
    overdue: "✓ terlambat",
    current: "▶ sekarang",
    soon: "▶ segera",
    late: "! lewat batas",
    withdrawn: "× ditarik",
  };
  const SVG = "http://www.w3.org/2000/svg";
  const READABLE = 0.55; // below this scale the text of a step cannot be read
  const MARGIN = 20; // pixels around a whole drawing, marks on its upper edge included
  const MARK = 44; // the mark of bpmn.io, with what stands below it
  const STRIDE = 0.45; // pixels of the drawing in a millisecond, at ordinary speed
  const STILL = window.matchMedia("(prefers-reduced-motion: reduce)");

  const drawn = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    return element;
  };

  /* One diagram in a viewer of its own. */
  class Sheet {
    constructor(place, about) {
      this.place = place;
      this.about = about;
      this.marked = [];
    }

    async load() {
      const answer = await fetch(this.about.url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.viewer = new BpmnJS({ container: this.place });
      await this.viewer.importXML(await answer.text());
      this.viewer.get("zoomScroll").toggle(false); // the wheel belongs to the page
      this.canvas = this.viewer.get("canvas");
      this.registry = this.viewer.get("elementRegistry");
      this.tokens = this.canvas.getLayer("replay-tokens", 1000);
      const picture = this.place.querySelector("svg[tabindex]");
      picture?.setAttribute("role", "img");
      picture?.setAttribute("aria-label", `Diagram ${this.about.name}, versi ${this.about.version}. Keterangan di sebelahnya memuat isi yang sama.`);
    }

    /* As high as the drawing needs at this width, and never more than leaves room for the time bar. */
    height(width) {
      const inner = this.canvas.viewbox().inner;
      const needed = ((width - 2 * MARGIN) * inner.height) / inner.width + MARGIN + MARK;
      return Math.min(Math.max(needed, 300), window.innerHeight * 0.6);
    }

    /* The whole drawing, with room below it for the mark of bpmn.io, which nothing may cover. */
    fit() {
      this.canvas.resized();
      const { inner, outer } = this.canvas.viewbox();
      const across = (outer.width - 2 * MARGIN) / inner.width;
      const room = outer.height - MARGIN - MARK;
      const scale = Math.min(across, room / inner.height, 1.25);
      const width = outer.width / scale;
      const above = MARGIN + (room - inner.height * scale) / 2;
      this.canvas.viewbox({
        x: inner.x + inner.width / 2 - width / 2,
        y: inner.y - above / scale,
        width,
        height: outer.height / scale,
      });
    }

    /* The whole drawing where it can be read, else a readable part of it around `id`. */
    open(id) {
      this.fit();
      const element = this.registry.get(id);
      if (this.canvas.zoom() < READABLE && element) this.centre(element, READABLE * 1.3);
    }

    centre(element, scale = this.canvas.zoom(), glide = false) {
      const { outer, x, y } = this.canvas.viewbox();
      const width = outer.width / scale;
      const height = outer.height / scale;
      const to = { x: element.x + element.width / 2 - width / 2, y: element.y + element.height / 2 - height / 2 };
      if (!glide || STILL.matches) {
        this.canvas.viewbox({ ...to, width, height });
        return;
      }
      const began = performance.now();
      const frame = (now) => {
        const part = Math.min((now - began) / 300, 1);
        const eased = part * (2 - part);
        this.canvas.viewbox({ x: x + (to.x - x) * eased, y: y + (to.y - y) * eased, width, height });
        if (part < 1) this.gliding = requestAnimationFrame(frame);
      };
      cancelAnimationFrame(this.gliding);
      this.gliding = requestAnimationFrame(frame);
    }

    /* Look at an element, if it is not in view. */
    look(id) {
      const element = this.registry.get(id);
      if (!element || element.waypoints) return;
      const box = this.canvas.viewbox();
      const inside =
        element.x >= box.x && element.y >= box.y &&
        element.x + element.width <= box.x + box.width && element.y + element.height <= box.y + box.height;
      if (!inside) this.centre(element, undefined, true);
    }

    paint({ marks, taken, moving, armed, tokens }) {
      const overlays = this.viewer.get("overlays");
      overlays.clear();
      this.marked.forEach(([id, name]) => this.canvas.removeMarker(id, name));
      this.marked = [];
      const mark = (id, name) => {
        if (!this.registry.get(id)) return;
        this.canvas.addMarker(id, name);
        this.marked.push([id, name]);
      };
      taken.forEach((id) => mark(id, "is-taken"));
      moving.forEach((id) => mark(id, "is-moving"));
      armed.forEach((id) => mark(id, "is-armed"));
      marks.forEach(({ mark: name, count }, id) => {
        if (!this.registry.get(id)) return;
        mark(id, `is-${name}`);
        const label = document.createElement("span");
        label.className = `diagram-mark is-${name}`;
        label.textContent = count > 1 ? `${WORDS[name]} ×${count}` : WORDS[name];
        overlays.add(id, { position: { top: -12, left: 4 }, scale: { max: 1 }, html: label });
      });
      this.rest(tokens);
    }

    rest(tokens) {
      this.tokens.replaceChildren();
      tokens.forEach((count, id) => {
        const element = this.registry.get(id);
        if (!element || element.waypoints) return;
        // Before a step, where nothing is written; an event or gateway is small: in its middle.
        const small = element.width < 60;
        const at = { cx: element.x + (small ? element.width / 2 : -4), cy: element.y + element.height / 2 };
        this.tokens.append(drawn("circle", { ...at, r: 10, class: "replay-token" }));
        if (count < 2) return;
        const number = drawn("text", { x: at.cx, y: at.cy + 4, class: "replay-token-count" });
        number.textContent = count;
        this.tokens.append(number);
      });
    }

    /* Move tokens along the flows, each once whatever leads to its source has arrived; resolve when all are there. */
    async run(flows, speed) {
      if (STILL.matches) return;
      const ready = new Map();
      const runs = flows.flatMap(([, id, source, target]) => {
        const path = this.registry.getGraphics(id)?.querySelector(".djs-visual > path");
        if (!path) return [];
        const length = path.getTotalLength();
        const begin = ready.get(source) ?? 0;
        const end = begin + Math.min(Math.max(length / STRIDE, 250), 1200) / speed;
        ready.set(target, Math.max(ready.get(target) ?? 0, end));
        return [{ path, length, begin, end }];
      });
      if (!runs.length) return;
      this.tokens.replaceChildren();
      const last = Math.max(...runs.map((each) => each.end));
      const circles = runs.map(() => drawn("circle", { r: 10, class: "replay-token" }));
      await new Promise((done) => {
        const began = performance.now();
        const frame = (now) => {
          const time = now - began;
          runs.forEach((each, place) => {
            const part = (time - each.begin) / (each.end - each.begin);
            const there = part >= 1 && runs.some((other) => other.begin >= each.end && other !== each);
            if (part < 0 || there) circles[place].remove();
            else {
              const at = each.path.getPointAtLength(each.length * Math.min(part, 1));
              circles[place].setAttribute("cx", at.x);
              circles[place].setAttribute("cy", at.y);
              if (!circles[place].isConnected) this.tokens.append(circles[place]);
            }
          });
          if (time < last && this.token === began) requestAnimationFrame(frame);
          else done();
        };
        this.token = began; // a later run ends this one
        requestAnimationFrame(frame);
      });
    }

    stop() {
      this.token = null;
    }
  }

  /* The figure: one sheet for each diagram, of which one is shown. */
  class Board {
    constructor(figure, diagrams) {
      this.figure = figure;
      this.place = figure.querySelector(".diagram-canvas");
      this.choice = figure.querySelector(".diagram-choice");
      this.diagrams = diagrams;
      this.sheets = new Map();
      figure.classList.add("is-open"); // a canvas without a size cannot be fitted
      figure.closest(".player").addEventListener("click", (event) => this.command(event.target.closest("button[data-show]")?.dataset.show));
    }

    get sheet() {
      return this.sheets.get(this.shown);
    }

    /* Show one of the diagrams; `choices` are those among which a person may choose at this moment. */
    async show(diagram, choices, focus) {
      this.offer(choices, diagram);
      if (this.shown === diagram) return;
      this.shown = diagram;
      let loading = this.sheets.get(diagram)?.loading;
      if (!loading) {
        const place = document.createElement("div");
        place.className = "diagram-sheet";
        this.place.append(place);
        const sheet = new Sheet(place, this.diagrams[diagram]);
        sheet.loading = loading = sheet.load();
        this.sheets.set(diagram, sheet);
      }
      this.sheets.forEach((sheet, which) => (sheet.place.hidden = which !== diagram));
      await loading;
      const { sheet } = this;
      if (sheet.opened || this.shown !== diagram) return;
      sheet.opened = true;
      if (this.sheets.size === 1) this.place.style.height = `${Math.round(sheet.height(this.place.clientWidth))}px`;
      sheet.open(focus);
    }

    offer(choices, shown) {
      const wanted = choices.join();
      if (this.offered !== wanted) {
        this.offered = wanted;
        this.choice.hidden = choices.length < 2;
        this.choice.replaceChildren(
          ...choices.map((which) => {
            const button = document.createElement("button");
            button.type = "button";
            button.dataset.diagram = which;
            button.textContent = `${this.diagrams[which].name}, versi ${this.diagrams[which].version}`;
            return button;
          }),
        );
      }
      this.choice.querySelectorAll("button").forEach((button) => {
        button.setAttribute("aria-pressed", String(Number(button.dataset.diagram) === shown));
      });
    }

    command(what) {
      if (!what || !this.sheet?.opened) return;
      if (what === "whole") this.sheet.fit();
      else this.sheet.viewer.get("zoomScroll").stepZoom(what === "in" ? 1 : -1);
    }
  }

  window.ReplayBoard = Board;
})();
