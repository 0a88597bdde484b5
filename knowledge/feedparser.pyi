"""feedparser 6.0.14 — https://feedparser.readthedocs.io/"""

# a URL is fetched; text that is already here is only parsed
@blocks("http")
@network
@timeout(None)
def parse(url_file_stream_or_string, etag=..., modified=..., agent=..., referrer=..., handlers=..., **kwargs): ...
