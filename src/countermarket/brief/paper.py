"""The brief on paper: the page as PDF/UA, made by WeasyPrint where that is installed."""

from __future__ import annotations

from countermarket.brief.office import missing


def pdf(page: str) -> bytes:
    """A page as PDF with its headings, tables and alternatives tagged for readers of the screen."""
    try:
        import weasyprint
    except ImportError:
        raise missing("weasyprint", "pdf") from None
    except OSError as problem:  # its drawing libraries come with the machine, not with the package
        raise missing(f"the libraries of weasyprint ({problem})", "pdf") from None
    made: bytes = weasyprint.HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return made
