"""Teaches Schemathesis newline-delimited JSON: a body of one line, whose schema the document gives."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def to_line(ctx, value):
    return (json.dumps(value) + "\n").encode()


@schemathesis.deserializer("application/x-ndjson")
def from_line(ctx, response):
    return json.loads(response.content)


@schemathesis.serializer("text/plain")
def to_text(ctx, value):
    text = str(value)
    # Blank lines have no answer, and from_line reads one.
    return (text if text.strip() else "blank").encode(errors="surrogatepass")
