// What comes in with a request: texts of the path and query, a bounded body of JSON, held together to the endpoint's schema.
import type { IncomingMessage } from "node:http";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { ApiFault, type Endpoint, type FaultCode } from "./endpoint.ts";

const BODY_BYTES_MAX = 256 * 1024;

/** The checked input. Throws an ApiFault that names the field that is wrong. */
export async function readInput(
  request: IncomingMessage,
  {
    endpoint,
    names,
    searchParams,
  }: {
    readonly endpoint: Pick<Endpoint, "method" | "input">;
    readonly names: Readonly<Record<string, string>>;
    readonly searchParams: URLSearchParams;
  },
): Promise<unknown> {
  const body = endpoint.method === "POST" ? await readBody(request) : {};
  const asked: Record<string, string> = {};
  for (const [name, value] of searchParams) {
    if (Object.hasOwn(asked, name)) throw new ApiFault("input", "a field stands twice");
    asked[name] = value;
  }
  const read = v.safeParse(endpoint.input, { ...body, ...asked, ...names });
  if (read.success) return read.output;
  const [issue] = read.issues;
  const where = v.getDotPath(issue) ?? "the request";
  throw new ApiFault("input", `${where.slice(0, 64)}: ${issue.message.slice(0, 300)}`);
}

async function readBody(request: IncomingMessage): Promise<object> {
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw new ApiFault("input", "send JSON, with `content-type: application/json`");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new ApiFault("too-large", `a request has at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  const read = v.safeParse(
    v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())),
    text,
  );
  if (!read.success) throw new ApiFault("input", "the body is no JSON object");
  return read.output;
}

/** Failures of ours by what they mean to a page. */
const FAULT_OF: Readonly<Record<string, FaultCode>> = {
  daemon: "daemon",
  stranger: "daemon",
  "index-behind": "daemon",
  "log-busy": "daemon",
  index: "daemon",
  "fleet-store": "daemon",
  install: "daemon",
  command: "command",
  busy: "too-many",
  usage: "input",
  filter: "input",
  sql: "input",
  "query-size": "too-large",
  changed: "changed",
  "not-theirs": "role",
  "not-found": "not-found",
  "no-sense": "fault",
};

/** What went wrong, as the page hears it. What was not foreseen says nothing of itself. */
export function asFault(cause: unknown): ApiFault {
  if (cause instanceof ApiFault) return cause;
  if (cause instanceof Failure)
    return new ApiFault(FAULT_OF[cause.code] ?? "input", cause.message, { cause });
  if (cause instanceof URIError || (cause instanceof TypeError && /URL/.test(cause.message)))
    return new ApiFault("input", "the address cannot be read");
  return new ApiFault("fault", "the dashboard could not do this; its terminal says more", {
    cause,
  });
}
