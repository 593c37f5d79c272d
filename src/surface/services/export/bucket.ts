// A bucket that events were delivered to, as an erasure needs it: list, get, put, delete, older versions; signed, bounded, tried again.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "#base/failure.ts";
import type { HttpAnswer } from "#record/delivery/target.ts";
import { encoded, type S3Credentials, signRequest } from "../archive/s3-signature.ts";
import { createHttpSender } from "./send-http.ts";

/** One whole exchange: an object of 16 MiB over a slow line. */
const EXCHANGE_MS_MAX = 300_000;
/** Packed objects of the largest batch, and pages of names. */
const ANSWER_BYTES_MAX = 32 * 1024 * 1024;
const PAGES_MAX = 10_000;
const TRIES_MAX = 4;
const WAIT_MS_MAX = 30_000;

/** Where a bucket is and who may write there. `url` has the bucket's name in host or path; `prefix` has no slash at its ends. */
export type BucketPlace = {
  readonly url: string;
  readonly prefix: string;
  readonly region: string;
  readonly credentials: S3Credentials;
  /** Authorities that its certificate is trusted by, in PEM, in place of the system's. */
  readonly ca: string | undefined;
  readonly nowMs: () => number;
  /** Milliseconds of the first wait after an answer that passes by itself; each next one is twice as long. */
  readonly waitMs?: number;
};

/** Names are those below the prefix. Everything rejects with a Failure `bucket` that says what was asked and the answer. */
export type Bucket = {
  list(): Promise<readonly string[]>;
  /** The same with those that were deleted and of which older versions are there. */
  listVersioned(): Promise<readonly string[]>;
  /** Undefined where there is none. */
  get(name: string): Promise<Buffer | undefined>;
  put(name: string, body: Uint8Array): Promise<void>;
  /** In a bucket with versions this hides the object: `dropOlder` removes what is below. */
  remove(name: string): Promise<void>;
  /** Whether it keeps what was replaced or deleted. */
  isVersioned(): Promise<boolean>;
  /** Deletes every version but the one that is read now, and marks of deletion; gives how many. */
  dropOlder(name: string): Promise<number>;
  close(): void;
};

type Asked = {
  readonly method: "GET" | "PUT" | "DELETE";
  readonly name: string | undefined;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
};
type Answer = Extract<HttpAnswer, { kind: "answer" }>;

/** Opens it; nothing is asked yet. */
export function openBucket(place: BucketPlace): Bucket {
  return new BucketObjects(place);
}

/** The objects of one place, asked for by signed requests. */
class BucketObjects {
  readonly #place: BucketPlace;
  readonly #prefix: string;
  readonly #nowMs: () => number;
  readonly #sender: ReturnType<typeof createHttpSender>;
  readonly #within: string;

