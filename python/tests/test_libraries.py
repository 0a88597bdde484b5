"""Correct programs of real libraries, against servers on loopback: nothing is found. And faults in them: those are."""

import json
import re
import subprocess
import sys

import pytest

#: The certificates that a client reads take a tenth of a second on a busy machine.
COMMAND = [sys.executable, "-m", "sidestep", "run", "--isolated", "--threshold", "300", "--output-format", "concise"]

#: A service that speaks like OpenAI's and Anthropic's, streams if it is asked to, and refuses what is too much.
SERVICE = '''\
import asyncio, json
USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
CHAT = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
MESSAGE = {"id": "1", "type": "message", "role": "assistant", "model": "m", "stop_reason": None, "stop_sequence": None}
def chat(text):
    return {**CHAT, "usage": USAGE, "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}
def message(text):
    return {**MESSAGE, "content": [{"type": "text", "text": text}], "usage": {"input_tokens": 10, "output_tokens": 5}}
def chat_events(text):
    for word in text.split():
        yield {**CHAT, "object": "chat.completion.chunk", "usage": None, "choices": [{"index": 0, "delta": {"content": word + " "}}]}
    yield {**CHAT, "object": "chat.completion.chunk", "choices": [], "usage": USAGE}
def message_events(text):
    yield {"type": "message_start", "message": {**MESSAGE, "content": [], "usage": {"input_tokens": 10, "output_tokens": 1}}}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for word in text.split():
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": word + " "}}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 5}}
    yield {"type": "message_stop"}
class Service:
    """`limit`: more calls than this at a time are refused."""
    def __init__(self, limit=1000, seconds=0.03):
        self.limit, self.seconds, self.busy = limit, seconds, 0
    async def handle(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\\r\\n\\r\\n")).decode().lower()
                length = [line.split(":")[1] for line in head.splitlines() if line.startswith("content-length")]
                asked = json.loads(await reader.readexactly(int(length[0]) if length else 0) or b"{}")
                whole, events = (message, message_events) if "/messages" in head.split()[1] else (chat, chat_events)
                self.busy += 1
                status = "429 Too Many Requests" if self.busy > self.limit else "200 OK"
                await asyncio.sleep(self.seconds)
                self.busy -= 1
                if asked.get("stream"):
                    writer.write(b"HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\nconnection: close\\r\\n\\r\\n")
                    for event in events("an answer to it"):
                        writer.write(f"event: {event.get('type', '')}\\r\\ndata: {json.dumps(event)}\\r\\n\\r\\n".encode())
                        await writer.drain()
                        await asyncio.sleep(0)
                    writer.write(b"data: [DONE]\\r\\n\\r\\n") if whole is chat else None
                    return
                body = json.dumps(whole("an answer to it")).encode()
                writer.write(f"HTTP/1.1 {status}\\r\\ncontent-type: application/json\\r\\ncontent-length: {len(body)}\\r\\n\\r\\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
    async def __aenter__(self):
        self.server = await asyncio.start_server(self.handle, "127.0.0.1", 0)
        return "http://127.0.0.1:%d/v1" % self.server.sockets[0].getsockname()[1]
    async def __aexit__(self, *_):
        await asyncio.sleep(0.03)  # Who has closed his end is noticed.
        self.server.close()
'''

