"""Pages as HTML. No script runs in them; what people wrote is escaped by Jinja2, as is every text of ours."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from seba.messages.catalogue import Catalogue
from seba.pages.views import Frame, Page
from seba.pages.words import FUNCTIONS, TONGUES, PageWords

_HERE = Path(__file__).parent


class Pages:
    """Draws pages. Reads and compiles every template when it is made, which takes a moment and is done at INIT."""

    def __init__(self, texts: Catalogue | None = None) -> None:
        """``texts`` are the page texts; by default those of ``messages/pages``."""
        style = _bare((_HERE / "style.css").read_text(encoding="utf-8"))
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        self.policy = (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        """The Content-Security-Policy: this one style, no script at all, forms to ourselves only."""
        self._texts = texts
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        # Escaped it would be another style; it is ours, and no value is put into it.
        environment.globals.update(FUNCTIONS, style=Markup(style), tongues=TONGUES)  # noqa: S704  # a file of ours
        self._templates: dict[str, Template] = {
            name: environment.get_template(name) for name in environment.list_templates()
        }

    def draw(self, page: Page, frame: Frame) -> str:
        """A page as HTML."""

        def switch(*, language: str = "", pictures: bool | None = None) -> str:
            """The same page in another language, or with or without pictures."""
            wish = {"lang": language} if language else {"pictures": "1" if pictures else "0"}
            return f"{frame.here}{'&' if '?' in frame.here else '?'}{urlencode(wish)}"

        words = PageWords(frame.language, frame.now, self._texts)
        template = self._templates[template_of(type(page))]
        return template.render(words.for_templates(), page=page, frame=frame, switch=switch)


def template_of(page: type[Page]) -> str:
    """The file that draws a kind of page: ``InBasket`` is ``in_basket.html``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", page.__name__).lower() + ".html"


def _bare(style: str) -> str:
    """A style without comments and spaces that say nothing."""
    without_comments = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"\s+", " ", without_comments)).replace(";}", "}").strip()
