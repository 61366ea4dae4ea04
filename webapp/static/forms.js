// Makes a form more comfortable, never different: hides what needs no answer, counts characters,
// warns of files that are too large, and keeps a draft on the server while somebody types.
// Without it, and when any part of it fails, the form works all the same.
(() => {
  "use strict";

  const PAUSE = 800;
  const RETRY = 10_000;
  const numberFormat = new Intl.NumberFormat("id-ID");

  document.querySelectorAll("form[data-form]").forEach(start);
  document.addEventListener("alur:form-shown", (event) => start(event.target)); // one that a script has just drawn

  function start(form) {
    watchConditions(form);
    watchLengths(form);
    watchFiles(form);
    const draft = form.dataset.draftUrl ? watchDraft(form) : null;
    sendOnce(form, draft);
  }

  // --- conditions: data-hide='{"key": …, "kind": …, "equal": …, "value": …}' ------------------

  function watchConditions(form) {
    const parts = [...form.querySelectorAll("[data-hide]")].map((element) => ({
      element,
      rule: JSON.parse(element.dataset.hide),
    }));
    if (!parts.length) return;
    const apply = () => {
      // One condition may read a field that another one hides: at most one round for each.
      for (let round = 0; round <= parts.length; round += 1) {
        let changed = false;
        for (const { element, rule } of parts) {
          const hidden = (answer(form, rule) === normal(rule)) === rule.equal;
          changed = changed || hidden !== element.hidden;
          element.hidden = hidden;
        }
        if (!changed) break;
      }
    };
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    window.addEventListener("pageshow", apply);
    apply();
  }

  function normal(rule) {
    return rule.kind === "number" && rule.value !== null ? Number(rule.value) : rule.value;
  }

  function answer(form, rule) {
    const inputs = [...form.elements].filter((each) => each.name === rule.key && !each.closest("[data-hide][hidden]"));
    if (rule.kind === "boolean") return inputs.length ? inputs[0].checked : null;
    const input = inputs.find((each) => each.type !== "radio" || each.checked);
    const text = input ? input.value : "";
    if (!text.trim()) return null;
    if (rule.kind === "number") return typedNumber(text.trim());
    if (rule.kind === "datetime") return new Date(`${text}+07:00`).toISOString().replace(".000Z", "Z");
    return text;
  }

  function typedNumber(text) {
    const grouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(text) ? text.replaceAll(".", "") : text;
    return Number(grouped.replaceAll(" ", "").replace(",", "."));
  }

  // --- lengths --------------------------------------------------------------------------------

  function watchLengths(form) {
    for (const note of form.querySelectorAll("[data-count-for]")) {
      const input = document.getElementById(note.dataset.countFor);
      const limit = Number(note.dataset.limit);
      const say = () => {
        const left = limit - [...input.value.trim()].length;
        note.textContent =
          left >= 0 ? `Tersisa ${numberFormat.format(left)} karakter.` : `Kelebihan ${numberFormat.format(-left)} karakter.`;
        note.classList.toggle("is-over", left < 0);
        note.hidden = left > limit / 4;
        // Said aloud only where it begins to matter, and after a pause.
        note.setAttribute("aria-live", left < limit / 10 ? "polite" : "off");
      };
      input.addEventListener("input", say);
      say();
    }
  }

  // --- files ----------------------------------------------------------------------------------

  function watchFiles(form) {
    if (!form.dataset.largestStep) return;
    form.addEventListener("change", (event) => {
      if (event.target.type === "file") faultOf(form);
    });
    form.addEventListener("submit", (event) => {
      // A request that is too large loses everything that was typed, so it never leaves.
      const fault = faultOf(form);
      if (!fault) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      fault.focus();
    });
  }

  function faultOf(form) {
    const inputs = [...form.querySelectorAll('input[type="file"]')];
    let sum = 0;
    let fault = null;
    for (const input of inputs) {
      const note = form.querySelector(`[data-file-note="${CSS.escape(input.id)}"]`);
      const files = [...input.files];
      sum += files.reduce((total, file) => total + file.size, 0);
      const big = files.find((file) => file.size > Number(form.dataset.largestFile));
      let text = "";
      if (big) text = `Berkas ${big.name} besarnya ${megabytes(big.size)}; paling besar ${megabytes(form.dataset.largestFile)}.`;
      else if (sum > Number(form.dataset.largestStep))
        text = `Semua berkas bersama-sama ${megabytes(sum)}; paling besar ${megabytes(form.dataset.largestStep)}. Kurangi berkasnya.`;
      if (note) {
        note.textContent = text;
        note.hidden = !text;
      }
      if (text && !fault) fault = input;
    }
    return fault;
  }

  function megabytes(size) {
    return `${(Number(size) / 1024 / 1024).toLocaleString("id-ID", { maximumFractionDigits: 1 })} MB`;
  }

  // --- draft ----------------------------------------------------------------------------------

  function watchDraft(form) {
    const state = form.querySelector("[data-draft-state]");
    let timer = 0;
    let running = null;
    let dirty = false;
    let stopped = false;

    const say = (text) => {
      if (state) state.textContent = text;
    };

    const save = async (leaving = false) => {
      clearTimeout(timer);
      if (!dirty || stopped || (running && !leaving)) return;
      dirty = false;
      running = new AbortController();
      try {
        const response = await fetch(form.dataset.draftUrl, {
          method: "POST",
          body: typed(form),
          headers: { "X-CSRFToken": form.dataset.csrf || "", Accept: "application/json" },
          credentials: "same-origin",
          redirect: "error",
          keepalive: leaving,
          signal: leaving ? undefined : running.signal,
        });
        const told = await response.json().catch(() => ({}));
        if (response.ok) say(`Tersimpan ${told.saved || clock()}`);
        else again(told.message || "Belum tersimpan. Isian tetap ada di halaman ini.", response.status >= 500);
      } catch (error) {
        if (error.name !== "AbortError") again("Belum tersimpan: server tidak terjangkau. Akan dicoba lagi.", true);
      } finally {
        running = null;
        if (dirty && !stopped && !timer) wait(PAUSE);
      }
    };

    const again = (text, retry) => {
      say(text);
      dirty = dirty || retry;
      if (retry) wait(RETRY);
    };

    const wait = (pause) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        timer = 0;
        save();
      }, pause);
    };

    const typing = (event) => {
      if (event.target.type === "file") return; // files travel with the form itself
      dirty = true;
      wait(PAUSE);
    };

    form.addEventListener("input", typing);
    form.addEventListener("change", typing);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save(true);
    });

    return {
      // A draft that arrives after the form itself would come back from the dead.
      stop() {
        stopped = true;
        clearTimeout(timer);
        timer = 0;
        if (running) running.abort();
      },
      resume() {
        stopped = false;
      },
    };
  }

  function typed(form) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "_hapus") body.append(name, value);
    }
    return body;
  }

  function clock() {
    const now = new Date();
    const parts = new Intl.DateTimeFormat("id-ID", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone: "Asia/Jakarta",
    });
    return parts.format(now).replace(":", ".");
  }

  // --- sending --------------------------------------------------------------------------------

  function sendOnce(form, draft) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      if (draft) draft.stop();
    });
    // The back button brings the page back as it was left.
    window.addEventListener("pageshow", () => {
      sent = false;
      if (draft) draft.resume();
    });
  }
})();