PROGRAMS = {
    "httpx": """
        import httpx
        async def main():
            async with Service() as url, httpx.AsyncClient() as client:
                await asyncio.gather(*(client.get(url) for _ in range(5)))
        """,
    "httpx dropped": """
        import httpx
        async def main():
            async with Service() as url:
                client = httpx.AsyncClient()  # SS501
                await client.get(url)
        """,
    "aiohttp": """
        import aiohttp
        async def main():
            async with Service() as url, aiohttp.ClientSession() as session:
                async with session.get(url) as response:
                    await response.json()
        """,
    "aiohttp dropped": """
        import aiohttp
        async def main():
            async with Service() as url:
                session = aiohttp.ClientSession()  # SS501
                async with session.get(url) as response:
                    await response.json()
        """,
    "anyio": """
        import anyio
        async def work(limit, n):
            async with limit:
                await anyio.sleep(0.01)
        async def main():
            limit = anyio.CapacityLimiter(3)
            async with anyio.create_task_group() as group:
                for n in range(9): group.start_soon(work, limit, n)
            with anyio.move_on_after(0.02):
                await anyio.sleep(30)
            with anyio.CancelScope() as scope:
                scope.cancel()
                await anyio.sleep(1)
            await anyio.to_thread.run_sync(sum, range(10))
            send, receive = anyio.create_memory_object_stream(1)
            async with send, receive:
                await send.send(1)
                await receive.receive()
        """,
    "uvloop": """
        import uvloop
        async def work():
            async with Service() as url:
                await asyncio.gather(*(asyncio.sleep(0.01) for _ in range(100)))
                try:
                    await asyncio.wait_for(asyncio.sleep(30), 0.05)
                except asyncio.TimeoutError: pass
        async def main(): pass
        uvloop.run(work())
        """,
    "uvloop stalled": """
        import uvloop, time
        async def work():
            await asyncio.sleep(0.1)
            time.sleep(0.9)  # SS201
            await asyncio.sleep(0.05)
        async def main(): pass
        uvloop.run(work())
        """,
    "fastapi test client": """
        import fastapi, time
        from fastapi.testclient import TestClient
        app = fastapi.FastAPI()
        @app.get("/")
        async def root():
            await asyncio.sleep(0.01)
            return {}
        @app.get("/sync")
        def sync():
            time.sleep(0.3)
            return {}
        with TestClient(app) as client:
            assert client.get("/").status_code == client.get("/sync").status_code == 200
        async def main(): pass
        """,
    "fastapi served": """
        import fastapi, uvicorn, httpx
        app = fastapi.FastAPI()
        @app.get("/")
        async def root():
            await asyncio.sleep(0.01)
            return {}
        async def main():
            server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
            task = asyncio.create_task(server.serve())
            while not server.started: await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            async with httpx.AsyncClient() as client:
                for _ in range(3): assert (await client.get(f"http://127.0.0.1:{port}/")).status_code == 200
            server.should_exit = True
            await task
        """,
    "discord": """
        import discord
        from discord.ext import commands, tasks
        class Bot(commands.Bot):
            async def setup_hook(self):
                self.beat.start()
            @tasks.loop(seconds=0.01)
            async def beat(self): pass
        async def main():
            async with Bot("!", intents=discord.Intents.default()) as bot:
                await bot._async_setup_hook()
                await bot.setup_hook()
                await asyncio.sleep(0.05)
                bot.beat.cancel()
        """,
    "openai": """
        import openai
        async def main():
            async with Service() as url, openai.AsyncOpenAI(base_url=url, api_key="k") as client:
                limit = asyncio.Semaphore(2)
                async def ask(text):
                    async with limit:
                        return await client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
                await asyncio.gather(*(ask(str(n)) for n in range(6)))
        """,
    "openai in a conversation": """
        import openai
        async def main():
            async with Service() as url, openai.AsyncOpenAI(base_url=url, api_key="k") as client:
                said = [{"role": "user", "content": "hello"}]
                for _ in range(5):
                    answer = await client.chat.completions.create(model="m", messages=said)
                    said += [{"role": "assistant", "content": answer.choices[0].message.content}, {"role": "user", "content": "go on"}]
        """,
    "openai one by one": """
        import openai
        async def main():
            async with Service() as url, openai.AsyncOpenAI(base_url=url, api_key="k") as client:
                for n in range(5):
                    await client.chat.completions.create(model="m", messages=[{"role": "user", "content": str(n)}])  # SS1102
        """,
    "openai refused": """
        import openai
        async def main():
            async with Service(limit=2) as url, openai.AsyncOpenAI(base_url=url, api_key="k", max_retries=0) as client:
                async def ask(text):
                    return await client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])  # SS1201
                await asyncio.gather(*(ask(str(n)) for n in range(8)), return_exceptions=True)  # SS702
        """,
    "openai, a streamed conversation": """
        import openai
        async def main():
            async with Service() as url, openai.AsyncOpenAI(base_url=url, api_key="k") as client:
                said = [{"role": "user", "content": "hello"}]
                for _ in range(5):
                    text = ""
                    async for event in await client.chat.completions.create(model="m", messages=said, stream=True):
                        text += event.choices[0].delta.content if event.choices else ""
                    said += [{"role": "assistant", "content": text}, {"role": "user", "content": "go on"}]
        """,
    "anthropic": """
        import anthropic
        async def main():
            async with Service() as url, anthropic.AsyncAnthropic(base_url=url[:-3], api_key="k") as client:
                limit = asyncio.Semaphore(2)
                async def ask(text):
                    async with limit:
                        return await client.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": text}])
                answers = await asyncio.gather(*(ask(str(n)) for n in range(6)))
                assert answers[0].content[0].text == "an answer to it"
        """,
    "anthropic one by one": """
        import anthropic
        async def main():
            async with Service() as url, anthropic.AsyncAnthropic(base_url=url[:-3], api_key="k") as client:
                for n in range(5):
                    await client.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": str(n)}])  # SS1102
        """,
    "aiohttp to an endpoint one by one": """
        import aiohttp
        async def main():
            async with Service() as url, aiohttp.ClientSession() as session:
                for n in range(5):
                    async with session.post(url + "/chat/completions", json={"n": n}) as response:  # SS1102
                        await response.json()
        """,
}


