import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { useService } from "../integration/service.ts";

const service = useService();

/** Sends bytes as they are. @returns all that comes back until the connection ends */
async function exchange(sent: string): Promise<string> {
  const { hostname, port } = new URL(service.url("/"));
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(sent);
  return text(socket);
}

test("a health check in HTTP/1.0 without a Host is answered", async () => {
  expect(await exchange("GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 .*"status":"up"/s);
});

test.each([
  ["a Host that is none", "GET /healthz HTTP/1.1\r\nHost: a b/c"],
  ["a backslash", "GET /v1\\sentiment HTTP/1.1\r\nHost: a"],
  ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a"],
])("%s is refused with a problem", async (_, head) => {
  expect(await exchange(`${head}\r\nConnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 400 .*application\/problem\+json.*"type":"\/problems\/invalid-request"/s,
  );
});
