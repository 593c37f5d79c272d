// An archive in a bucket of an S3-compatible object store: list, head, get and put, signed, bounded, tried again where that helps.
import { createHash } from "node:crypto";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { ArchivePlace } from "#record/store/archiving.ts";
import { SEGMENT_BYTES_MAX } from "#record/store/segment.ts";
import { encoded, type S3Credentials, signRequest } from "./s3-signature.ts";

/** How long one try may take: a segment of 16 MiB over a slow line. */
const TRY_MS_MAX = 300_000;
const TRIES_MAX = 5;
const FIRST_WAIT_MS = 200;
const WAIT_MS_MAX = 30_000;
const LIST_BYTES_MAX = 8 * 1024 * 1024;
/** Pages of 1,000 names. */
const LIST_PAGES_MAX = 1_000;
/** Answers that pass by themselves. 503 is also S3's `SlowDown`. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

export type S3Options = {
  /** `s3://bucket/prefix`, as messages say it. */
  readonly name: string;
  /** Of the bucket: with the bucket in its host or its path. No slash at its end. */
  readonly base: string;
  /** Folder in the bucket, without a slash at its ends; empty for none. */
  readonly prefix: string;
  readonly region: string;
  readonly credentials: S3Credentials;
  readonly nowMs: () => number;
  readonly sleep: (waitMs: number) => Promise<void>;
};

type Answer = { readonly status: number; readonly headers: Headers; readonly bytes: Buffer };
type Asked = {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly bytesMax: number;
};

/** Opens the place; nothing is asked yet. Failures have the code `archive`, and no credential is in them. */
export function openS3Place(options: S3Options): ArchivePlace {
  const { name, prefix } = options;
  const keyOf = (file: string) => (prefix === "" ? file : `${prefix}/${file}`);
  const ask = (asked: Asked) => askStore(asked, options);
  return {
    name,
    kind: "s3",
    async list() {
      const names: string[] = [];
      let after: string | undefined;
      for (let page = 0; page < LIST_PAGES_MAX; page += 1) {
        const query = {
          "list-type": "2",
          "encoding-type": "url",
          ...(prefix === "" ? {} : { prefix: `${prefix}/` }),
          ...(after === undefined ? {} : { "continuation-token": after }),
        };
        const answer = await ask({ method: "GET", key: "", query, bytesMax: LIST_BYTES_MAX });
        if (answer.status !== 200) throw refused(name, "list", answer);
        const text = answer.bytes.toString("utf8");
        for (const [, key = ""] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) {
          const inside = decoded(key).slice(prefix === "" ? 0 : prefix.length + 1);
          if (inside !== "" && !inside.includes("/")) names.push(inside);
        }
        after = unescaped(
          /<NextContinuationToken>([^<]*)<\/NextContinuationToken>/.exec(text)?.[1],
        );
        if (!/<IsTruncated>true<\/IsTruncated>/.test(text) || after === undefined) return names;
      }
      throw new Failure("archive", `\`${name}\` holds more than ${LIST_PAGES_MAX} pages of names`);
    },
    async get(file) {
      const answer = await ask({ method: "GET", key: keyOf(file), bytesMax: SEGMENT_BYTES_MAX });
      if (answer.status === 404 && codeOf(answer) !== "NoSuchBucket") return undefined;
      if (answer.status !== 200) throw refused(name, "get", answer);
      return answer.bytes;
    },
    async put(file, body) {
      const key = keyOf(file);
      const head = await ask({ method: "HEAD", key, bytesMax: 0 });
      // WHY no fault: it may be from a run that was killed. Whoever stored it reads it back and verifies it.
      if (head.status === 200) return;
      if (head.status !== 404) throw refused(name, "head", head);
      const headers = {
        "content-type": "application/gzip",
        "x-amz-checksum-sha256": createHash("sha256").update(body).digest("base64"),
      };
      const once = { ...headers, "if-none-match": "*" };
      let answer = await ask({ method: "PUT", key, headers: once, body, bytesMax: LIST_BYTES_MAX });
      // Somebody was faster, or an earlier try arrived after all.
      if (answer.status === 412) return;
      if (answer.status === 501)
        answer = await ask({ method: "PUT", key, headers, body, bytesMax: LIST_BYTES_MAX });
      if (answer.status !== 200) throw refused(name, "put", answer);
      requireSameDigest(name, file, body, answer.headers);
    },
  };
}

