"""Who did what: for workers by family, for the agency, and as a paper or file for the family."""

from app.views.screens.audit.agency import AgencyAuditPlace
from app.views.screens.audit.copy import AuditCopyPlace
from app.views.screens.audit.family import AuditPlace

__all__ = ["AgencyAuditPlace", "AuditCopyPlace", "AuditPlace"]
