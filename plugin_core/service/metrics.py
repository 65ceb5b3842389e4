"""The figures of the service in Prometheus' text format: latency, class mix, confidence, queue, drift."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from plugin_core.monitoring.drift import Drift
from plugin_core.monitoring.records import BINS, Record

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)
TENTHS = tuple(number / BINS for number in range(1, BINS + 1))


class Metrics:
    """One service's figures; *waiting* tells how many requests wait."""

    def __init__(self, waiting: Callable[[], float]) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("zimu_requests", "Requests, by HTTP status.", ["status"], registry=registry)
        self._seconds = Histogram("zimu_request_seconds", "Time to answer.", buckets=SECONDS, registry=registry)
        self._labels = Counter(
            "zimu_labels", "Labels told, by group: the class mix.", ["group", "label"], registry=registry
        )
        self._sure = Histogram(
            "zimu_confidence", "Confidence of a label.", ["group"], buckets=TENTHS, registry=registry
        )
        self._missing = Counter(
            "zimu_missing", "Shots without pictures, sounds or texts.", ["modality"], registry=registry
        )
        self._drift = Gauge("zimu_drift_psi", "Population stability index.", ["group", "of"], registry=registry)
        self._queue = Gauge("zimu_queue_length", "Requests that wait.", registry=registry)
        self._queue.set_function(waiting)

    def note(self, record: Record) -> None:
        """Count one request."""
        self._requests.labels(str(record.status)).inc()
        self._seconds.observe(record.seconds)
        for group, labels in record.mix.items():
            for label, count in labels.items():
                self._labels.labels(group, label).inc(count)
        for group, counts in record.confidence.items():
            for place, count in enumerate(counts):
                for _ in range(count):
                    self._sure.labels(group).observe((place + 0.5) / BINS)
        for modality, count in record.missing.items():
            self._missing.labels(modality).inc(count)

    def drift(self, found: tuple[Drift, ...]) -> None:
        for one in found:
            self._drift.labels(one.group, one.of).set(one.psi)

    def text(self) -> bytes:
        """The page for Prometheus."""
        return generate_latest(self._registry)
