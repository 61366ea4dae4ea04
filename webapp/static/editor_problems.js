/*
 * What the rule list finds in the diagram as it is drawn now: marked on the elements, and listed beside.
 *
 * The server judges; nothing is decided here. A problem of a form leads to that form, one of the whole process to its pool.
 */
(() => {
  "use strict";

  const PAUSE = 500; // milliseconds without a change before the server is asked
  const SHOWN = 200; // the list says how many more there are

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  class Problems {
    constructor(editor, modeler, ask) {
      this.ask = ask;
      this.canvas = modeler.get("canvas");
      this.overlays = modeler.get("overlays");
      this.registry = modeler.get("elementRegistry");
      this.selection = modeler.get("selection");
      this.list = editor.querySelector("[data-list]");
      this.judged = editor.querySelector("[data-judged]");
      this.count = editor.querySelector("[data-count]");
      this.marked = new Map();
      this.asked = 0;
      this.timer = 0;
    }

    /* Judge again soon; only the newest answer counts. */
    later() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.judge(), PAUSE);
    }

    async judge() {
      const turn = (this.asked += 1);
      try {
        const found = await this.ask();
        if (turn === this.asked) this.show(found.problems);
      } catch (error) {
        if (turn === this.asked) this.judged.textContent = `Belum dapat diperiksa: ${error.message}`;
      }
    }

    show(problems) {
      const grave = problems.filter((each) => each.grave).length;
      const doubtful = problems.length - grave;
      this.judged.textContent = problems.length
        ? grave
          ? "Belum dapat dipasang. Perbaiki yang bertanda silang; yang bertanda seru sebaiknya diperhatikan."
          : "Dapat dipasang. Yang bertanda seru sebaiknya diperhatikan."
        : "Tidak ada masalah: diagram ini dapat dipasang.";
      this.count.textContent = [grave && `✕ ${grave} salah`, doubtful && `! ${doubtful} peringatan`].filter(Boolean).join(", ");
      this.list.replaceChildren(...problems.slice(0, SHOWN).map((each) => this.row(each)));
      if (problems.length > SHOWN) this.list.append(element("li", "", `… dan ${problems.length - SHOWN} lagi`));
      this.mark(problems);
    }

    row(problem) {
      const row = element("li", problem.grave ? "is-grave" : "is-doubtful");
      row.append(element("span", "editor-sign", problem.grave ? "✕ salah" : "! peringatan"));
      const place = this.place(problem.element);
      const named = problem.name || problem.element || (problem.form && `Formulir ${problem.form}`);
      if (problem.address) {
        const link = element("a", "editor-place", named);
        link.href = problem.address;
        row.append(link);
      } else if (place) {
        const button = element("button", "editor-place", named);
        button.type = "button";
        button.addEventListener("click", () => this.go(place));
        row.append(button);
      } else if (named) {
        row.append(element("strong", "editor-place", named));
      }
      row.append(element("span", "", problem.message));
      return row;
    }

    /* The element of the drawing that stands for an id: of a process its pool, else the canvas; of a definition its event. */
    place(id) {
      if (!id) return null;
      const drawn = this.registry.get(id);
      if (drawn) return drawn;
      return this.registry.find((each) => {
        const own = each.businessObject;
        const inner = own?.eventDefinitions ?? [];
        return own?.processRef?.id === id || (!each.labelTarget && inner.some((definition) => definition.id === id));
      });
    }

    go(place) {
      if (!this.registry.get(place.id)) return;
      this.selection.select(place === this.canvas.getRootElement() ? [] : place);
      this.canvas.scrollToElement(place, { top: 80, bottom: 80, left: 120, right: 80 });
      this.canvas.focus?.();
    }

    mark(problems) {
      this.overlays.remove({ type: "problem" });
      this.marked.forEach((sign, id) => this.registry.get(id) && this.canvas.removeMarker(id, sign));
      this.marked.clear();
      const found = new Map();
      problems.forEach((problem) => {
        const place = this.place(problem.element);
        if (place && place !== this.canvas.getRootElement()) found.set(place, [...(found.get(place) ?? []), problem]);
      });
      found.forEach((list, place) => this.sign(place, list));
    }

    sign(place, list) {
      const grave = list.some((each) => each.grave);
      const said = list.map((each) => `${each.grave ? "✕" : "!"} ${each.message}`).join("\n");
      const sign = element("button", `editor-mark ${grave ? "is-grave" : "is-doubtful"}`, `${grave ? "✕" : "!"} ${list.length}`);
      sign.type = "button";
      sign.title = said;
      sign.setAttribute("aria-label", `${list.length} masalah pada ${place.businessObject.name || place.id}: ${said}`);
      sign.addEventListener("click", () => this.go(place));
      const marker = grave ? "has-grave" : "has-doubtful";
      this.canvas.addMarker(place.id, marker);
      this.marked.set(place.id, marker);
      const at = place.waypoints ? { top: -10, left: 10 } : { top: -12, right: 14 };
      this.overlays.add(place.id, "problem", { position: at, html: sign });
    }
  }

  window.EditorProblems = Problems;
})();
