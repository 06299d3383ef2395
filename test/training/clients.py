"""Ask a running service by the official Python clients of other services' APIs, and print what they got as one JSON object.

`python test/training/clients.py http://127.0.0.1:8787`. The packages are those of requirements/clients.txt.
"""

import json
import sys
from urllib.request import Request, urlopen

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError
from langchain_openai import OpenAIEmbeddings
from openai import BadRequestError, NotFoundError, OpenAI

MODEL = "bertweet-mini"
TEXTS = ["What a lovely day 🙃", "so happy for you both!!"]
TRIP = "🙃👩🏽‍🚀 off to Berlin with @anna"


def openai_answers(url: str) -> dict:
    client = OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)

    def refused(error: type[Exception], **request) -> dict:
        try:
            client.embeddings.create(**request)
        except error as refusal:
            return {"status": refusal.status_code, "code": refusal.code, "param": refusal.param, "message": refusal.message}
        raise AssertionError(f"{request} was answered")

    by_default = client.embeddings.create(model=MODEL, input=TEXTS)
    as_floats = client.embeddings.create(model=MODEL, input=TEXTS, encoding_format="float")
    return {
        "vectors": [each.embedding for each in by_default.data],
        "floats": [each.embedding for each in as_floats.data],
        "tokens": by_default.usage.prompt_tokens,
        "token_ids": refused(BadRequestError, model=MODEL, input=[[15339, 1917]]),
        "dimensions": refused(BadRequestError, model=MODEL, input="a", dimensions=64),
        "other_model": refused(NotFoundError, model="text-embedding-3-small", input="a"),
    }


def langchain_answers(url: str) -> dict:
    embeddings = OpenAIEmbeddings(
        model=MODEL, base_url=f"{url}/v1", api_key="none", check_embedding_ctx_length=False, chunk_size=64
    )
    return {
        "documents": embeddings.embed_documents([*TEXTS, *(f"document {number}" for number in range(68))]),
        "query": embeddings.embed_query(TEXTS[0]),
    }


def hugging_face_answers(url: str) -> dict:
    model = f"{url}/models/{MODEL}"

    def client(path: str) -> InferenceClient:
        return InferenceClient(model=f"{model}{path}", token="none")

    def refusal() -> str:
        try:
            InferenceClient(model=f"{url}/models/bertweet-maxi", token="none").text_classification("a")
        except HfHubHTTPError as error:
            return str(error)
        raise AssertionError("An unknown model has answered")

    features = client("/pipeline/feature-extraction")
    return {
        "labels": [vars(each) for each in client("").text_classification(TEXTS[0])],
        "groups": [vars(each) for each in client("/pipeline/ner").token_classification(TRIP, ignore_labels=[])],
        "unnamed_groups": [vars(each) for each in client("").token_classification(TRIP, ignore_labels=[])],
        "filled": [vars(each) for each in client("").fill_mask("I <mask> this song", top_k=2)],
        "one_shape": features.feature_extraction(TEXTS[0]).shape,
        "vectors": features.feature_extraction(TEXTS, normalize=True).tolist(),
        "similarities": client("/pipeline/sentence-similarity").sentence_similarity(TEXTS[0], other_sentences=TEXTS),
        "unnamed_similarities": client("").sentence_similarity(TEXTS[0], other_sentences=TEXTS),
        "tei_vectors": InferenceClient(model=f"{url}/tei/{MODEL}", token="none").feature_extraction(TEXTS).tolist(),
        "refusal": refusal(),
    }


def words_by_code_points(url: str) -> list[dict]:
    body = json.dumps({"text": TRIP, "offsets": "code-points"}).encode()
    with urlopen(Request(f"{url}/v1/ner/wnut17", body, {"Content-Type": "application/json"})) as response:
        words = json.load(response)["words"]
    return [{"word": word["text"], "cut": TRIP[word["start"] : word["end"]]} for word in words]


if __name__ == "__main__":
    service = sys.argv[1].rstrip("/")
    answers = {
        "openai": openai_answers(service),
        "langchain": langchain_answers(service),
        "hugging_face": hugging_face_answers(service),
        "words": words_by_code_points(service),
    }
    print(json.dumps(answers))
