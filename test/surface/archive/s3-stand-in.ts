// A bucket for tests: it derives the signature of each request anew from what came over the wire, and plays faults in turn.
import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fault does with one request of a method, the next one that comes. */
export type Fault = {
  readonly method: "GET" | "HEAD" | "PUT";
  readonly play: "403" | "404" | "503" | "301" | "cut" | "cut-body" | "etag" | "412" | "501";
  readonly retryAfter?: string;
};

export type StandIn = {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  readonly faults: Fault[];
  /** Method and status of each request. */
  readonly log: string[];
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
    ...{ endpoint: `http://127.0.0.1:${port}`, objects: new Map(), faults: [], log: [] },
    pageSize: 1_000,
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
      if (request.headers["x-amz-checksum-sha256"] !== sum) return end(400, error("BadDigest"));
      if (request.headers["if-none-match"] === "*" && stand.objects.has(key))
        return end(412, error("PreconditionFailed"));
      stand.objects.set(key, body);
      const etag = createHash("md5")
        .update(fault?.play === "etag" ? "x" : body)
        .digest("hex");
      return end(200, "", { etag: `"${etag}"` });
    }
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
