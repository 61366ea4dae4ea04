// The form editor's page: draws the form of the draft in form-js's editor, keeps every change in the draft, and says
// what is wrong with it by the server's own rules. Without a script the page offers the form's source instead.
(() => {
  "use strict";

  const PAUSE = 700;
  const RETRY = 8000;
  const KEEPALIVE = 60_000; // browsers send no more than 64 KB while a page goes

  const shop = document.querySelector("[data-form-editor]");
  if (!shop) return;
  const find = (selector, root = shop) => root.querySelector(selector);
  const sourceForm = document.querySelector("[data-source-form]");
  const conflict = document.querySelector(".form-conflict");

  start().catch(() => {
    // What cannot be drawn can still be mended in its source.
    shop.hidden = true;
    document.querySelector(".form-source").open = true;
  });

  async function start() {
    const schema = JSON.parse(sourceForm.elements.source.value);
    shop.hidden = false;
    window.FormEditorWords.watch(document.body);
    const editor = new FormEditor.FormEditor({
      container: find("[data-canvas]"),
      propertiesPanel: { parent: find("[data-properties]") },
      additionalModules: [window.FormEditorFields],
    });
    await editor.importSchema(schema);
    const problems = watchProblems(editor);
    const shown = watchShown(editor);
    const keeper = watchChanges(editor, problems, shown);
    watchTabs();
    window.FormEditorPrivacy.watch(editor, shop);
    watchTools(editor, keeper);
    watchSource(editor, keeper);
    problems.tell(JSON.parse(shop.dataset.found));
    shown.draw();
  }

  function source(editor) {
    return `${JSON.stringify({ ...editor.saveSchema(), id: shop.dataset.form }, null, 2)}\n`;
  }

  function post(address, values, options = {}) {
    return fetch(address, {
      method: "POST",
      body: new URLSearchParams(values),
      headers: { "X-CSRFToken": shop.dataset.csrf, Accept: "application/json" },
      credentials: "same-origin",
      redirect: "error",
      ...options,
    });
  }

  // --- keeping ----------------------------------------------------------------------------------

  function watchChanges(editor, problems, shown) {
    const state = find("[data-state]");
    let timer = 0;
    let dirty = false;
    let running = false;
    let halted = false;

    const wait = (pause) => {
      clearTimeout(timer);
      timer = setTimeout(keep, pause);
    };
    const say = (text, wrong = false) => {
      state.textContent = text;
      state.classList.toggle("is-wrong", wrong);
    };

    async function keep() {
      clearTimeout(timer);
      if (!dirty || running || halted) return;
      running = true;
      dirty = false;
      say("Menyimpan…");
      try {
        const answer = await post(shop.dataset.keep, { source: source(editor), revision: sourceForm.elements.revision.value });
        const told = await answer.json().catch(() => ({}));
        if (answer.ok) taken(told);
        else refused(told, answer.status);
      } catch {
        dirty = true;
        say("Belum tersimpan: server tidak terjangkau. Akan dicoba lagi.", true);
        wait(RETRY);
      } finally {
        running = false;
        if (dirty && !halted) wait(PAUSE);
      }
    }

    function taken(told) {
      sourceForm.elements.revision.value = told.revision;
      say(`Tersimpan ${told.saved}`);
      state.dataset.kept = dirty ? "no" : "yes";
      problems.tell(told);
      shown.draw();
    }

    function refused(told, status) {
      say(told.message || "Belum tersimpan. Muat ulang halaman ini; unduh dahulu isinya dari “Sumber JSON”.", true);
      dirty = true;
      if (told.conflict) {
        halted = true;
        find("[data-conflict-message]", conflict).textContent = told.message;
        conflict.dataset.revision = told.revision;
        conflict.hidden = false;
        conflict.scrollIntoView({ block: "center" });
      } else if (status >= 500) {
        wait(RETRY);
      } else {
        halted = status === 401 || status === 404;
        dirty = halted;
      }
    }

    editor.on("commandStack.changed", () => {
      dirty = true;
      state.dataset.kept = "no";
      if (!halted) wait(PAUSE);
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden" || !dirty || halted) return;
      const body = { source: source(editor), revision: sourceForm.elements.revision.value };
      if (body.source.length < KEEPALIVE && !running) keep();
    });
    window.addEventListener("beforeunload", (event) => {
      if (dirty || running) event.preventDefault();
    });
    conflict.addEventListener("click", (event) => {
      const what = event.target.dataset.do;
      if (what === "overwrite") {
        sourceForm.elements.revision.value = conflict.dataset.revision;
        conflict.hidden = true;
        halted = false;
        dirty = true;
        keep();
      } else if (what === "reload") {
        dirty = false;
        window.location.reload();
      } else if (what === "download") {
        download(source(editor));
      }
    });
    return {
      leave() {
        dirty = false;
        halted = true;
        clearTimeout(timer);
      },
    };
  }

  function download(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `${shop.dataset.form}.form`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  // --- what is wrong ----------------------------------------------------------------------------

  function watchProblems(editor) {
    const marks = new CSSStyleSheet(); // outlives every redrawing of the editor, and the policy allows it
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, marks];

    function line(problem, chosen) {
      const item = document.createElement("li");
      item.className = problem.severity === "error" ? "is-error" : "";
      const words = `${problem.name ? `${problem.name}: ` : ""}${problem.message}`;
      if (!chosen || !editor.get("formFieldRegistry").get(problem.element)) {
        item.textContent = words;
        return item;
      }
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = words;
      button.addEventListener("click", () => choose(problem.element));
      item.append(button);
      return item;
    }

    function choose(id) {
      editor.get("selection").set(editor.get("formFieldRegistry").get(id));
      find(`.fjs-element[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
    }

    function mark(problems) {
      const counts = new Map();
      for (const { element } of problems) if (element) counts.set(element, (counts.get(element) || 0) + 1);
      const rules = [...counts].map(
        ([id, count]) =>
          `.form-canvas .fjs-element[data-id="${CSS.escape(id)}"] { outline: 2px dashed #9d1c1c; outline-offset: 2px; }` +
          `.form-canvas .fjs-element[data-id="${CSS.escape(id)}"]::after { content: "! ${count} masalah"; }`,
      );
      marks.replaceSync(rules.join("\n"));
    }

    return {
      tell({ problems, elsewhere, more }) {
        find("[data-problems]").replaceChildren(...problems.map((each) => line(each, true)));
        find("[data-others]").replaceChildren(...elsewhere.map((each) => line(each, false)));
        find("[data-here]").hidden = !problems.length;
        find("[data-elsewhere]").hidden = !elsewhere.length;
        find("[data-more]").hidden = !more;
        find("[data-more-count]").textContent = more;
        const count = problems.length + elsewhere.length + more;
        find("[data-no-problems]").hidden = count > 0;
        find("[data-count]").textContent = count;
        find("#tab-masalah").classList.toggle("is-wrong", count > 0);
        mark(problems);
      },
    };
  }

  // --- as staff will see it -----------------------------------------------------------------------

  function watchShown(editor) {
    const place = document.querySelector("[data-form-shown]");
    let asked = 0;
    return {
      async draw() {
        const mine = (asked += 1);
        try {
          const answer = await post(shop.dataset.shown, { source: source(editor) }, { headers: { "X-CSRFToken": shop.dataset.csrf } });
          const drawn = await answer.text();
          if (mine !== asked || !answer.ok) return;
          place.innerHTML = drawn; // our own template, which escapes every text of the form
          place.querySelector("form")?.dispatchEvent(new CustomEvent("alur:form-shown", { bubbles: true }));
        } catch {
          // The editor says already that the server cannot be reached.
        }
      },
    };
  }

  // --- tabs ---------------------------------------------------------------------------------------

  function watchTabs() {
    const tabs = [...shop.querySelectorAll('[role="tab"]')];
    const show = (chosen) => {
      for (const tab of tabs) {
        const on = tab === chosen;
        tab.setAttribute("aria-selected", on);
        tab.tabIndex = on ? 0 : -1;
        document.getElementById(tab.getAttribute("aria-controls")).hidden = !on;
      }
    };
    for (const [place, tab] of tabs.entries()) {
      tab.addEventListener("click", () => show(tab));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = tabs[(place + step + tabs.length) % tabs.length];
        show(next);
        next.focus();
      });
    }
  }

  // --- tools and source -------------------------------------------------------------------------------

  function watchTools(editor) {
    const stack = editor.get("commandStack");
    const refresh = () => {
      find('[data-do="undo"]').disabled = !stack.canUndo();
      find('[data-do="redo"]').disabled = !stack.canRedo();
    };
    find('[data-do="undo"]').addEventListener("click", () => stack.undo());
    find('[data-do="redo"]').addEventListener("click", () => stack.redo());
    editor.on("commandStack.changed", refresh);
    refresh();
  }

  function watchSource(editor, keeper) {
    const fold = sourceForm.closest("details");
    fold.addEventListener("toggle", () => {
      if (fold.open) sourceForm.elements.source.value = source(editor);
    });
    sourceForm.addEventListener("submit", () => keeper.leave());
  }
})();
