"""Tables to pages: a folder of static files that needs no server, no network and no JavaScript.

`write_report` makes everything. One module per page works out what the page says (`overview`,
`segments`, `agents`, `coverage`, `follow_ups`, `glossary`); `templates/` says how it looks.
"""

from pipeline.report.inputs import ReportOptions, ReportTables
from pipeline.report.site import write_report

__all__ = ["ReportOptions", "ReportTables", "write_report"]
