// What another user, or a web page in somebody's browser, tries on a listener of ours, and what counts as having got in.
import { randomBytes } from "node:crypto";
import { type Asking, type ListenerStand, raw } from "./listener-stands.ts";
import type { Heard, Said } from "./other-user.ts";

/** What came of an attempt, from good to bad. */
export const OUTCOMES = ["refused", "answered", "held", "let in", "told"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const ATTEMPTS = {
  "no token": "each address without a token",
  "wrong token": "each address with a made-up token and a made-up proof",
  replay: "what has counted once, sent again",
  "rebound name": "each address under the name of another host (DNS rebinding)",
  "other page": "each address as a page of another site asks it, and what that page may read",
  framed: "the page within a page of another site",
  "two readings":
    "heads that can be read in two ways: two lengths, a length with chunks, two hosts, bare line ends",
  "large head": "a head of 256 KiB, and ten thousand short lines",
  "large body": "16 MiB in place of a body, said and unsaid",
  "other protocol": "TLS where there is none and none where there is, a WebSocket, noise",
  silent: "a connection that says nothing, after a handshake or without one",
  "slow head": "a head of which a byte comes each second",
  "slow body": "a body of which a byte comes each second",
  "half open": "half a head, and then the end of what is said",
  "idle HTTP/2": "a session of HTTP/2 without a call, kept alive by pings",
  "many requests": "a thousand requests within seconds: the owner is answered",
  "many connections":
    "512 connections, half of them silent and half with a head that never ends: the owner is answered",
} as const;
export type AttemptName = keyof typeof ATTEMPTS;

/** One connection of an attempt, with what its answer may be. */
export type Try = Said & {
  readonly attempt: AttemptName;
  /** An answer with content is what everybody gets. */
  readonly isMeant: boolean;
  readonly asking: Asking | undefined;
};

const QUICK_MS = 15_000;
const SLOW_TIMES = 60;
const EVIL = "https://evil.example";
const PAGE = [
  `Origin: ${EVIL}`,
  ...["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"],
];
const PING = "\u0000\u0000\u0008\u0006\u0000\u0000\u0000\u0000\u0000pingpong";
const PREFACE =
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000";

/** The connections of all attempts but those that need many at once. `isSlow`: those that are watched until they are ended. */
export function triesOf(stand: ListenerStand): readonly (Try & { readonly isSlow: boolean })[] {
  const { port, askings, replays = [], stayMs, http2 = false } = stand;
  const host = stand.host ?? `127.0.0.1:${port}`;
  const tls = stand.tls ? "http/1.1" : undefined;
  const made: (Try & { readonly isSlow: boolean })[] = [];
  const add = (
    attempt: AttemptName,
    text: string,
    more: Partial<Try> & { readonly isSlow?: boolean } = {},
  ): void => {
    const { isSlow = false } = more;
    made.push({
      attempt,
      port,
      tls,
      isMeant: false,
      asking: undefined,
      isSlow,
      parts: text === "" ? [] : [{ text, afterMs: 0 }],
      watchMs: isSlow ? stayMs : QUICK_MS,
      ...more,
      id: `${attempt} ${made.length}`,
    });
  };
  const wrong = randomBytes(32);
  const claims = [
    `Authorization: Bearer ${wrong.toString("base64url")}`,
    `X-Sallyport-Control: ${wrong.toString("hex")}.${wrong.toString("hex")}`,
    `Webhook-Id: x`,
    `Webhook-Timestamp: ${Math.floor(Date.now() / 1_000)}`,
    `Webhook-Signature: v1,${wrong.toString("base64")}`,
  ];
  for (const asking of askings) {
    const { isMeant = false, method, path } = asking;
    const of = { asking, isMeant };
    const named = namedBy(asking) ?? host;
    add("no token", raw(named, asking), of);
    add("wrong token", raw(named, asking, claims), of);
    if (method === "CONNECT" || path.startsWith("http:")) continue;
    add("rebound name", raw(`evil.example:${port}`, asking, claims), { asking });
    add("other page", raw(host, asking, [...PAGE, ...claims]), { asking });
    const wish = [
      "Access-Control-Request-Method: POST",
      "Access-Control-Request-Headers: authorization",
    ];
    add("other page", raw(host, { method: "OPTIONS", path }, [...PAGE, ...wish]), { asking });
  }
  for (const text of replays) add("replay", text);
  const frame = [
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Dest: iframe",
  ];
  add("framed", raw(host, { method: "GET", path: "/" }, frame), { isMeant: true });
  const [first = { method: "GET", path: "/" }] = askings.filter(
    ({ method, isMeant }) => method === "POST" && isMeant !== true,
  );
  const start = `POST ${first.path} HTTP/1.1\r\nHost: ${host}\r\n`;
  const hidden = raw(host, { method: "GET", path: first.path });
  add(
    "two readings",
    `${start}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`,
  );
  add(
    "two readings",
    `${start}Content-Length: ${hidden.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  );
  add(
    "two readings",
    `${start}Host: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  add("two readings", `${start}X-A: b\nContent-Length: 0\nConnection: close\n\n`);
  add("large head", `${start}X-Large: ${"x".repeat(256 * 1024)}\r\n\r\n`);
  add("large head", `${start}${"A: b\r\n".repeat(10_000)}\r\n`);
  const large = "x".repeat(64 * 1024);
  const many = { text: large, afterMs: 0, times: 256 };
  const length = `Content-Length: ${256 * large.length}\r\n`;
  const close = "Connection: close\r\n";
  add("large body", "", {
    parts: [{ text: `${start}${close}${length}\r\n`, afterMs: 0 }, many],
  });
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n`;
  add("large body", "", {
    parts: [
      { text: `${start}${close}Transfer-Encoding: chunked\r\n\r\n`, afterMs: 0 },
      { text: chunk, afterMs: 0, times: 256 },
      { text: "0\r\n\r\n", afterMs: 0 },
    ],
  });
  const upgrade = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
  add(
    "other protocol",
    raw(host, first, [...upgrade, "Sec-WebSocket-Key: c2FsbHlwb3J0c2FsbHlwbw=="]),
  );
  add("other protocol", randomBytes(4_096).toString("latin1"), { isSlow: true });
  add("other protocol", raw(host, first), {
    tls: tls === undefined ? "http/1.1" : undefined,
    isSlow: true,
  });
  add("silent", "", { isSlow: true });
  if (tls !== undefined) add("silent", "", { isSlow: true, tls: undefined });
  const drip = { text: "x", afterMs: 1_000, times: SLOW_TIMES };
  add("slow head", "", { isSlow: true, parts: [{ text: `${start}X-Slow: `, afterMs: 0 }, drip] });
  add("slow body", "", {
    isSlow: true,
    parts: [{ text: `${start}Content-Length: 1000\r\n\r\n`, afterMs: 0 }, drip],
  });
  add("half open", start, { isSlow: true, halfCloses: true });
  if (http2) {
    const ping = { text: PING, afterMs: 1_000, times: SLOW_TIMES };
    add("idle HTTP/2", "", {
      isSlow: true,
      tls: "h2",
      parts: [{ text: PREFACE, afterMs: 0 }, ping],
    });
  }
  return made;
}

/** The host that a request to a proxy names. */
function namedBy({ method, path }: Asking): string | undefined {
  if (method === "CONNECT") return path;
  return path.startsWith("http:") ? new URL(path).host : undefined;
}

/** What came of a connection, and why in words. `secrets` by what they are. */
export function outcomeOf(
  one: Try & { readonly isSlow: boolean },
  heard: Heard | undefined,
  secrets: Readonly<Record<string, string>>,
): { readonly outcome: Outcome; readonly why: string } {
  if (heard === undefined) return { outcome: "held", why: "nobody knows what came of it" };
  const told = secretsIn(heard.text, secrets);
  if (told.length > 0) return { outcome: "told", why: told.join(", ") };
  const { text, endedMs } = heard;
  if (/^access-control-allow-/im.test(text))
    return { outcome: "let in", why: "a page of another site may read the answer" };
  if (/content-type: text\/html/i.test(text) && !/frame-ancestors 'none'/i.test(text))
    return { outcome: "let in", why: "the page may be framed" };
  const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) =>
    Number(status),
  );
  const isSaidNo = one.asking?.refusal?.test(text) ?? false;
  const good = isSaidNo ? [] : statuses.filter((status) => status < 300);
  if (good.length > 0 && !one.isMeant)
    return { outcome: "let in", why: `status ${good.join(", ")}` };
  if (endedMs === null)
    return { outcome: "held", why: `open after ${Math.round(one.watchMs / 1_000)} s` };
  if (good.length > 0) return { outcome: "answered", why: "" };
  return { outcome: "refused", why: statuses.length === 0 ? "cut" : `${statuses[0]}` };
}

/** Which of the secrets stand in what was received, as they are or in another spelling. */
export function secretsIn(
  text: string,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const bytes = Buffer.from(secret);
    const forms = [secret, bytes.toString("hex"), encodeURIComponent(secret)];
    // WHY without its ends: where it stands in a longer text its neighbours are in them.
    for (let at = 0; at < 3; at += 1)
      forms.push(bytes.subarray(at).toString("base64").slice(0, -4).replace(/=+$/, ""));
    return forms.some((form) => form.length >= 8 && text.includes(form)) ? [name] : [];
  });
}
