"""trafilatura 2.3.1 — https://trafilatura.readthedocs.io/"""

@blocks("http")
@network
@timeout(30)
def fetch_url(url, *args, **kwargs): ...
@blocks("http")
@network
@timeout(30)
def fetch_response(url, **kwargs): ...
@blocks("cpu")
def extract(filecontent, *args, **kwargs): ...
@blocks("cpu")
def bare_extraction(filecontent, *args, **kwargs): ...