  constructor(place: BucketPlace) {
    const { prefix, nowMs } = place;
    this.#place = place;
    this.#prefix = prefix;
    this.#nowMs = nowMs;
    this.#sender = createHttpSender({
      ca: this.#place.ca,
      timeoutMs: EXCHANGE_MS_MAX,
      nowMs: this.#nowMs,
      answerBytesMax: ANSWER_BYTES_MAX,
    });
    this.#within = this.#prefix === "" ? "" : `${this.#prefix}/`;
  }

  async listVersioned(): Promise<readonly string[]> {
    return this.#namesOf((await this.#versions(this.#within)).map(({ key }) => key));
  }

  async list(): Promise<readonly string[]> {
    const query = { "list-type": "2", prefix: this.#within };
    const texts = await this.#pages("list objects", query, (text) => {
      const token = tagIn(text, "NextContinuationToken");
      return token === undefined ? undefined : { "continuation-token": token };
    });
    return this.#namesOf(texts.flatMap((text) => tagsIn(text, "Key")).map(decoded));
  }

  async get(name: string): Promise<Buffer | undefined> {
    const answer = await this.#ask("read an object", { method: "GET", name }, [200, 404]);
    return answer.status === 404 ? undefined : Buffer.from(answer.bytes);
  }

  async put(name: string, body: Uint8Array): Promise<void> {
    await this.#ask("write an object", { method: "PUT", name, body }, [200]);
  }

  async remove(name: string): Promise<void> {
    await this.#ask("delete an object", { method: "DELETE", name }, [200, 204, 404]);
  }

  async isVersioned(): Promise<boolean> {
    const query = { versioning: "" };
    // A store that has no such thing says so, or knows no such question.
    const asked = { method: "GET", name: undefined, query } as const;
    const answer = await this.#ask("tell whether it keeps versions", asked, [200, 404, 405, 501]);
    return (
      answer.status === 200 && /<Status>\s*(?:Enabled|Suspended)\s*<\/Status>/.test(answer.text)
    );
  }

  async dropOlder(name: string): Promise<number> {
    const key = this.#keyOf(name);
    const older = (await this.#versions(key)).filter((one) => one.key === key && !one.isRead);
    // WHY marks last: without its mark a version that is still there would be read again.
    for (const { id } of older.toSorted(
      (one, other) => Number(one.isMark) - Number(other.isMark),
    )) {
      const asked = { method: "DELETE", name, query: { versionId: id } } as const;
      await this.#ask("delete an older version", asked, [200, 204, 404]);
    }
    return older.length;
  }

  close(): void {
    return this.#sender.close();
  }

  #once({ method, name, query = {}, body = Buffer.alloc(0) }: Asked) {
    const path = name === undefined ? "" : this.#keyOf(name).split("/").map(encoded).join("/");
    const words = Object.entries(query).map(([word, text]) => `${encoded(word)}=${encoded(text)}`);
    const url = new URL(
      `${this.#place.url}/${path}${words.length === 0 ? "" : `?${words.sort().join("&")}`}`,
    );
    const bodyDigest = createHash("sha256").update(body).digest("hex");
    const sum = createHash("sha256").update(body).digest("base64");
    const type =
      method === "PUT"
        ? { "content-type": "application/gzip", "x-amz-checksum-sha256": sum }
        : undefined;
    const { credentials, region } = this.#place;
    const headers = signRequest(
      { method, url, headers: type ?? {}, bodyDigest },
      { credentials, region, timeMs: this.#nowMs() },
    );
    return this.#sender.send({ method, url: url.href, headers, body });
  }

  #keyOf(name: string) {
    return this.#prefix === "" ? name : `${this.#prefix}/${name}`;
  }

  async #ask(what: string, asked: Asked, taken: readonly number[]): Promise<Answer> {
    for (let tries = 1, waitMs = this.#place.waitMs ?? 500; ; tries += 1, waitMs *= 2) {
      const answer = await this.#once(asked);
      if (answer.kind === "answer" && taken.includes(answer.status)) return answer;
      const afterMs = answer.kind === "answer" ? (answer.retryAfterMs ?? waitMs) : waitMs;
      if (!isPassing(answer) || tries >= TRIES_MAX || afterMs > WAIT_MS_MAX)
        throw refusal(what, answer);
      await sleep(afterMs);
    }
  }

  async #pages(what: string, query: Readonly<Record<string, string>>, next: Paging) {
    const texts: string[] = [];
    let after: Readonly<Record<string, string>> = {};
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const asked = { ...query, ...after, "encoding-type": "url" };
      const { text } = await this.#ask(
        what,
        { method: "GET", name: undefined, query: asked },
        [200],
      );
      texts.push(text);
      const more = next(text);
      if (!/<IsTruncated>true<\/IsTruncated>/.test(text) || more === undefined) return texts;
      after = more;
    }
    throw new Failure("bucket", `it holds more than ${PAGES_MAX} pages of names`);
  }

  async #versions(under: string): Promise<readonly Version[]> {
    const texts = await this.#pages("list versions", { versions: "", prefix: under }, (text) => {
      const [at, version] = [tagIn(text, "NextKeyMarker"), tagIn(text, "NextVersionIdMarker")];
      if (at === undefined) return undefined;
      const marker = version === undefined ? {} : { "version-id-marker": version };
      return { "key-marker": decoded(at), ...marker };
    });
    return texts.flatMap((text) =>
      [...text.matchAll(VERSION)].map(([whole, kind]) => ({
        key: decoded(tagIn(whole, "Key") ?? ""),
        id: tagIn(whole, "VersionId") ?? "",
        isMark: kind === "DeleteMarker",
        isRead: kind === "Version" && tagIn(whole, "IsLatest") === "true",
      })),
    );
  }

  #namesOf(keys: readonly string[]) {
    return [
      ...new Set(keys.map((key) => key.slice(this.#prefix === "" ? 0 : this.#prefix.length + 1))),
    ].filter((name) => name !== "" && !name.includes("/"));
  }
}

type Version = {
  readonly key: string;
  readonly id: string;
  readonly isMark: boolean;
  /** It is what a reader of the object gets. */
  readonly isRead: boolean;
};
type Paging = (text: string) => Readonly<Record<string, string>> | undefined;

const VERSION = /<(Version|DeleteMarker)>.*?<\/\1>/gs;

function isPassing(answer: HttpAnswer): boolean {
  return answer.kind === "none" || answer.status === 429 || answer.status >= 500;
}

function refusal(what: string, answer: HttpAnswer): Failure {
  if (answer.kind === "none")
    return new Failure("bucket", `to ${what} was not answered (${answer.reason})`);
  const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(answer.text)?.[1];
  return new Failure(
    "bucket",
    `to ${what} was answered ${answer.status}${code === undefined ? "" : ` ${code}`}`,
  );
}

function tagsIn(text: string, tag: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, value = ""]) =>
    unescaped(value),
  );
}

function tagIn(text: string, tag: string): string | undefined {
  return tagsIn(text, tag)[0];
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", "%20"));
  } catch {
    return "";
  }
}

function unescaped(text: string): string {
  const letters: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
  };
  return text.replaceAll(
    /&(amp|lt|gt|quot|apos);/g,
    (whole, name: string) => letters[name] ?? whole,
  );
}
