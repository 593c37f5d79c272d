// A bucket for tests: it derives the signature of each request anew from what came over the wire, and plays faults in turn.
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fault does with one request of a method, the next one that comes. */
export type Fault = {
  readonly method: "GET" | "HEAD" | "PUT" | "DELETE";
  readonly play: "403" | "404" | "503" | "301" | "cut" | "cut-body" | "etag" | "412" | "501";
  readonly retryAfter?: string;
};

export type StandIn = {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  readonly faults: Fault[];
  /** Method and status of each request. */
  readonly log: string[];
  /** Whether it keeps what is replaced or deleted; `history` holds all of it then, a deletion as undefined. */
  isVersioned: boolean;
  readonly history: Map<string, readonly { readonly id: string; readonly body?: Buffer }[]>;
  /** Names in one page of a list. */
  pageSize: number;
  close(): Promise<void>;
};

const KEY = { id: "AKIDEXAMPLE", secret: "stand-in-secret", region: "eu-test-1" } as const;
export const STAND_IN_ENVIRONMENT = {
  AWS_ACCESS_KEY_ID: KEY.id,
  AWS_SECRET_ACCESS_KEY: KEY.secret,
  AWS_SESSION_TOKEN: "stand-in-token",
};
export const STAND_IN_REGION = KEY.region;

