/*
 * What stood right after one event of a case: the changes of all events up to it, added up.
 *
 * It knows the data of the replay and no page; the server adds up the same changes for the page without a script.
 */
(() => {
  "use strict";

  const RANK = ["current", "soon", "late"];

  function markOf(step, at) {
    if (step.state === "withdrawn") return "withdrawn";
    if (step.state === "completed") return step.due && step.closed > step.due ? "overdue" : "done";
    if (step.due && step.due <= at) return "late";
    return step.remind && step.remind <= at ? "soon" : "current";
  }

  class Picture {
    static markOf = markOf;

    constructor(data, seq) {
      this.steps = new Map();
      this.timers = new Map();
      this.taken = new Set();
      this.waiting = new Map(); // where tokens stand that no step shows: [diagram, element, since]
      let lastInput = 0;
      for (const moment of data.moments.slice(0, seq)) {
        if (moment.type === "InstanceMigrated" || moment.type === "InstanceCancelled") this.waiting.clear();
        if (moment.input) lastInput = moment.seq;
        moment.steps.forEach((step) => this.steps.set(step.id, step));
        moment.steps.forEach((step) => this.stand(step, moment));
        Object.entries(moment.timers).forEach(([key, timer]) => (timer ? this.timers.set(key, timer) : this.timers.delete(key)));
        this.follow(moment);
      }
      this.lastInput = lastInput;
      this.moment = data.moments[seq - 1];
    }

    /* A step shows its own token while it is open; after that the token waits there for the flow out of it. */
    stand(step, moment) {
      const [place] = step.spots;
      if (!place) return;
      if (step.state === "completed" && moment.type === "WorkItemCompleted") this.waiting.set(place.join(), [...place, moment.seq]);
      else if (moment.type !== "InstanceMigrated") this.waiting.delete(place.join());
    }

    follow(moment) {
      const sources = new Set(moment.flows.map(([diagram, , source]) => `${diagram},${source}`));
      moment.flows.forEach(([diagram, flow]) => this.taken.add(`${diagram},${flow}`));
      sources.forEach((source) => this.waiting.delete(source));
      moment.flows.forEach(([diagram, , , target]) => {
        const place = `${diagram},${target}`;
        if (!sources.has(place)) this.waiting.set(place, [diagram, target, moment.seq]);
      });
    }

    /* Whether a token is seen where no step shows it: not on what holds tokens inside, and at an end only on arrival. */
    rests(kind, since) {
      if (kind === "bpmn:SubProcess" || kind === "bpmn:CallActivity") return false;
      return kind !== "bpmn:EndEvent" || since >= this.lastInput;
    }

    get open() {
      return [...this.steps.values()].filter((step) => step.state === "open");
    }

    /* What one diagram shows of it; `kind` tells the kind of one of its elements. */
    on(diagram, kind) {
      const here = (spots) => spots.find(([which]) => which === diagram)?.[1];
      const found = new Map();
      for (const step of this.steps.values()) {
        const id = here(step.spots);
        if (!id) continue;
        const mark = markOf(step, this.moment.at);
        const before = found.get(id) ?? { mark, count: 0 };
        const rank = Math.max(RANK.indexOf(before.mark), RANK.indexOf(mark));
        const own = step.spots[0][0] === diagram && step.spots[0][1] === id;
        found.set(id, { mark: before.count && rank >= 0 ? RANK[rank] : mark, count: before.count + (own ? 1 : 0) || 1 });
      }
      const tokens = new Map();
      const count = (id) => id && tokens.set(id, (tokens.get(id) ?? 0) + 1);
      this.open.forEach((step) => count(here(step.spots)));
      for (const [which, id, since] of this.waiting.values()) {
        if (which === diagram && !tokens.has(id) && this.rests(kind(id), since)) count(id);
      }
      return {
        marks: found,
        tokens,
        taken: [...this.taken].filter((flow) => flow.startsWith(`${diagram},`)).map((flow) => flow.slice(flow.indexOf(",") + 1)),
        moving: this.moment.flows.filter(([which]) => which === diagram).map(([, flow]) => flow),
        armed: [...this.timers.values()].map((timer) => here(timer.spots.slice(0, 1))).filter(Boolean),
      };
    }
  }

  window.ReplayPicture = Picture;
})();
