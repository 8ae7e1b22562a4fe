"""Tables to pages: a folder of static files that needs no server, no network and no JavaScript.

`write_report` makes everything. One module per page works out what the page says (`overview`,
`segments`, `behaviours`, `agents`, `coverage`, `follow_ups`, `glossary`); `templates/` says how it
looks. Every number of a behaviour is a link to that behaviour's page: its definition, its moments.
"""

from pipeline.report.inputs import ReportOptions, ReportTables
from pipeline.report.site import write_report

__all__ = ["ReportOptions", "ReportTables", "write_report"]