/** Starts the bucket `vault` on this machine. */
export async function startBucket(): Promise<StandIn> {
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const stand: StandIn = {
    endpoint: `http://127.0.0.1:${port}`,
    objects: new Map(),
    faults: [],
    log: [],
    pageSize: 1_000,
    isVersioned: false,
    history: new Map(),
    close: () =>
      new Promise((resolve) => {
        if (!server.listening) return resolve();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const end = (status: number, text: string | Buffer = "", headers = {}): void => {
      stand.log.push(`${request.method} ${status}`);
      response.writeHead(status, { "content-length": Buffer.byteLength(text), ...headers });
      response.end(request.method === "HEAD" ? undefined : text);
    };
    const wrong = wrongSignature(request, body);
    if (wrong !== undefined) return end(403, error(`SignatureDoesNotMatch`), { "x-why": wrong });
    const at = stand.faults.findIndex(({ method }) => method === request.method);
    const [fault] = at < 0 ? [] : stand.faults.splice(at, 1);
    const waits = fault?.retryAfter === undefined ? {} : { "retry-after": fault.retryAfter };
    if (fault?.play === "cut") return void request.socket.destroy();
    if (fault?.play === "503") return end(503, error("SlowDown"), waits);
    if (fault?.play === "403") return end(403, error("AccessDenied"));
    if (fault?.play === "404") return end(404, error("NoSuchBucket"));
    if (fault?.play === "301") return end(301, error("PermanentRedirect"));
    if (fault?.play === "412") return end(412, error("PreconditionFailed"));
    if (fault?.play === "501") return end(501, error("NotImplemented"));
    const url = new URL(request.url ?? "", stand.endpoint);
    const key = decodeURIComponent(url.pathname).replace(/^\/vault\/?/, "");
    if (request.method === "PUT") {
      const sum = createHash("sha256").update(body).digest("base64");
      const told = request.headers["x-amz-checksum-sha256"];
      // Deliveries send none: their signature covers the body.
      if (told === undefined ? !key.endsWith(".jsonl.gz") : told !== sum)
        return end(400, error("BadDigest"));
      if (request.headers["if-none-match"] === "*" && stand.objects.has(key))
        return end(412, error("PreconditionFailed"));
      stand.objects.set(key, body);
      keep(stand, key, body);
      const etag = createHash("md5")
        .update(fault?.play === "etag" ? "x" : body)
        .digest("hex");
      return end(200, "", { etag: `"${etag}"` });
    }
    if (request.method === "DELETE") {
      remove(stand, key, url.searchParams.get("versionId"));
      return end(204);
    }
    if (key === "" && url.searchParams.has("versioning")) return end(200, versioning(stand));
    if (key === "" && url.searchParams.has("versions")) return end(200, versions(stand, url));
    if (key === "") return end(200, listing(stand, url));
    const found = stand.objects.get(key);
    if (found === undefined) return end(404, error("NoSuchKey"));
    if (fault?.play === "cut-body") {
      response.writeHead(200, { "content-length": found.length });
      response.write(found.subarray(0, 10), () => request.socket.destroy());
      return undefined;
    }
    return end(200, found);
  }
  return stand;
}

function listing({ objects, pageSize }: StandIn, { searchParams }: URL): string {
  const prefix = searchParams.get("prefix") ?? "";
  const names = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted();
  const from = Number((searchParams.get("continuation-token") ?? "at=0&").slice(3, -1));
  const page = names.slice(from, from + pageSize);
  const isMore = from + pageSize < names.length;
  const next = isMore
    ? `<NextContinuationToken>at=${from + pageSize}&amp;</NextContinuationToken>`
    : "";
  const keys = page.map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`);
  return `<ListBucketResult><IsTruncated>${isMore}</IsTruncated>${keys.join("")}${next}</ListBucketResult>`;
}

const versioning = ({ isVersioned }: StandIn) =>
  `<VersioningConfiguration>${isVersioned ? "<Status>Enabled</Status>" : ""}</VersioningConfiguration>`;

function keep({ isVersioned, history }: StandIn, key: string, body: Buffer | undefined): void {
  const id = `v${[...history.values()].flat().length + 1}/${key.length}`;
  if (isVersioned)
    history.set(key, [...(history.get(key) ?? []), body === undefined ? { id } : { id, body }]);
}

function remove(stand: StandIn, key: string, version: string | null): void {
  const { objects, history } = stand;
  if (version === null) {
    objects.delete(key);
    return keep(stand, key, undefined);
  }
  const left = (history.get(key) ?? []).filter(({ id }) => id !== version);
  history.set(key, left);
  const now = left.at(-1)?.body;
  if (now === undefined) objects.delete(key);
  else objects.set(key, now);
}

function versions({ history }: StandIn, { searchParams }: URL): string {
  const prefix = searchParams.get("prefix") ?? "";
  const items = [...history].flatMap(([key, kept]) =>
    kept.toReversed().map(({ id, body }, place) => {
      const tag = body === undefined ? "DeleteMarker" : "Version";
      const name = `<Key>${encodeURIComponent(key)}</Key><VersionId>${id}</VersionId>`;
      return key.startsWith(prefix)
        ? `<${tag}>${name}<IsLatest>${place === 0}</IsLatest></${tag}>`
        : "";
    }),
  );
  return `<ListVersionsResult><IsTruncated>false</IsTruncated>${items.join("")}</ListVersionsResult>`;
}

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;

/** What is wrong with a request's signature, from its raw target and headers; undefined when nothing is. */
function wrongSignature(request: IncomingMessage, body: Buffer): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, id, day = "", region = "", names = "", given] =
    form.exec(request.headers.authorization ?? "") ?? [];
  if (id !== KEY.id || region !== KEY.region) return "credential";
  const raw = new Map<string, string>();
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2)
    raw.set((request.rawHeaders[at] ?? "").toLowerCase(), request.rawHeaders[at + 1] ?? "");
  const list = names.split(";");
  const must = [...raw.keys()].filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (must.some((name) => !list.includes(name)) || list.join() !== list.toSorted().join())
    return "signed headers";
  const digest = createHash("sha256").update(body).digest("hex");
  if (raw.get("x-amz-content-sha256") !== digest) return "body digest";
  const time = raw.get("x-amz-date") ?? "";
  if (!time.startsWith(day)) return "day";
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const sorted = query === "" ? "" : query.split("&").toSorted().join("&");
  const lines = list.map((name) => `${name}:${raw.get(name)}\n`).join("");
  const canonical = `${request.method}\n${path}\n${sorted}\n${lines}\n${names}\n${digest}`;
  const hashed = createHash("sha256").update(canonical).digest("hex");
  const mac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const key = mac(mac(mac(mac(`AWS4${KEY.secret}`, day), region), "s3"), "aws4_request");
  const text = `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/s3/aws4_request\n${hashed}`;
  return mac(key, text).toString("hex") === given ? undefined : "signature";
}
