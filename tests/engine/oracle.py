"""A token interpreter of BPMN's own semantics, written from the standard and from nothing else.

It reads the same files as the engine and says what waits after each input. Slow, plain, and
independent: it shares no line with what it judges, and knows no engine.
"""

import re
from collections import Counter

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CONDITION = re.compile(r"\$\{(\w+) (==|!=) '(\w*)'\}")


class Scope:
    """One instance of a (sub-)process: flows on which tokens move, tokens waiting at joins, activities."""

    def __init__(self, process, path="", owner=None):
        self.path, self.owner, self.opened = path, owner, Counter()
        self.moving, self.waiting, self.activities = [], {}, []
        self.nodes = {node.get("id"): node for node in process if node.get("id")}

    def flows(self, end, node):
        tag, id_ = f"{BPMN}sequenceFlow", node.get("id")
        return [each for each in self.nodes.values() if each.tag == tag and each.get(end) == id_]

    def boundaries(self, node):
        return [each for each in self.nodes.values() if each.get("attachedToRef") == node.get("id")]


class Activity:
    """A token in a task, a sub-process or a call, or at a timer in the flow; ``left`` to be done there."""

    def __init__(self, scope, node, left=1):
        self.scope, self.node, self.left = scope, node, left


class Oracle:
    """One case. ``waits``: key → (activity, the user task or timer event that waits there)."""

    def __init__(self, files, names=()):
        self.processes = {key: etree.fromstring(xml).find(f"{BPMN}process") for key, xml in files.items()}
        self.waits, self.variables, self.scopes = {}, dict.fromkeys(names), []
        self.begin(Scope(self.processes["utama"]))
        self.settle()

    @property
    def items(self):
        return sorted(key for key, (_, node) in self.waits.items() if node.tag == f"{BPMN}userTask")

    @property
    def timers(self):
        return sorted(self.waits.keys() - set(self.items))

    def happen(self, key, variables):
        """A work item is completed, or a timer fires."""
        self.variables.update(variables)
        activity, node = self.waits.pop(key)
        if node is activity.node:
            activity.left -= 1
            if not activity.left:
                self.finish(activity)
            elif (activity, node) not in self.waits.values():
                self.wait(activity, node)
        else:
            if node.get("cancelActivity") != "false":
                self.kill(activity)
            activity.scope.moving += activity.scope.flows("sourceRef", node)
        self.settle()

    def begin(self, scope):
        self.scopes.append(scope)
        (start,) = (node for node in scope.nodes.values() if node.tag == f"{BPMN}startEvent")
        scope.moving += scope.flows("sourceRef", start)

    def settle(self):
        while any(self.move(scope) for scope in self.scopes) or any(self.merge(scope) for scope in self.scopes):
            pass

    def move(self, scope):
        if scope.moving:
            flow = scope.moving.pop(0)
            self.arrive(scope, flow, scope.nodes[flow.get("targetRef")])
        elif scope.activities or any(scope.waiting.values()):
            return False
        else:
            self.scopes.remove(scope)
            if scope.owner:
                self.finish(scope.owner)
        return True

    def arrive(self, scope, flow, node):
        kind = node.tag.removeprefix(BPMN)
        incoming = {each.get("id") for each in scope.flows("targetRef", node)}
        if kind == "endEvent":
            if node.find(f"{BPMN}terminateEventDefinition") is not None:
                self.empty(scope)
        elif not kind.endswith("Gateway"):
            self.start(scope, node, kind)
        elif kind == "exclusiveGateway" or len(incoming) == 1:
            self.route(scope, node)
        else:
            tokens = scope.waiting.setdefault(node.get("id"), Counter())
            tokens[flow.get("id")] += 1
            if kind == "parallelGateway" and set(tokens) == incoming:
                self.route(scope, node)

    def route(self, scope, node):
        """Take one token off each incoming flow that has one, and put one on each exit to be taken."""
        tokens, flows = scope.waiting.get(node.get("id"), Counter()), scope.flows("sourceRef", node)
        scope.waiting[node.get("id")] = tokens - Counter(set(tokens))
        if node.tag != f"{BPMN}parallelGateway":
            default = [flow for flow in flows if flow.get("id") == node.get("default")]
            true = [flow for flow in flows if flow not in default and self.holds(flow)]
            flows = (true[:1] if node.tag == f"{BPMN}exclusiveGateway" else true) or default
        scope.moving += flows

    def holds(self, flow):
        text = flow.findtext(f"{BPMN}conditionExpression")
        name, sign, value = CONDITION.fullmatch(text).groups() if text else ("", "", "")
        return not text or (self.variables[name] == value) == (sign == "==")

    def merge(self, scope):
        """Let an inclusive gateway go on which no token can supply any more (only when nothing else moves)."""
        for node in (scope.nodes[id_] for id_, tokens in scope.waiting.items() if tokens):
            if node.tag == f"{BPMN}inclusiveGateway" and not self.awaited(scope, node):
                self.route(scope, node)
                return True
        return False

    def awaited(self, scope, join):
        filled = set(scope.waiting[join.get("id")])
        empty = {flow.get("id") for flow in scope.flows("targetRef", join)} - filled
        places = [scope.nodes[id_] for id_, tokens in scope.waiting.items() if tokens and id_ != join.get("id")]
        places += [activity.node for activity in scope.activities]
        reached = [self.reach(scope, place, join, set()) for place in places]
        return any(flows & empty and not flows & filled for flows in reached)

    def reach(self, scope, node, join, seen):
        """Return the flows into ``join`` to which a path leads from ``node`` that does not pass it."""
        seen.add(node)
        ways = [flow for each in (node, *scope.boundaries(node)) for flow in scope.flows("sourceRef", each)]
        found = {way.get("id") for way in ways if scope.nodes[way.get("targetRef")] is join}
        targets = [scope.nodes[way.get("targetRef")] for way in ways if way.get("id") not in found]
        return found.union(*(self.reach(scope, each, join, seen) for each in targets if each not in seen))

    def start(self, scope, node, kind):
        loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
        activity = Activity(scope, node, 1 if loop is None else int(loop.findtext(f"{BPMN}loopCardinality")))
        scope.activities.append(activity)
        if kind in ("subProcess", "callActivity"):
            inner = node if kind == "subProcess" else self.processes[node.get("calledElement")]
            self.begin(Scope(inner, f"{self.key(scope, node)}/", activity))
        else:
            for _ in range(1 if loop is None or loop.get("isSequential") == "true" else activity.left):
                self.wait(activity, node)
        for timer in scope.boundaries(node):
            self.wait(activity, timer)

    def wait(self, activity, node):
        self.waits[self.key(activity.scope, node)] = (activity, node)

    def key(self, scope, node):
        scope.opened[node.get("id")] += 1
        return f"{scope.path}{node.get('id')}:{scope.opened[node.get('id')]}"

    def finish(self, activity):
        self.kill(activity)
        activity.scope.moving += activity.scope.flows("sourceRef", activity.node)

    def kill(self, activity):
        activity.scope.activities.remove(activity)
        self.waits = {key: wait for key, wait in self.waits.items() if wait[0] is not activity}
        for scope in [scope for scope in self.scopes if scope.owner is activity]:
            self.empty(scope)
            self.scopes.remove(scope)

    def empty(self, scope):
        scope.moving, scope.waiting = [], {}
        for activity in list(scope.activities):
            self.kill(activity)
