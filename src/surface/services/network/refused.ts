// Why a proxy refuses, in the line and the status that a program is shown.
import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Asked } from "./asked.ts";
import type { NoWay } from "./network.ts";

/** Why something is refused. */
export type Why =
  | NoWay
  | "nobody"
  | "over"
  | "malformed"
  | "method"
  | "busy"
  /** What is inside of a tunnel asks for another name than the tunnel was opened for. */
  | "name"
  /** What is inside of a tunnel is neither TLS nor HTTP. */
  | "protocol"
  /** An address in numbers that no rule names. */
  | "number";

const STATUS: Readonly<Record<Why, number>> = {
  ...{ host: 403, address: 403, over: 403, method: 403, nobody: 407, malformed: 400 },
  ...{ busy: 503, "unknown-name": 502, unreachable: 502, "proxy-kind": 502 },
  ...{ name: 403, protocol: 403, number: 403 },
};
const ANSWERED_MS_MAX = 2_000;

/** The words by which a proxy speaks of whom it serves. */
export type Speaker = {
  /** Why a host is refused, such as `is not among the hosts of this call`. */
  readonly notAmong: string;
  readonly nobody: string;
  readonly over: string;
};

/** The line that a program may show. The host is of the form that was read: it can be told. */
export function lineOf(why: Why, asked: Asked | undefined, speaker: Speaker): string {
  const host = asked?.host ?? "this host";
  switch (why) {
    case "host":
      return `${host}, port ${asked?.port ?? 0}, ${speaker.notAmong}`;
    case "address":
      return `${host} leads to an address of this machine or of the network around it`;
    case "unknown-name":
      return `${host} has no address`;
    case "unreachable":
      return `${host} could not be reached`;
    case "proxy-kind":
      return "only proxies of plain HTTP are passed through, and your shell names another one";
    case "nobody":
      return speaker.nobody;
    case "over":
      return speaker.over;
    case "malformed":
      return "this is no request to a proxy that can be read in one way";
    case "method":
      return "this method does not pass";
    case "busy":
      return "too many connections at once";
    case "name":
      return `what is asked inside of the tunnel names another host than ${host}`;
    case "protocol":
      return "only TLS and HTTP pass through a tunnel";
    case "number":
      return `${host} is an address in numbers, and no rule names it`;
    default:
      return why satisfies never;
  }
}

function headersOf(why: Why, text: string): Record<string, string> {
  return {
    ...(why === "nobody" ? { "proxy-authenticate": 'Basic realm="sallyport"' } : {}),
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  };
}

/** Answers a request; a connection that was answered already ends. */
export function answerNo(response: ServerResponse, why: Why, line: string): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const text = `held by sallyport: ${line}\n`;
  response.writeHead(STATUS[why], headersOf(why, text));
  response.end(text);
}

/** Answers where no request was made of what came, or one for a tunnel. The reason is in the first line: programs show that. */
export function refuse(connection: Duplex, why: Why, line: string): void {
  if (!connection.writable) return void connection.destroy();
  const text = `held by sallyport: ${line}`;
  const head = Object.entries(headersOf(why, `${text}\n`)).map(
    ([name, value]) => `${name}: ${value}`,
  );
  connection.on("error", () => connection.destroy());
  connection.end(`HTTP/1.1 ${STATUS[why]} ${text}\r\n${head.join("\r\n")}\r\n\r\n${text}\n`);
  endSoon(connection);
}

/** An answer that is under way is heard first. */
export function endSoon(connection: Duplex): void {
  setTimeout(() => connection.destroy(), ANSWERED_MS_MAX).unref();
}
