"""html2text 2025.4.15 — https://github.com/Alir3z4/html2text"""
@blocks("cpu", quick=True)
def html2text(html, *args, **kwargs) -> str: ...
class HTML2Text:
    ignore_links: bool
    ignore_images: bool
    body_width: int
    @blocks("cpu", quick=True)
    def handle(self, data) -> str: ...
