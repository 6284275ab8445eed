"""Figures for Prometheus, served on a port of their own by the scheduler's process."""

import logging

from django.conf import settings

logger = logging.getLogger(__name__)


def serve() -> None:
    """Begin to answer scrapes, where a port is set. A port that is taken stops nothing else."""
    here = settings.TRADEPOST
    if not here.metrics_port:
        return
    # Late: five megabytes that only those pay who want figures.
    from prometheus_client import CollectorRegistry, start_http_server  # noqa: PLC0415  see above

    from tradepost.console.metrics.figures import MetricCollector  # noqa: PLC0415  see above

    registry = CollectorRegistry()
    registry.register(MetricCollector(here.data))
    try:
        start_http_server(here.metrics_port, here.metrics_host, registry)
    except OSError as error:
        logger.error("no figures are served: port %s (%s)", here.metrics_port, error.strerror)  # noqa: TRY400  the sentence says all