/** A plain ETag is the MD5 of what was stored; one of another form, or under a key of the store's, says nothing. */
function requireSameDigest(name: string, file: string, body: Uint8Array, headers: Headers): void {
  const tag = /^"([0-9a-f]{32})"$/.exec(headers.get("etag") ?? "")?.[1];
  const isPlain = (headers.get("x-amz-server-side-encryption") ?? "AES256") === "AES256";
  if (tag === undefined || !isPlain || tag === createHash("md5").update(body).digest("hex")) return;
  throw new Failure(
    "archive",
    `\`${name}\` stored other bytes as \`${file}\` than were sent (its ETag differs): remove that file and archive again`,
  );
}

async function askStore(asked: Asked, options: S3Options): Promise<Answer> {
  for (let tries = 1, waitMs = FIRST_WAIT_MS; ; tries += 1, waitMs *= 2) {
    const answer = await tryOnce(asked, options).catch((cause: unknown) => {
      if (cause instanceof Failure) throw cause;
      return reasonOf(cause);
    });
    const isPassing = typeof answer === "string" || PASSING.has(answer.status);
    if (!isPassing) return answer;
    const what = typeof answer === "string" ? answer : `answers ${statusText(answer)}`;
    const asks = typeof answer === "string" ? null : answer.headers.get("retry-after");
    const askedMs = Math.max(waitMs, /^\d{1,6}$/.test(asks ?? "") ? Number(asks) * 1_000 : 0);
    if (tries >= TRIES_MAX || askedMs > WAIT_MS_MAX)
      throw new Failure(
        "archive",
        `\`${options.name}\` ${what} after ${tries} tries: nothing was deleted, try again later`,
      );
    await options.sleep(askedMs);
  }
}

async function tryOnce(
  { method, key, query = {}, headers = {}, body, bytesMax }: Asked,
  { name, base, region, credentials, nowMs }: S3Options,
): Promise<Answer> {
  const path = key.split("/").map(encoded).join("/");
  const words = Object.entries(query).map(([word, value]) => `${encoded(word)}=${encoded(value)}`);
  const url = new URL(`${base}/${path}${words.length === 0 ? "" : `?${words.join("&")}`}`);
  const bodyDigest = createHash("sha256")
    .update(body ?? "")
    .digest("hex");
  const signed = signRequest(
    { method, url, headers, bodyDigest },
    { credentials, region, timeMs: nowMs() },
  );
  const response = await fetch(url, {
    method,
    headers: signed,
    redirect: "manual",
    signal: AbortSignal.timeout(TRY_MS_MAX),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > bytesMax)
      throw new Failure("archive", `an answer of \`${name}\` is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const told = Number(response.headers.get("content-length") ?? bytes.length);
  if (method !== "HEAD" && told !== bytes.length) throw new Error("the answer was cut short");
  return { status: response.status, headers: response.headers, bytes };
}

function refused(name: string, what: string, answer: Answer): Failure<"archive"> {
  const { status } = answer;
  const advice =
    status === 403
      ? "look at the credentials, their rights on the bucket, and this machine's clock"
      : status === 404
        ? "name a bucket that exists"
        : status >= 300 && status < 400
          ? "name the region and endpoint that answer themselves"
          : "look at the store's own log";
  return new Failure(
    "archive",
    `\`${name}\` refuses to ${what}, ${statusText(answer)}: ${advice}; nothing was deleted`,
  );
}

function statusText(answer: Answer): string {
  const code = codeOf(answer);
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}

/** The code of an error as the store words it, where it is a plain word. */
function codeOf({ bytes }: Answer): string | undefined {
  return /<Code>([A-Za-z]{1,64})<\/Code>/.exec(bytes.toString("latin1"))?.[1];
}

/** WHY its code only: the message of a failed request may quote its address and headers. */
function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error ? (cause.cause ?? cause) : cause;
  const code = inner instanceof Error && "code" in inner ? String(inner.code) : undefined;
  if (cause instanceof Error && cause.name === "TimeoutError") return "gives no whole answer";
  return `breaks off or cannot be reached (${printable(code ?? "no reason given")})`;
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", "%20"));
  } catch {
    return "";
  }
}

function unescaped(text: string | undefined): string | undefined {
  const letters: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
  };
  return text?.replaceAll(
    /&(amp|lt|gt|quot|apos);/g,
    (whole, name: string) => letters[name] ?? whole,
  );
}
