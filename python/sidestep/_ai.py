"""Calls of AI services: SS1102 (one after another), SS1201 (refused for being too many), SS1205 (tokens and cost per place).

They are seen in httpx and aiohttp, which the SDKs build on, by the path of their endpoints, and counted per place.
"""

import asyncio
import json
import sys
import time

from sidestep import _sites
from sidestep._answers import Answer

#: Endpoints of AI services, by the end of their path.
ENDPOINTS = (
    "/chat/completions", "/completions", "/responses", "/embeddings", "/messages", "/images/generations", "/moderations",
    "/audio/transcriptions", "/audio/speech", "/rerank", ":generateContent",
)  # fmt: skip
#: No more answers than this are listened to at once, where nothing says that one is dropped.
STREAMS = 1000
#: So many calls in a row, with hardly a pause between them, are calls one after another.
ROW = 3


class _Place:
    """What is known of the calls of one place."""

    def __init__(self, spot):
        self.spot = spot
        self.calls = self.refused = self.in_flight = self.peak = 0
        self.read, self.written, self.models = 0, 0, {}
        self.rows = {}


class _Call:
    def __init__(self, place, body):
        self.place = place
        self.body = body
        self.began = time.monotonic()


class _Seen:
    def __init__(self):
        self.places = {}
        self.streams = {}

    def begin(self, watch, url, body):
        path = str(url).split("?")[0].rstrip("/")
        if not watch.on or not path.endswith(ENDPOINTS):
            return None
        spot = _task_place()
        if spot is None:
            return None
        key = (spot["path"], spot["line"])
        place = self.places.setdefault(key, _Place(spot))
        place.calls += 1
        place.in_flight += 1
        place.peak = max(place.peak, place.in_flight)
        call = _Call(place, body or b"")
        self._row(call)
        return call

    def _row(self, call):
        """Whether it follows the call before in its task, alone, at once, and without using its answer."""
        task = asyncio.current_task()
        row = call.place.rows.setdefault(task and task.get_name(), {"length": 0, "end": None, "answer": b"", "seconds": 0.0})
        alone = call.place.in_flight == 1
        follows = row["end"] is not None and call.began - row["end"] < max(0.02, row["last"] * 0.5)
        uses = row["answer"] and row["answer"] in call.body
        row["length"] = row["length"] + 1 if alone and follows and not uses else 1
        if uses or not alone:
            row["dependent"] = True
        call.row = row

    def end(self, watch, call, status):
        place = call.place
        now = time.monotonic()
        took = now - call.began
        row = call.row
        row["end"], row["last"] = now, took
        row["seconds"] += took
        if call.in_flight_done:
            return
        call.in_flight_done = True
        if status == 429:
            place.refused += 1
            watch.observe(
                "SS1201",
                place.spot,
                f"an AI service refused calls of this place with 429, with {place.in_flight} of them in flight"
                if place.in_flight > 1
                else "an AI service refused calls of this place with 429",
                help="bound the calls in flight with a semaphore, or their rate with a limiter",
            ) if place.peak > 1 else None
        place.in_flight -= 1
        if row["length"] == ROW and not row.get("dependent"):
            watch.observe(
                "SS1102",
                place.spot,
                "AI calls of this place run one after another, though none uses the answer before: they could overlap",
                times=row["length"],
                seconds=row["seconds"],
                longest=took,
                help="`asyncio.gather` them, with a semaphore that bounds how many run at once",
            )

    def answered(self, call, answer):
        """An answer has been read to its end, or nobody reads on."""
        row, place = call.row, call.place
        row["end"] = time.monotonic()
        row["last"] = row["end"] - call.began
        row["answer"] = answer.end().said
        if not answer.read and not answer.written:
            return
        place.read += answer.read
        place.written += answer.written
        before = place.models.get(answer.model, (0, 0))
        place.models[answer.model] = (before[0] + answer.read, before[1] + answer.written)


_Call.in_flight_done = False


