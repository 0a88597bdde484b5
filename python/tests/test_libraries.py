"""Correct programs of real libraries, against servers on loopback: nothing is found. And faults in them: those are."""

import json
import re
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "sidestep", "run", "--isolated", "--output-format", "concise"]

#: A service that speaks like OpenAI's and Anthropic's, and refuses what is too much.
SERVICE = '''\
import asyncio, json
class Service:
    """`limit`: more calls than this at a time are refused."""
    def __init__(self, limit=1000, seconds=0.03):
        self.limit, self.seconds, self.busy = limit, seconds, 0
    async def handle(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\\r\\n\\r\\n")).decode().lower()
                length = [line.split(":")[1] for line in head.splitlines() if line.startswith("content-length")]
                await reader.readexactly(int(length[0]) if length else 0)
                self.busy += 1
                status = "429 Too Many Requests" if self.busy > self.limit else "200 OK"
                await asyncio.sleep(self.seconds)
                self.busy -= 1
                usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15, "input_tokens": 10, "output_tokens": 5}
                message = {"role": "assistant", "content": "an answer to it"}
                body = json.dumps({
                    "id": "1", "object": "chat.completion", "created": 1, "model": "m", "usage": usage,
                    "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                }).encode()
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
            time.sleep(0.6)  # SS201
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


def test_tokens_and_cost(tmp_path):
    pytest.importorskip("openai")
    (tmp_path / "program.py").write_text(program(PROGRAMS["openai"]))
    (tmp_path / "prices.json").write_text(json.dumps({"m": {"input": 2.5, "output": 15}}))
    options = ["--select", "SS1205", "--prices", "prices.json"]
    done = subprocess.run([*COMMAND, *options, "program.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "SS1205 6 calls of an AI service, 60 tokens read and 30 written, 0.0006 in all" in done.stderr, done.stderr
