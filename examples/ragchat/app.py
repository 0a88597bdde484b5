"""The HTTP side."""

import asyncio
import json
import time

from fastapi import BackgroundTasks, FastAPI, UploadFile, WebSocket
from fastapi.responses import StreamingResponse

from .models import stream
from .service import ChatService
from .store import Conversations, Database, Documents

app = FastAPI()
documents = Documents("documents")
conversations = Conversations(Database("dbname=ragchat"))
service = ChatService(conversations, documents)


@app.post("/chat")
async def chat(body: dict):
    reply = await service.answer(body["user"], body["question"])
    conversations.save(body["user"], "assistant", reply)
    return {"reply": reply}


@app.post("/chat/legacy")
async def legacy(body: dict):
    return {"reply": service.answer_sync(body["user"], body["question"])}


@app.post("/chat/batch")
async def batch(body: dict):
    replies = await asyncio.to_thread(service.answer_sync, body["user"], body["question"])
    return {"replies": [replies]}


@app.post("/documents")
async def upload(file: UploadFile):
    with open(f"documents/{file.filename}", "wb") as target:
        target.write(await file.read())
    return {"documents": len(documents.index)}


@app.websocket("/ws")
async def live(socket: WebSocket):
    await socket.accept()
    for token in stream([{"role": "user", "content": await socket.receive_text()}]):
        await socket.send_text(token)
    time.sleep(0.1)
    await socket.close()


# Right: an async generator, iterated by the framework.
@app.get("/stream")
async def stream_answer(question: str):
    return StreamingResponse(stream([{"role": "user", "content": question}]))


# Right: a plain endpoint runs in FastAPI's thread pool, and so does a plain background task.
@app.get("/history/{user}")
def history(user: str, tasks: BackgroundTasks):
    tasks.add_task(conversations.save, user, "system", "history read")
    return json.dumps(conversations.history(user))
