"""A token interpreter of BPMN, written from the standard alone: it shares no line with the engine that it judges."""

import re
from collections import Counter, defaultdict

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CONDITION = re.compile(r"\$\{(\w+) (==|!=) '(\w*)'\}")


class Scope:
    """One instance of a (sub-)process: flows on which tokens move, tokens waiting at joins, activities."""

    def __init__(self, process, path="", owner=None):
        self.path, self.owner, self.opened, self.waiting, self.activities = path, owner, Counter(), {}, []
        self.nodes = {node.get("id"): node for node in process if node.get("id")}
        self.links = defaultdict(list)
        for node in process:
            for end in ("sourceRef", "targetRef", "attachedToRef"):
                self.links[end, node.get(end)].append(node)
        self.moving = self.linked("sourceRef", process.find(f"{BPMN}startEvent"))

    def linked(self, end, node):
        return self.links[end, node.get("id")][:]

    def key(self, node):
        self.opened[node.get("id")] += 1
        return f"{self.path}{node.get('id')}:{self.opened[node.get('id')]}"


class Activity:
    """A token in a task, a sub-process or a call, or at a timer in the flow; ``left`` to be done there."""

    def __init__(self, scope, node):
        loop = node.findtext(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}loopCardinality")
        self.scope, self.node, self.left = scope, node, int(loop or 1)


class Oracle:
    """One case. ``waits``: key → (activity, the user task or timer event that waits there)."""

    def __init__(self, files, names=()):
        self.processes = {key: etree.fromstring(xml).find(f"{BPMN}process") for key, xml in files.items()}
        self.waits, self.variables, self.scopes = {}, dict.fromkeys(names), [Scope(self.processes["utama"])]
        self.settle()

    def happen(self, key, variables):
        self.variables.update(variables)
        activity, node = self.waits.pop(key)
        if node is not activity.node:
            if node.get("cancelActivity") != "false":
                self.kill(activity)
            activity.scope.moving += activity.scope.linked("sourceRef", node)
        elif activity.left == 1:
            self.finish(activity)
        else:
            activity.left -= 1
            if (activity, node) not in self.waits.values():
                self.waits[activity.scope.key(node)] = (activity, node)
        self.settle()

    def settle(self):
        while any(self.move(scope) for scope in self.scopes) or any(self.merge(scope) for scope in self.scopes):
            pass

    def move(self, scope):
        if scope.moving:
            self.arrive(scope, flow := scope.moving.pop(0), scope.nodes[flow.get("targetRef")])
        elif scope.activities or any(scope.waiting.values()):
            return False
        else:
            self.scopes.remove(scope)
            if scope.owner:
                self.finish(scope.owner)
        return True

    def arrive(self, scope, flow, node):
        kind, incoming = node.tag.removeprefix(BPMN), {each.get("id") for each in scope.linked("targetRef", node)}
        if kind == "endEvent":
            if node.find(f"{BPMN}terminateEventDefinition") is not None:
                self.empty(scope)
        elif not kind.endswith("Gateway"):
            scope.activities.append(activity := Activity(scope, node))
            inner = node if kind == "subProcess" else self.processes.get(node.get("calledElement"))
            if inner is not None:
                self.scopes.append(Scope(inner, f"{scope.key(node)}/", activity))
            else:
                in_turn = node.find(f"{BPMN}multiInstanceLoopCharacteristics[@isSequential='true']") is not None
                self.waits |= {scope.key(node): (activity, node) for _ in range(1 if in_turn else activity.left)}
            self.waits |= {scope.key(timer): (activity, timer) for timer in scope.linked("attachedToRef", node)}
        elif kind == "exclusiveGateway" or len(incoming) == 1:
            self.route(scope, node)
        else:
            tokens = scope.waiting.setdefault(node.get("id"), Counter())
            tokens[flow.get("id")] += 1
            if kind == "parallelGateway" and set(tokens) == incoming:
                self.route(scope, node)

    def route(self, scope, node):
        """Take one token off each incoming flow that has one, and put one on each exit to be taken."""
        tokens, flows = scope.waiting.get(node.get("id"), Counter()), scope.linked("sourceRef", node)
        scope.waiting[node.get("id")] = tokens - Counter(set(tokens))
        if node.tag != f"{BPMN}parallelGateway":
            default = [flow for flow in flows if flow.get("id") == node.get("default")]
            true = [flow for flow in flows if flow not in default and self.holds(flow)]
            flows = (true[:1] if node.tag == f"{BPMN}exclusiveGateway" else true) or default
        scope.moving += flows

    def holds(self, flow):
        name, sign, value = CONDITION.fullmatch(flow.findtext(f"{BPMN}conditionExpression") or "${no != 'x'}").groups()
        return (self.variables.get(name) == value) == (sign == "==")

    def merge(self, scope):
        """Let an inclusive gateway go on which no token can supply any more (only when nothing else moves)."""
        for join, tokens in [(scope.nodes[id_], tokens) for id_, tokens in scope.waiting.items() if tokens]:
            empty = {flow.get("id") for flow in scope.linked("targetRef", join)} - set(tokens)
            places = [scope.nodes[id_] for id_, others in scope.waiting.items() if others and others is not tokens]
            places += [activity.node for activity in scope.activities]
            reached = [self.reach(scope, place, join, set()) for place in places]
            awaited = any(flows & empty and not flows & set(tokens) for flows in reached)
            if join.tag == f"{BPMN}inclusiveGateway" and not awaited:
                return self.route(scope, join) or True
        return False

    def reach(self, scope, node, join, seen):
        """Return the flows into ``join`` to which a path leads from ``node`` that does not pass it."""
        seen.add(node)
        places = (node, *scope.linked("attachedToRef", node))
        ways = [flow for place in places for flow in scope.linked("sourceRef", place)]
        found = {way.get("id") for way in ways if scope.nodes[way.get("targetRef")] is join}
        ahead = [scope.nodes[way.get("targetRef")] for way in ways if way.get("id") not in found]
        return found.union(*(self.reach(scope, each, join, seen) for each in ahead if each not in seen))

    def finish(self, activity):
        self.kill(activity)
        activity.scope.moving += activity.scope.linked("sourceRef", activity.node)

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
