"""The figures of one process, for Prometheus: requests, commands, waits, timers, incidents.

What the database knows is asked when somebody looks, so that it is right whichever process is asked.
Several worker processes behind one port add theirs up in the folder PROMETHEUS_MULTIPROC_DIR.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from engine import Committed, DatabaseUnusable, Engine

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LATENESS = (0.1, 0.5, 1.0, 2.0, 5.0, 30.0, 60.0, 300.0, 3600.0, 86400.0)


class Figures:
    """The counters of one process. ``committed`` is what the engine reports to."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self._requests = Counter("alur_http_requests", "Answered requests", ["route", "method", "status"], registry=own)
        self._seconds = Histogram(
            "alur_http_request_seconds", "Time to answer a request", ["route"], buckets=SECONDS, registry=own
        )
        self._events = Counter("alur_events", "Events appended to histories", ["sop", "type"], registry=own)
        self._completions = Counter("alur_completions", "Steps that people completed", ["sop"], registry=own)
        self._waits = Histogram(
            "alur_case_lock_wait_seconds", "From asking for a case until it was locked", buckets=SECONDS, registry=own
        )
        self._lateness = Histogram(
            "alur_timer_lateness_seconds", "From when a timer was due until it fired", buckets=LATENESS, registry=own
        )
        self._incidents = Counter("alur_incidents", "Cases that became an incident", ["sop"], registry=own)

    def committed(self, done: Committed) -> None:
        """Count one command's transaction."""
        if done.waited is not None:
            self._waits.observe(done.waited)
        for each in done.events:
            self._events.labels(done.definition, each.type).inc()
            if each.type == "WorkItemCompleted":
                self._completions.labels(done.definition).inc()
            elif each.type == "IncidentRaised":
                self._incidents.labels(done.definition).inc()
            if each.late is not None:
                self._lateness.observe(max(each.late, 0.0))

    def answered(self, route: str, method: str, status: int, begun: float) -> None:
        """Count one request that began at ``begun`` (``time.perf_counter``)."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(perf_counter() - begun)

    def text(self, engine: Engine) -> bytes:
        """Return everything in Prometheus' text format."""
        registry = self.registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        office = CollectorRegistry()
        office.register(_Office(engine))
        return generate_latest(registry) + generate_latest(office)


class _Office(Collector):
    """What the database says when it is asked; that it does not answer is a figure too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        try:
            self._engine.check_database()
            signs = self._engine.vital_signs()
        except DatabaseUnusable:
            yield GaugeMetricFamily("alur_database_up", "1 if the database answers and fits this program", 0)
            return
        oldest = (self._engine.now() - signs.oldest_due_at).total_seconds() if signs.oldest_due_at else 0.0
        yield GaugeMetricFamily("alur_database_up", "1 if the database answers and fits this program", 1)
        yield GaugeMetricFamily("alur_database_bytes", "Size of the database", signs.bytes)
        cases = GaugeMetricFamily("alur_open_cases", "Cases that have not ended", labels=["state"])
        cases.add_metric(["running"], signs.running)
        cases.add_metric(["incident"], signs.incidents)
        yield cases
        yield GaugeMetricFamily("alur_timers_due", "Timers that are due and have not fired yet", signs.due_timers)
        yield GaugeMetricFamily("alur_timers_overdue_seconds", "For how long the earliest of them is due", oldest)