def _task_place():
    """The own line that awaits the call: innermost of the frames that run now."""
    frame = sys._getframe(2)
    while frame is not None:
        if _sites.is_own(frame.f_code.co_filename):
            return _sites.spot(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
        if frame.f_code.co_name == "_run" and frame.f_code.co_filename.endswith("events.py"):
            return None
        frame = frame.f_back
    return None


def install(watch):
    watch.ai = None
    if not watch.wants("SS1102", "SS1201", "SS1205"):
        return
    watch.ai = seen = _Seen()
    for name in ("httpx", "httpx2"):
        watch.patches.when_imported(name, lambda module: _httpx(watch, module, seen))
    watch.patches.when_imported("aiohttp", lambda module: _aiohttp(watch, module, seen))


def _httpx(watch, module, seen):
    def make(real):
        async def send(self, request, **kwargs):
            call = None
            with watch.guarded():
                try:
                    body = request.content
                except Exception:  # A stream that is read once: not ours to read.
                    body = b""
                call = seen.begin(watch, request.url, body)
            if call is None:
                return await real(self, request, **kwargs)
            response = None
            try:
                response = await real(self, request, **kwargs)
                return response
            finally:
                with watch.guarded():
                    seen.end(watch, call, getattr(response, "status_code", 0))
                    whole = getattr(response, "_content", None)
                    if whole is not None:
                        seen.answered(call, _fed(Answer(), whole))
                    elif response is not None:
                        response._sidestep_call = call

        return send

    def stream(real):
        def aiter_bytes(self, *args, **kwargs):
            call = vars(self).pop("_sidestep_call", None)
            parts = real(self, *args, **kwargs)
            if call is None or not watch.on:
                return parts
            return _listened(watch, seen, call, parts, Answer(_is_events(self)))

        return aiter_bytes

    watch.patches.wrap(module.AsyncClient, "send", make)
    watch.patches.wrap(module.Response, "aiter_bytes", stream)


async def _listened(watch, seen, call, parts, answer):
    """The same parts. Who stops half-way has not heard the rest."""
    try:
        async for part in parts:
            with watch.guarded():
                answer.feed(part)
            yield part
    finally:
        with watch.guarded():
            seen.answered(call, answer)
        await parts.aclose()


def _is_events(response):
    return response.headers.get("content-type", "").startswith("text/event-stream")


def _fed(answer, part):
    answer.feed(part)
    return answer


def _aiohttp(watch, module, seen):
    def request(real):
        async def _request(self, method, url, **kwargs):
            call = None
            with watch.guarded():
                body = kwargs.get("json")
                body = json.dumps(body, default=str).encode() if body is not None else kwargs.get("data")
                base = str(getattr(self, "_base_url", None) or "")
                call = seen.begin(watch, base + str(url), body if isinstance(body, bytes) else b"")
            if call is None:
                return await real(self, method, url, **kwargs)
            try:
                response = await real(self, method, url, **kwargs)
            except BaseException:
                with watch.guarded():
                    seen.end(watch, call, 0)
                raise
            with watch.guarded():
                seen.end(watch, call, response.status)
                while len(seen.streams) >= STREAMS:
                    seen.answered(*seen.streams.pop(next(iter(seen.streams)))[1:])
                seen.streams[id(response.content)] = response.content, call, Answer(_is_events(response))
            return response

        return _request

    def read(real):
        def _read_nowait_chunk(self, n):
            part = real(self, n)
            if seen.streams:
                with watch.guarded():
                    listening = seen.streams.get(id(self))
                    if listening is not None:
                        listening[2].feed(part)
                        if self.at_eof():
                            seen.answered(*seen.streams.pop(id(self))[1:])
            return part

        return _read_nowait_chunk

    watch.patches.wrap(module.ClientSession, "_request", request)
    watch.patches.wrap(module.StreamReader, "_read_nowait_chunk", read)


def finish(watch):
    """Tokens and cost, per place."""
    if watch.ai is None:
        return
    for _, call, answer in watch.ai.streams.values():
        watch.ai.answered(call, answer)
    watch.ai.streams.clear()
    prices = _prices(watch.options.get("prices"))
    for place in watch.ai.places.values():
        if not place.read and not place.written:
            continue
        cost, unknown = 0.0, set()
        for model, (read, written) in place.models.items():
            price = prices.get(model)
            if price is None:
                unknown.add(model)
                continue
            cost += (read * price.get("input", 0) + written * price.get("output", 0)) / 1e6
        told = f"{place.calls} {'call' if place.calls == 1 else 'calls'} of an AI service, {place.read} tokens read and {place.written} written"
        if prices and len(unknown) < len(place.models):
            told += f", {cost:.4f} in all"
        if prices and unknown:
            told += f" (no price for {', '.join(sorted(unknown))})"
        watch.observe("SS1205", place.spot, told, times=place.calls)


def _prices(path):
    if not path:
        return {}
    with open(path, "rb") as file:
        text = file.read()
    if str(path).endswith(".toml"):
        try:
            import tomllib
        except ImportError:
            raise ValueError("a table of prices in TOML needs Python 3.11; write it as JSON") from None
        return tomllib.loads(text.decode())
    return json.loads(text)