def program(source):
    lines = source.strip("\n").splitlines()
    blanks = len(lines[0]) - len(lines[0].lstrip())
    return SERVICE + "\n".join(line[blanks:] for line in lines) + "\nasyncio.run(main())\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name, tmp_path):
    source = program(PROGRAMS[name])
    for module in re.findall(r"^import (.*)", source, flags=re.M)[1:]:
        for each in module.split(", "):
            pytest.importorskip(each)
    (tmp_path / "program.py").write_text(source)
    pytest.importorskip("httpx")
    done = subprocess.run([*COMMAND, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    wanted = [
        (line, code) for line, text in enumerate(source.splitlines(), 1) for code in re.findall(r"  # (SS\d+)", text)
    ]
    found = [(int(line), code) for line, code in re.findall(r"^program.py:(\d+):\d+: (SS\d+)", done.stderr, flags=re.M)]
    assert found == wanted and (wanted or not done.stderr), done.stderr + done.stdout


#: One call each, streamed.
STREAMS = {
    "openai": """
        import openai
        async def main():
            async with Service() as url, openai.AsyncOpenAI(base_url=url, api_key="k") as client:
                options = {"model": "m", "messages": [], "stream": True, "stream_options": {"include_usage": True}}
                words = [event async for event in await client.chat.completions.create(**options)]
                assert len(words) == 5
        """,
    "anthropic": """
        import anthropic
        async def main():
            async with Service() as url, anthropic.AsyncAnthropic(base_url=url[:-3], api_key="k") as client:
                async with client.messages.stream(model="m", max_tokens=9, messages=[{"role": "user", "content": "?"}]) as stream:
                    assert [text async for text in stream.text_stream] == ["an ", "answer ", "to ", "it "]
        """,
    "httpx": """
        import httpx
        async def main():
            async with Service() as url, httpx.AsyncClient() as client:
                async with client.stream("POST", url + "/chat/completions", json={"stream": True}) as response:
                    assert len([line async for line in response.aiter_lines() if "data:" in line]) == 6
        """,
    "aiohttp": """
        import aiohttp
        async def main():
            async with Service() as url, aiohttp.ClientSession() as session:
                async with session.post(url + "/messages", json={"stream": True}) as response:
                    assert len([line async for line in response.content if b"data:" in line]) == 9
        """,
    "aiohttp until it is done": """
        import aiohttp
        async def main():
            async with Service() as url, aiohttp.ClientSession() as session:
                async with session.post(url + "/chat/completions", json={"stream": True}) as response:
                    while b"[DONE]" not in await response.content.readline():
                        pass
        """,
}


@pytest.mark.parametrize("calls, tokens, cost, source", [
    (6, (60, 30), "0.0006", PROGRAMS["openai"]),
    (6, (60, 30), "0.0006", PROGRAMS["anthropic"]),
    *((1, (10, 5), "0.0001", source) for source in STREAMS.values()),
], ids=["openai", "anthropic", *(f"{name}, streamed" for name in STREAMS)])  # fmt: skip
def test_tokens_and_cost(tmp_path, calls, tokens, cost, source):
    pytest.importorskip(re.search("import (.*)", source)[1])
    (tmp_path / "program.py").write_text(program(source))
    (tmp_path / "prices.json").write_text(json.dumps({"m": {"input": 2.5, "output": 15}}))
    options = ["--select", "SS1205", "--prices", "prices.json"]
    done = subprocess.run([*COMMAND, *options, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    told = f"{calls} calls of an AI service, {tokens[0]} tokens read and {tokens[1]} written, {cost} in all"
    assert f"SS1205 {told.replace('1 calls', '1 call')}" in done.stderr, done.stderr


HANGS = {
    "httpx": """
        import httpx
        async def main():
            async with Service(seconds=1.5) as url, httpx.AsyncClient(timeout=9) as client:
                await client.get(url)  # SS901
        """,
    "aiohttp": """
        import aiohttp
        async def main():
            async with Service(seconds=1.5) as url, aiohttp.ClientSession() as session:
                await session.get(url)  # SS901
        """,
}


@pytest.mark.parametrize("name", HANGS)
def test_a_hang_names_whom_it_waits_for(tmp_path, name):
    pytest.importorskip(name)
    (tmp_path / "program.py").write_text(program(HANGS[name]))
    command = [*COMMAND, "--hang-after", "0.5", "program.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert re.search(r"SS901 `main` has waited here for 0.5 s, for an answer of 127.0.0.1:\d+", done.stderr), done.stderr
    assert re.search(r"main at program.py:\d+ waits for 127.0.0.1:\d+", done.stderr), done.stderr
