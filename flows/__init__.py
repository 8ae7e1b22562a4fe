"""The outside world: command line, configuration, clock, worker processes, Prefect, dashboard."""
