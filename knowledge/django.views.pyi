"""django 5.2.19 — https://docs.djangoproject.com/en/5.2/topics/async/"""

from django.views.generic.base import View

# --- module django.views.generic ---

from django.views.generic.base import View, TemplateView, RedirectView

# --- module django.views.generic.base ---

# under ASGI a plain view runs in a thread (sync_to_async, thread sensitive), an async one on the loop
@framework_base("thread_methods=get,post,put,patch,delete,head,options,dispatch")
class View: ...
class TemplateView(View): ...
class RedirectView(View): ...
