/*
 * Keeps what is drawn: saves it soon after each change, says since when it is kept, and never writes over another tab.
 *
 * A refused save changes nothing on either side: what is drawn here stays here, what is stored stays stored, and the
 * person chooses.
 */
(() => {
  "use strict";

  const PAUSE = 1200; // milliseconds without a change before it is saved
  const LONGEST = 10_000; // and at the latest so long after the first change
  const RETRY = 10_000;
  const GONE = "Draf ini sudah dipasang atau dibuang dari halaman lain.";

  class Refused extends Error {
    constructor(status, told) {
      super(told.message || `server menjawab ${status}`);
      this.status = status;
    }
  }

  class Draft {
    constructor(editor, drawn) {
      this.editor = editor;
      this.drawn = drawn; // () => Promise of the XML as it is drawn now
      this.state = editor.querySelector("[data-state]");
      this.conflict = editor.querySelector("[data-conflict]");
      this.revision = null;
      this.dirty = false;
      this.since = 0;
      this.running = null;
      this.timer = 0;
      window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
      // Another page of ours may have changed the draft while this one was out of sight.
      document.addEventListener("visibilitychange", () => document.hidden || this.look());
    }

    get unsaved() {
      return this.dirty || this.running !== null;
    }

    get conflicting() {
      return !this.conflict.hidden;
    }

    /* Send something; a refusal is thrown with the server's own words. */
    async post(address, values) {
      const body = new FormData();
      Object.entries({ version: this.editor.dataset.version, ...values }).forEach(([name, value]) => body.append(name, value));
      const headers = { "X-CSRFToken": this.editor.dataset.csrf, Accept: "application/json" };
      return this.answer(fetch(address, { method: "POST", body, headers, credentials: "same-origin", redirect: "error" }));
    }

    async stored() {
      const headers = { Accept: "application/json" };
      return this.answer(fetch(this.editor.dataset.diagram, { headers, credentials: "same-origin", redirect: "error" }));
    }

    async answer(asked) {
      const response = await asked.catch(() => {
        throw new Error("server tidak terjangkau");
      });
      const told = await response.json().catch(() => ({}));
      if (!response.ok) throw new Refused(response.status, told);
      return told;
    }

    opened(told) {
      this.revision = told.revision;
      this.known = told.diagram_revision;
      this.dirty = false;
      this.conflict.hidden = true;
      this.say(told.revision === null ? "Belum ada perubahan" : `Tersimpan ${told.saved}`);
    }

    changed() {
      if (!this.dirty) this.since = Date.now();
      this.dirty = true;
      this.say("Belum tersimpan …");
      if (!this.conflicting) this.wait(Math.min(PAUSE, Math.max(0, this.since + LONGEST - Date.now())));
    }

    wait(pause) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), pause);
    }

    /* Save now what is not saved yet. Returns whether everything drawn is kept. */
    async save() {
      clearTimeout(this.timer);
      if (this.running) await this.running;
      if (this.conflicting) return false;
      if (!this.dirty) return true;
      this.running = this.send();
      const kept = await this.running;
      this.running = null;
      return kept && (this.dirty ? this.save() : true);
    }

    async send() {
      this.dirty = false;
      this.say("Menyimpan …");
      try {
        const xml = await this.drawn();
        const told = await this.post(this.editor.dataset.keep, { xml, revision: this.revision ?? "" });
        this.revision = told.revision;
        this.known = told.diagram_revision;
        if (!this.dirty) this.say(`Tersimpan ${told.saved}`);
        this.begun();
        return true;
      } catch (error) {
        this.dirty = true;
        this.refused(error);
        return false;
      }
    }

    /* From the first save on there is a draft to speak of. */
    begun() {
      this.editor.querySelectorAll("[data-after-saving]").forEach((part) => (part.hidden = false));
      this.editor.querySelectorAll("[data-before-saving]").forEach((part) => (part.hidden = true));
    }

    refused(error) {
      const choice = error.status === 409 || error.status === 404;
      this.say(choice ? "Belum tersimpan: pilih dahulu gambar yang dipakai" : `Belum tersimpan: ${error.message}`);
      if (choice) this.tell(error.status === 404 ? GONE : error.message);
      else if (!error.status || error.status >= 500) this.wait(RETRY);
    }

    /* Another tab changed the diagram, dropped the draft, or deployed it. */
    tell(what) {
      this.conflict.hidden = false;
      this.conflict.querySelector("[data-conflict-told]").textContent = what;
      this.conflict.scrollIntoView({ block: "nearest" });
    }

    /* Take what is drawn here, on top of whatever is stored now. Nothing else is lost: forms are parts of their own. */
    async keepMine() {
      const stored = await this.stored();
      this.revision = stored.revision;
      this.conflict.hidden = true;
      this.dirty = true;
      return this.save();
    }

    /* See whether another page changed the diagram meanwhile. */
    async look() {
      if (this.conflicting || this.running) return;
      const stored = await this.stored().catch(() => null);
      if (!stored || this.running) return;
      if (stored.diagram_revision === this.known) this.revision = stored.revision;
      else if (this.dirty) this.tell(stored.saved ? `Yang tersimpan berubah pada ${stored.saved}.` : GONE);
      else this.editor.dispatchEvent(new CustomEvent("alur:elsewhere", { detail: stored }));
    }

    say(text) {
      this.state.textContent = text;
    }
  }

  window.EditorDraft = Draft;
})();
