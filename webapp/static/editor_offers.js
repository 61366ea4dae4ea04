/*
 * What the modeler offers: only what the engine runs, unless somebody asks for everything.
 *
 * A filter over its menus and its panel. It never changes a diagram: what a drawing from elsewhere has, it keeps.
 */
(() => {
  "use strict";

  const PALETTE = new Set([
    "hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create.start-event",
    "create.intermediate-event", "create.end-event", "create.exclusive-gateway", "create.task",
    "create.subprocess-expanded", "create.participant-expanded", "create.group", "create.data-object",
  ]);
  const PAD_NOT = /receive-task|message-|signal-|condition-|compensation/;
  const REPLACEMENTS = new RegExp(
    "^(toggle-|replace-with-(" +
      "none-start|none-end|terminate-end|escalation-end|timer-intermediate-catch|timer-boundary|" +
      "non-interrupting-timer-boundary|user-task|call-activity|subprocess|expanded-subprocess|collapsed-subprocess|" +
      "exclusive-gateway|parallel-gateway|inclusive-gateway|sequence-flow|default-flow|conditional-flow|" +
      "expanded-pool|collapsed-pool)$)",
  );
  const NOT_TOGGLES = new Set(["toggle-loop", "toggle-participant-multiplicity"]);
  const GROUPS = new Set([
    "general", "documentation", "multiInstance", "timer", "escalation", "CamundaPlatform__Form",
    "CamundaPlatform__UserAssignment", "CamundaPlatform__CallActivity", "CamundaPlatform__Condition",
    "CamundaPlatform__ExtensionProperties",
  ]);
  const ENTRIES_NOT = new Set([
    "assignee", "candidateUsers", "dueDate", "followUpDate", "priority", "versionTag", "completionCondition",
    "collection", "elementVariable", "escalationCodeVariable", "multiInstance-completionCondition",
    "multiInstance-asynchronousBefore", "multiInstance-asynchronousAfter",
  ]);
  const TIMER = { eventDefinitionType: "bpmn:TimerEventDefinition" };
  const OURS = {
    "create.task": ["bpmn:UserTask", {}, "bpmn-icon-user-task"],
    "create.intermediate-event": ["bpmn:IntermediateCatchEvent", TIMER, "bpmn-icon-intermediate-event-catch-timer"],
    "append.append-task": ["bpmn:UserTask", {}, "bpmn-icon-user-task"],
    "append.intermediate-event": ["bpmn:IntermediateCatchEvent", TIMER, "bpmn-icon-intermediate-event-catch-timer"],
  };
  const LATE = 100; // after the modeler's own providers, so that theirs is what is filtered

  const kept = (entries, fits) => Object.fromEntries(Object.entries(entries).filter(([name]) => fits(name)));

  class Offers {
    constructor(palette, contextPad, popupMenu, propertiesPanel, elementFactory, create, autoPlace, eventBus, modeling) {
      Object.assign(this, { palette, propertiesPanel, elementFactory, create, autoPlace, eventBus, modeling });
      this.everything = false;
      palette.registerProvider(LATE, this);
      contextPad.registerProvider(LATE, this);
      popupMenu.registerProvider("bpmn-replace", LATE, this);
      propertiesPanel.registerProvider(LATE, this);
    }

    offer(everything) {
      this.everything = everything;
      this.palette._update();
      this.eventBus.fire("propertiesPanel.providersChanged");
    }

    getPaletteEntries() {
      return (entries) => this.asOurs(this.everything ? entries : kept(entries, (name) => PALETTE.has(name)));
    }

    getContextPadEntries() {
      return (entries) => this.asOurs(this.everything ? entries : kept(entries, (name) => !PAD_NOT.test(name)));
    }

    getMultiElementContextPadEntries() {
      return (entries) => entries;
    }

    getPopupMenuEntries() {
      return (entries) => (this.everything ? entries : kept(entries, (name) => REPLACEMENTS.test(name)));
    }

    getPopupMenuHeaderEntries() {
      return (entries) => (this.everything ? entries : kept(entries, (name) => !NOT_TOGGLES.has(name)));
    }

    getGroups() {
      return (groups) => (this.everything ? groups : groups.filter((group) => GROUPS.has(group.id)).map(withoutRefused));
    }

    /* A new box is a step of a person, and a new event between is a timer: the plain kinds are refused. */
    asOurs(entries) {
      Object.entries(OURS).forEach(([name, [type, attributes, icon]]) => {
        if (!entries[name]) return;
        const shape = () => this.elementFactory.createShape({ type, ...attributes });
        const start = (event, source) => this.create.start(event, shape(), source ? { source } : undefined);
        const click = name.startsWith("append.") ? (_, element) => this.autoPlace.append(element, shape()) : start;
        const drag = name.startsWith("append.") ? start : (event) => start(event);
        entries[name] = {
          ...entries[name],
          className: icon,
          action: { dragstart: drag, click: name.startsWith("append.") ? click : drag },
        };
      });
      return entries;
    }
  }
  Offers.$inject = [
    "palette", "contextPad", "popupMenu", "propertiesPanel", "elementFactory", "create", "autoPlace", "eventBus", "modeling",
  ];

  function withoutRefused(group) {
    if (!group.entries) return group;
    return { ...group, entries: group.entries.filter((entry) => !ENTRIES_NOT.has(entry.id)) };
  }

  window.EditorOffers = { __init__: ["offers"], offers: ["type", Offers] };
})();
