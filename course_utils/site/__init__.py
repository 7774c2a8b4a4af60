"""The chapters, assignments and documents as a static site that is read without a server or a network."""

from course_utils.site.build import build_site

__all__ = ["build_site"]
