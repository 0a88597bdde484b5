"""Re-indexing in the background."""

import asyncio
import signal
import threading

from .app import documents, service


def reload_documents():
    print(f"{len(documents.index)} documents")


async def reindex(done: asyncio.Event):
    def work():
        reload_documents()
        done.set()

    threading.Thread(target=work).start()
    await done.wait()


async def nightly():
    await reindex(asyncio.Event())
    await service.answer_well("nightly", "What is new?")


def main():
    loop = asyncio.new_event_loop()
    loop.add_signal_handler(signal.SIGHUP, reload_documents)
    threading.Timer(3600, nightly).start()
    loop.run_until_complete(nightly())
    loop.close()


if __name__ == "__main__":
    main()
