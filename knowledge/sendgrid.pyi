"""sendgrid 6.12.5 — https://github.com/sendgrid/sendgrid-python"""

@timeout(None)
class SendGridAPIClient:
    def __init__(self, api_key=..., host=..., impersonate_subuser=...): ...
    @blocks("http")
    @network
    def send(self, message): ...
