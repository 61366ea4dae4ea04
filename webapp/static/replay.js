/*
 * Plays a case: keeps the moment that is shown, adds up what each event changed, and tells the diagram,
 * the panel and the table. The words come ready from the server; the page without this script shows the same.
 */
(() => {
  "use strict";

  const PACE = 1000; // milliseconds between events at ordinary speed
  const BRIEF = 450; // for what only follows: timers, due dates
  const BRIEF_TYPES = new Set(["TimerScheduled", "TimerDropped", "DueDateSet"]);
  const MARKS = {
    current: ["badge", "▶ sekarang"],
    soon: ["badge badge-soon", "▶ segera"],
    late: ["badge badge-late", "! lewat batas"],
  };
  const KEYS = { ArrowLeft: "back", ArrowRight: "forward", Home: "first", End: "last" };

  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    element.append(...children);
    return element;
  };
  const quiet = (text, name = "p") => make(name, { class: "quiet" }, text);
  const pairs = (rows) => rows.map(([label, text]) => make("div", {}, make("dt", {}, label), make("dd", {}, text)));
  const pause = (length) => new Promise((done) => setTimeout(done, length));

  class Player {
    constructor(section, data) {
      this.section = section;
      this.data = data;
      this.last = data.moments.length;
      this.board = new ReplayBoard(section.querySelector(".diagram"), data.diagrams);
      this.range = section.querySelector("input[type=range]");
      this.speed = section.querySelector("[data-speed]");
      this.button = section.querySelector("[data-play]");
      this.picked = new Map(); // by stretch: the diagram that somebody chose
      this.round = 0;
    }

    start() {
      this.section.querySelectorAll("[hidden]:is(.is-play, .player-speed, .player-tools, .player-keys)").forEach((each) => (each.hidden = false));
      this.section.querySelector(".without-script").hidden = true;
      this.section.classList.add("is-live");
      this.range.addEventListener("input", () => this.go(Number(this.range.value)));
      this.range.form.addEventListener("submit", (event) => event.preventDefault());
      this.button.addEventListener("click", () => this.toggle());
      this.section.addEventListener("click", (event) => this.click(event));
      document.addEventListener("keydown", (event) => this.key(event));
      document.querySelector(".replay-page").addEventListener("click", (event) => this.link(event));
      return this.go(Number(this.section.dataset.event), { quietly: true });
    }

    get place() {
      return { first: 1, back: Math.max(this.seq - 1, 1), forward: Math.min(this.seq + 1, this.last), last: this.last };
    }

    click(event) {
      const go = event.target.closest("[data-go]");
      const diagram = event.target.closest("[data-diagram]")?.dataset.diagram;
      if (go) {
        event.preventDefault();
        this.command(go.dataset.go);
      } else if (diagram) {
        this.picked.set(this.picture.moment.stretch, Number(diagram));
        this.paint();
      }
    }

    /* A link to one event, in the table or among the stretches. */
    link(event) {
      const link = event.target.closest("a[data-event]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.halt();
      this.go(Number(link.dataset.event));
      this.section.scrollIntoView({ block: "start" });
      this.section.focus({ preventScroll: true });
    }

    /* The keys of a player: inside it, and while nothing else on the page has the focus. */
    key(event) {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (target !== document.body && !this.section.contains(target)) return;
      if (event.key === " ") {
        if (target.closest("button, select, summary, a")) return;
        event.preventDefault();
        this.toggle();
      } else if (KEYS[event.key] && !target.closest("select")) {
        event.preventDefault();
        this.command(KEYS[event.key]);
      }
    }

    command(what) {
      this.halt();
      return this.go(this.place[what], { run: what === "forward" });
    }

    toggle() {
      if (this.playing) this.halt();
      else this.play();
    }

    halt() {
      this.playing = false;
      this.round += 1;
      this.board.sheet?.stop();
      this.say();
    }

    async play() {
      const round = (this.round += 1);
      this.playing = true;
      if (this.seq === this.last) {
        await this.go(1);
        await pause(PACE / Number(this.speed.value));
      }
      this.say();
      while (this.playing && round === this.round && this.seq < this.last) {
        await this.go(this.seq + 1, { run: true });
        const length = BRIEF_TYPES.has(this.picture.moment.type) ? BRIEF : PACE;
        await pause(length / Number(this.speed.value));
      }
      if (round === this.round) this.halt();
    }

    /* Show the case right after event `seq`; with `run`, let the tokens move along the flows that it took. */
    async go(seq, { run = false, quietly = false } = {}) {
      const before = this.picture?.moment.stretch;
      this.seq = Math.min(Math.max(seq, 1), this.last);
      this.picture = new ReplayPicture(this.data, this.seq);
      this.words();
      if (!quietly) this.address();
      if (before !== undefined && before !== this.picture.moment.stretch) this.moved = true;
      this.say();
      await this.paint(run);
    }

    async paint(run = false) {
      const { picture, board } = this;
      const { moment } = picture;
      const choices = this.data.stretches[moment.stretch].diagrams;
      const picked = this.picked.get(moment.stretch);
      const diagram = choices.includes(picked) ? picked : choices[0];
      const focus = moment.focus.find(([which]) => which === diagram)?.[1] ?? this.somewhere(diagram);
      try {
        await board.show(diagram, choices, focus);
      } catch (error) {
        board.figure.classList.add("is-broken");
        board.figure.querySelector(".diagram-failure").hidden = false;
        return;
      }
      if (this.picture !== picture || board.shown !== diagram || !board.sheet.opened) return;
      const { sheet } = board;
      sheet.stop();
      const here = picture.on(diagram, (id) => sheet.registry.get(id)?.type);
      sheet.paint(here);
      if (focus) sheet.look(focus);
      if (run) await sheet.run(moment.flows.filter(([which]) => which === diagram), Number(this.speed.value));
      if (this.picture === picture) sheet.rest(here.tokens);
    }

    /* Where to look when a moment is about nothing that is drawn: at what is open. */
    somewhere(diagram) {
      const steps = [...this.picture.steps.values()];
      const step = this.picture.open.at(-1) ?? steps.at(-1);
      return step?.spots.find(([which]) => which === diagram)?.[1];
    }

    /* --- what the page says -------------------------------------------------------------- */

    words() {
      const { moment } = this.picture;
      const find = (name) => this.section.querySelector(`[data-${name}]`);
      this.range.value = this.seq;
      this.range.style.setProperty("--part", `${(100 * (this.seq - 1)) / Math.max(this.last - 1, 1)}%`);
      this.range.setAttribute("aria-valuetext", `Peristiwa ${this.seq} dari ${this.last}: ${moment.told}`);
      find("seq").textContent = this.seq;
      this.section.querySelectorAll("[data-go]").forEach((link) => {
        const target = this.place[link.dataset.go];
        link.href = `?event=${target}`;
        if (target === this.seq) link.setAttribute("aria-disabled", "true");
        else link.removeAttribute("aria-disabled");
      });
      this.section.querySelector(".now").className = `now is-${moment.tone}`;
      find("kind").textContent = moment.kind;
      find("told").textContent = moment.told;
      find("broken").textContent = moment.broken;
      find("broken").hidden = !moment.broken;
      find("facts").replaceChildren(...pairs(moment.facts));
      find("context").replaceChildren(...pairs(this.data.contexts[moment.context]));
      this.list("open", this.picture.open, (step) => this.openStep(step), "Tidak ada langkah yang menunggu.");
      const timers = [...this.picture.timers.values()].sort((one, other) => (one.at ?? Infinity) - (other.at ?? Infinity));
      this.list("timers", timers, (timer) => make("li", {}, make("p", {}, timer.label), quiet(`jatuh tempo ${timer.due}`)), "Tidak ada timer yang berjalan.");
      this.answers();
      this.places();
    }

    list(name, rows, row, none) {
      this.section.querySelector(`[data-count="${name}"]`).textContent = rows.length;
      this.section.querySelector(`[data-${name}]`).replaceChildren(...(rows.length ? rows.map(row) : [quiet(none, "li")]));
    }

    openStep(step) {
      const { place, name } = this.data.steps[step.id];
      const [look, words] = MARKS[ReplayPicture.markOf(step, this.picture.moment.at)];
      const head = make("p", { class: "row-head" }, make("span", { class: look }, words));
      if (place) head.append(" ", make("strong", {}, place));
      return make("li", {}, head, make("p", {}, name), ...step.words.map((each) => quiet(each)));
    }

    answers() {
      const given = this.data.answers.filter((each) => each.seq <= this.seq).reverse();
      const shown = given[0]?.seq ?? 0;
      if (shown === this.answered) return;
      this.answered = shown;
      this.section.querySelector('[data-count="answers"]').textContent = given.length;
      const parts = given.map((each, place) => this.answeredStep(each, place === 0));
      this.section.querySelector("[data-answers]").replaceChildren(...(parts.length ? parts : [quiet("Belum ada langkah yang dijawab.")]));
    }

    answeredStep(step, open) {
      const summary = make("summary");
      if (step.place) summary.append(make("span", { class: "answered-step" }, step.place), " ");
      summary.append(make("span", { class: "answered-name" }, step.name));
      if (step.changed) summary.append(" ", make("span", { class: "badge badge-soon" }, `± ${step.changed} berubah`));
      const details = make("details", { class: "answered", ...(open && { open: "" }) }, summary);
      if (step.formless) details.append(quiet("Langkah ini tidak memakai formulir."));
      else {
        const fields = step.fields.map((field) => make("div", {}, make("dt", {}, field.label), this.answer(field)));
        const withheld = step.withheld.map(([why, labels]) => make("div", {}, make("dt", {}, labels), make("dd", { class: "withheld" }, why)));
        details.append(make("dl", { class: "answers" }, ...fields, ...withheld));
      }
      if (step.reveal) details.append(make("p", {}, make("a", { href: step.reveal }, "Buka data tertutup…")));
      return details;
    }

    answer(field) {
      const value = make("dd");
      if (field.files.length) {
        const files = field.files.map((file) => make("li", {}, make("a", { href: file.url, download: "" }, file.name), " ", quiet(file.size, "span")));
        value.append(make("ul", { class: "files" }, ...files));
      } else value.append(field.text ? make("span", { class: "answer-text" }, field.text) : quiet("tidak diisi", "span"));
      if (field.former !== null) {
        const mark = make("span", { class: "badge badge-soon" }, "± berubah");
        value.append(make("span", { class: "former" }, mark, " sebelumnya: ", make("s", {}, field.former)));
      }
      return value;
    }

    /* The table's row and the stretch that are shown. */
    places() {
      document.querySelectorAll(".events tr[aria-current], .stretches a[aria-current]").forEach((each) => each.removeAttribute("aria-current"));
      document.getElementById(`peristiwa-${this.seq}`)?.setAttribute("aria-current", "true");
      document.querySelectorAll(".stretches a").forEach((link) => {
        const here = Number(link.dataset.event) <= this.seq && this.seq <= Number(link.dataset.until);
        if (here) link.setAttribute("aria-current", "true");
      });
    }

    /* For who listens: each event that was gone to; while it plays, only that it does. */
    say() {
      const label = this.playing ? "Jeda" : "Putar";
      this.button.setAttribute("aria-label", label);
      this.button.title = label;
      this.section.classList.toggle("is-playing", Boolean(this.playing));
      if (!this.picture) return;
      const { moment } = this.picture;
      const version = this.moved ? ` Diagram kini ${this.data.contexts[moment.context][0][1]}.` : "";
      if (!this.playing || this.moved) this.section.querySelector("[data-said]").textContent = `Peristiwa ${this.seq} dari ${this.last}. ${moment.told}${version}`;
      this.moved = false;
    }

    /* Keep the address that opens here; browsers refuse too many changes of it. */
    address() {
      clearTimeout(this.addressing);
      this.addressing = setTimeout(() => history.replaceState(null, "", `?event=${this.seq}`), 250);
    }
  }

  async function start(section) {
    const answer = await fetch(section.dataset.replay, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    await new Player(section, await answer.json()).start();
  }

  document.querySelectorAll("[data-replay]").forEach((section) => {
    start(section).catch(() => {
      section.querySelector(".diagram").classList.add("is-open", "is-broken");
      section.querySelector(".diagram-failure").hidden = false;
    });
  });
})();
