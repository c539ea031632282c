"""
A small host in Django. The agent runs beside it (`mortise run`) and knows the plugins; this host shows them, and hands
what its pages ask of plugins over to the agent, with the agent's token.

    pip install django
    python examples/django-host/host.py ./mortise-host
"""

import http.client
import json
import os
import pathlib
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.views.decorators.csrf import ensure_csrf_cookie

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "mortise-host")

settings.configure(
    DEBUG=False,
    SECRET_KEY=os.urandom(32).hex(),
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [here / "templates"]}],
)
django.setup()

# Between two neighbours only (RFC 9110, section 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "te", "trailer", "transfer-encoding", "upgrade"}

no_agent = f"No agent runs on {folder.resolve()}: start it with `mortise run --folder {folder}`."


def ask_agent(method, path, body=None, headers=None):
    """Asks the agent. Where it is, and the token that lets this host in, stand in a file that only its owner reads."""
    agent = json.loads((folder / "run" / "agent.json").read_text())
    connection = http.client.HTTPConnection(urlsplit(agent["address"]).netloc, timeout=150)
    connection.request(method, path, body, {**(headers or {}), "Mortise-Agent-Token": agent["call_token"]})
    return connection.getresponse()


def forward(request, **_):
    """
    `/plugins/` and `/web/`. Here a host decides who may: put `login_required` above it, or look at the path. Django's own
    protection against forged requests holds: pages send its token along with each call.
    """
    own = HOP_BY_HOP | {"host", "cookie", "content-length"}
    headers = {name: value for name, value in request.headers.items() if value and name.lower() not in own}
    headers["X-Forwarded-Host"] = request.get_host()
    headers["X-Forwarded-Proto"] = request.scheme
    try:
        answer = ask_agent(request.method, request.get_full_path(), request.body or None, headers)
    except OSError:
        return HttpResponse(no_agent, status=502, content_type="text/plain")
    response = StreamingHttpResponse(iter(lambda: answer.read1(65536), b""), status=answer.status)
    for name, value in answer.getheaders():
        if name.lower() not in HOP_BY_HOP:
            response[name] = value
    return response


@ensure_csrf_cookie
def page(request):
    """All plugins, each with its component. The import map is the agent's, as it is now."""
    try:
        served = json.loads(ask_agent("GET", "/web/plugins.json").read())
        import_map = ask_agent("GET", "/web/importmap.json").read().decode().replace("<", "\\u003c")
    except OSError:
        return HttpResponse(no_agent, status=502, content_type="text/plain")
    return render(request, "page.html", {"plugins": served["plugins"], "import_map": import_map})


urlpatterns = [path("", page), re_path(r"^(?:plugins|web)/", forward)]

if __name__ == "__main__":
    try:
        ask_agent("GET", "/health")
    except OSError:
        sys.exit(no_agent)
    port = os.environ.get("PORT", "8000")
    execute_from_command_line(["host.py", "runserver", f"127.0.0.1:{port}", "--noreload"])
