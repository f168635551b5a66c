"""What llama-index's default query engine retrieves, with an embedder of ours: its in-memory vectors, one query, the nearest nodes.

The engine itself takes the two nearest; here ten. The nodes are our passages with their title as metadata, or what its own
``SentenceSplitter`` makes of the papers as it is set up by default: up to 1,024 tokens, four times as long as a passage of ours.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import TextNode
from pydantic import PrivateAttr

from survey.embedding import Embedder
from survey.records import Paper, Passage


class Ours(BaseEmbedding):
    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        return vectors

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def over_passages(found: Sequence[Passage], titles: dict[str, str], embedder: Embedder, depth: int) -> Callable[[str], list[Passage]]:
    named = {passage.id: passage for passage in found}
    nodes = [TextNode(id_=p.id, text=p.text, metadata={"title": titles[p.key]} if titles[p.key] else {}) for p in found]
    retriever = VectorStoreIndex(nodes, embed_model=Ours(embedder)).as_retriever(similarity_top_k=depth)
    return lambda query: [named[hit.node.node_id] for hit in retriever.retrieve(query)]


def as_it_comes(papers: Sequence[Paper], embedder: Embedder, depth: int) -> Callable[[str], list[Passage]]:
    documents = [Document(id_=p.key, text=p.text, metadata={"title": p.title} if p.title else {}) for p in papers]
    nodes = SentenceSplitter().get_nodes_from_documents(documents)
    retriever = VectorStoreIndex(nodes, embed_model=Ours(embedder)).as_retriever(similarity_top_k=depth)

    def search(query: str) -> list[Passage]:
        hits: list[Any] = [hit.node for hit in retriever.retrieve(query)]
        return [Passage(id=n.node_id, key=n.ref_doc_id, text=n.text, start=n.start_char_idx, end=n.end_char_idx) for n in hits]

    return search
