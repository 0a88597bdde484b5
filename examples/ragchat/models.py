"""The models we ask."""

import functools
import time

import requests
from openai import AsyncOpenAI, OpenAI

MODEL = "gpt-4o-mini"
client = OpenAI()
async_client = AsyncOpenAI()


def retry(attempts: int):
    def decorate(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            for attempt in range(attempts):
                try:
                    return fn(*args, **kwargs)
                except requests.ConnectionError:
                    time.sleep(2**attempt)
            return fn(*args, **kwargs)

        return wrapper

    return decorate


@retry(attempts=3)
def rerank(question: str, passages: list[str]) -> list[str]:
    body = {"query": question, "documents": passages}
    response = requests.post("http://reranker:8080/rerank", json=body, timeout=10)
    return [passages[hit["index"]] for hit in response.json()]


async def complete(messages: list) -> str:
    completion = client.chat.completions.create(model=MODEL, messages=messages)
    return completion.choices[0].message.content


async def stream(messages: list):
    # Right: the async client, awaited, then iterated asynchronously.
    chunks = await async_client.chat.completions.create(model=MODEL, messages=messages, stream=True)
    async for chunk in chunks:
        yield chunk.choices[0].delta.content or ""


async def moderate(text: str) -> bool:
    result = await async_client.moderations.create(input=text)
    return result.results[0].flagged
