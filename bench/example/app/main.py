import asyncio
import threading
import time

from app.repo import load

lock = threading.Lock()
total = 0


async def check() -> bool:
    return True


async def direct():
    time.sleep(1)  # 1


async def through():
    load()  # 2


async def dropped():
    check()  # 3


async def truth():
    if check():  # 4
        return 1


async def task():
    asyncio.create_task(check())  # 5


async def held():
    with lock:  # 6
        await check()


async def race():
    global total
    value = total
    await asyncio.sleep(1)
    total = value + 1  # 7


def helper():
    return asyncio.run(check())


async def nested():
    return helper()  # 8


async def many(items):
    await asyncio.gather(*(race() for i in range(10)))
