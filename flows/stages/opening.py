"""Opening a store: its key, its gate, its terms; and pseudonyms for one from before."""

from datetime import datetime

from flows.audit import Audit
from flows.configuration import Settings
from flows.executor import Executor
from flows.keys import gate_of, is_marked, mark
from flows.retention import Retention
from flows.stages.site import Say, Site
from pipeline.behaviours.own import load_own
from pipeline.store import Store
from pipeline.tables import CALLS, SURVEYS


def opened(
    settings: Settings, store: Store, executor: Executor, *, now: datetime, say: Say
) -> Site:
    """The site of a store that is locked already.

    Raises ConfigurationError for a key that is not the store's, and for behaviours of the user's
    own that cannot be loaded.
    """
    load_own(settings.behaviours.folder)
    is_old = not is_marked(settings) and store.version(CALLS) is not None
    retention = Retention.of(settings.retention, now.date())
    site = Site(
        settings=settings,
        store=store,
        executor=executor,
        now=now,
        say=say,
        gate=gate_of(settings, store, say=say),
        audit=Audit(settings.privacy.audit_log),
        retention=retention,
        has_old_versions_removed=is_old or bool(retention.since),
    )
    if is_old:
        _give_pseudonyms(site)
    mark(settings, site.gate.pseudonyms)  # last: a kill before it is found by its lack
    return site


def _give_pseudonyms(site: Site) -> None:
    """A store from before ids had pseudonyms gets them; tables made from these two follow."""
    for table in (CALLS, SURVEYS):
        rows = site.store.read(table)
        site.store.overwrite(table, site.gate.pseudonyms.with_pseudonyms(rows), fingerprint="")
