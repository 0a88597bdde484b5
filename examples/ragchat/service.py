"""What happens to a question."""

import asyncio

from .models import complete, moderate, rerank
from .store import Conversations, Documents


class ChatService:
    def __init__(self, conversations: Conversations, documents: Documents):
        self.conversations = conversations
        self.documents = documents

    def context(self, question: str) -> list[str]:
        passages = list(self.documents.index.values())
        return rerank(question, passages)[:3]

    async def publish(self, user: str, message: dict) -> None:
        await asyncio.sleep(0)

    async def answer(self, user: str, question: str) -> str:
        if moderate(question):
            return "I would rather not talk about that."
        messages = [{"role": role, "content": body} for role, body in self.conversations.history(user)]
        messages.append({"role": "system", "content": "\n".join(self.context(question))})
        messages.append({"role": "user", "content": question})
        reply = await complete(messages)
        self.publish(user, messages[-1])
        return reply

    async def answer_well(self, user: str, question: str) -> str:
        # Right: awaited, and a thread for each piece of work that is not async.
        if await moderate(question):
            return "I would rather not talk about that."
        async with asyncio.timeout(30):
            history = await asyncio.to_thread(self.conversations.history, user)
            context = await asyncio.to_thread(self.context, question)
        messages = [{"role": role, "content": body} for role, body in history]
        messages.append({"role": "system", "content": "\n".join(context)})
        messages.append({"role": "user", "content": question})
        return await complete(messages)

    def answer_sync(self, user: str, question: str) -> str:
        return asyncio.run(self.answer(user, question))
