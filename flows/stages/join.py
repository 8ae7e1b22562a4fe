"""Join: surveys to calls, anew when either side changed."""

from flows.stages.site import Site
from pipeline.behaviours import behaviours_table
from pipeline.join import JoinOptions, join, joined_table
from pipeline.tables import CALLS, SURVEYS


def join_tables(site: Site) -> None:
    """Write JOINED unless it was made from just these tables."""
    behaviours = behaviours_table()
    segment = site.settings.rank.segment
    fingerprint = site.made_from([CALLS, SURVEYS, behaviours], f"segment={segment}")
    table = joined_table()
    if site.store.fingerprint(table) == fingerprint:
        return
    joined = join(
        site.store.read(CALLS),
        site.store.read(SURVEYS),
        site.store.read(behaviours),
        JoinOptions(segment=segment),
    )
    site.store.overwrite(table, joined, fingerprint)
    site.wrote(table.name)
