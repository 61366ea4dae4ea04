/*
 * The modeler in the page: bpmn-js with its panel and minimap, put together with our words, our offers, the draft and
 * the rule list. It decides nothing about a diagram.
 */
(() => {
  "use strict";

  const Panel = window.BpmnJSPropertiesPanel;
  const READABLE = 0.5; // below this scale the text of a step cannot be read
  const STEP = 1.25;
  const PALETTE = 110; // pixels that the palette takes on the left
  const MARGIN = 24;

  function makeModeler(editor, camunda) {
    window.EditorWords.watch(editor.querySelector("[data-panel]"));
    return new window.BpmnJS({
      container: editor.querySelector("[data-canvas]"),
      propertiesPanel: { parent: editor.querySelector("[data-panel]") },
      moddleExtensions: { camunda },
      additionalModules: [
        Panel.BpmnPropertiesPanelModule,
        Panel.BpmnPropertiesProviderModule,
        Panel.CamundaPlatformPropertiesProviderModule,
        window.DiagramJSMinimap,
        window.EditorWords.module,
        window.EditorOffers,
      ],
    });
  }

  class Editor {
    constructor(editor, modeler) {
      this.editor = editor;
      this.modeler = modeler;
      this.canvas = modeler.get("canvas");
      this.draft = new window.EditorDraft(editor, async () => (await modeler.saveXML({ format: true })).xml);
      this.problems = new window.EditorProblems(editor, modeler, () => this.judged());
      modeler.on("commandStack.changed", () => this.changed());
      modeler.on("elements.changed", () => this.describe());
      editor.addEventListener("click", (event) => this.clicked(event));
      editor.addEventListener("change", (event) => this.chosen(event));
      editor.addEventListener("alur:elsewhere", (event) => this.open(event.detail, "Dimuat ulang: diubah di halaman lain"));
    }

    async open(stored, said) {
      await this.modeler.importXML(stored.xml);
      this.draft.opened(stored);
      if (said) this.draft.say(`${said} (${stored.saved})`);
      this.describe();
      this.fit();
      this.problems.judge();
      this.enable();
    }

    async judged() {
      const { xml } = await this.modeler.saveXML({ format: true });
      return this.draft.post(this.editor.dataset.problems, { xml });
    }

    changed() {
      this.enable();
      // Importing empties the stack too: only what can be undone or redone was a change.
      const stack = this.modeler.get("commandStack");
      if (!stack.canUndo() && !stack.canRedo()) return;
      this.draft.changed();
      this.problems.later();
    }

    enable() {
      const stack = this.modeler.get("commandStack");
      this.tool("undo").disabled = !stack.canUndo();
      this.tool("redo").disabled = !stack.canRedo();
    }

    tool(name) {
      return this.editor.querySelector(`[data-tool="${name}"]`);
    }

    describe() {
      const picture = this.editor.querySelector("[data-canvas] svg[tabindex]");
      picture?.setAttribute("role", "application");
      picture?.setAttribute("aria-label", `Gambar diagram ${this.editor.dataset.name}. Ctrl+F mencari dan memilih elemen.`);
    }

    /* The whole drawing beside the palette, or as much of it as can be read. */
    fit() {
      this.canvas.resized();
      const { inner, outer } = this.canvas.viewbox();
      const room = { width: outer.width - PALETTE - MARGIN, height: outer.height - 2 * MARGIN };
      const whole = Math.min(room.width / inner.width, room.height / inner.height, 1);
      const scale = Math.max(whole, READABLE);
      const [width, height] = [outer.width / scale, outer.height / scale];
      this.canvas.viewbox({ x: inner.x - PALETTE / scale, y: inner.y - MARGIN / scale, width, height });
    }

    clicked(event) {
      const chosen = event.target.closest("[data-tool], [data-choose], a[data-after-saving]");
      if (!chosen) return;
      if (chosen.dataset.tool) this.use(chosen.dataset.tool, event.detail === 0);
      else if (chosen.dataset.choose) this.choose(chosen.dataset.choose);
      else if (!event.ctrlKey && !event.metaKey && !event.shiftKey) this.leave(event, chosen.href);
    }

    use(tool, byKey) {
      const tools = {
        undo: () => this.modeler.get("commandStack").undo(),
        redo: () => this.modeler.get("commandStack").redo(),
        find: () => this.find(byKey),
        whole: () => this.fit(),
        out: () => this.canvas.zoom(this.canvas.zoom() / STEP),
        in: () => this.canvas.zoom(this.canvas.zoom() * STEP),
        panel: () => this.editor.querySelector("[data-panel]").focus(),
        file: () => this.download(),
      };
      tools[tool]?.();
    }

    /* The search closes on any click outside, and takes the end of a pressed Enter for a choice: not those that open it. */
    find(byKey) {
      const press = (event) => event.key === "Enter" && event.stopImmediatePropagation();
      if (byKey) document.addEventListener("keyup", press, { capture: true, once: true });
      setTimeout(() => this.modeler.get("searchPad").toggle());
    }

    chosen(event) {
      if (event.target.matches("[data-everything]")) this.modeler.get("offers").offer(event.target.checked);
    }

    async choose(what) {
      if (what === "save-mine") await this.download();
      else if (what === "mine") await this.draft.keepMine().catch((error) => this.draft.refused(error));
      else await this.draft.stored().then((stored) => this.open(stored)).catch((error) => this.draft.refused(error));
    }

    /* What is drawn goes to the disk of whoever draws, without the server. */
    async download() {
      const { xml } = await this.modeler.saveXML({ format: true });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
      link.download = `${this.editor.dataset.key}-di-halaman.bpmn`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }

    /* Go on to a page about the draft only with everything saved. */
    async leave(event, address) {
      if (!this.draft.unsaved) return;
      event.preventDefault();
      if (await this.draft.save()) location.assign(address);
    }
  }

  async function start(editor) {
    const failure = editor.querySelector("[data-failure]");
    editor.classList.add("is-live");
    try {
      const answer = await fetch(editor.dataset.moddle, { credentials: "same-origin" });
      const ours = new Editor(editor, makeModeler(editor, await answer.json()));
      await ours.open(await ours.draft.stored());
      editor.dataset.ready = "";
    } catch (error) {
      failure.hidden = false;
      failure.textContent = `Diagram tidak dapat dibuka untuk digambar: ${error.message}. Unduh berkasnya, atau impor gambarnya agar diperbaiki.`;
    }
  }

  document.querySelectorAll(".editor").forEach(start);
})();
