// Looking at an MCP server: it is started or connected to, says in either era of the protocol what it has, and is ended; all of it bounded.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import {
  type Contract,
  CONTRACT_CHARS_MAX,
  contractSchema,
  type Skill,
  skillSchema,
  TOOLS_MAX,
} from "#govern/mcp/contract.ts";
import type { ServerIdentity } from "#govern/mcp/identity.ts";
import { boundedFetch } from "./bounded-fetch.ts";
import { inRoom, type Room, whyNoRoom, withoutRoom } from "./inspect-room.ts";

/** Milliseconds for all of it, and for one request. */
const ALL_MS_MAX = 20_000;
const REQUEST_MS_MAX = 8_000;
/** Bytes of one message. */
const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;
const PAGES_MAX = 100;
/** Of what a server writes to its standard error, the end is kept. */
const SAID_CHARS_MAX = 2_000;

/** Characters of skills' texts that are kept for a person; a text past it is pinned by its digest all the same. */
const TEXTS_CHARS_MAX = CONTRACT_CHARS_MAX / 4;
/** The extension by which a server brings skills. */
const SKILLS = "io.modelcontextprotocol/skills";

/** What a look found. */
export type Inspection = {
  readonly contract: Contract;
  readonly era: "2026-07-28" | "2025";
  readonly server: string;
  readonly isolation: "bubblewrap" | "bubblewrap-with-network" | "none" | "remote";
};

export type InspectOptions = {
  readonly room: Room;
  /** Start a stdio server without a room where there can be none. */
  readonly unisolated: boolean;
  /** For a server over HTTP; those of its entry. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly allMs?: number;
};

const pageSchema = v.looseObject({ nextCursor: v.optional(v.string()) });
const contentsSchema = v.looseObject({
  contents: v.array(v.looseObject({ text: v.optional(v.string()) })),
});
const itemSchema = v.looseObject({ name: v.string() });

/** Looks at one server. Throws a Failure `mcp-inspect` that says what went wrong; what was started is ended in any case. */
export async function inspectServer(
  identity: ServerIdentity,
  options: InspectOptions,
): Promise<Inspection> {
  const { Client } = await import("@modelcontextprotocol/client");
  const { transport, isolation, said } = await transportFor(identity, options);
  const client = new Client(
    { name: "sallyport", version: "1" },
    {
      capabilities: { extensions: { [SKILLS]: {} } },
      versionNegotiation: { mode: "auto", probe: { timeoutMs: REQUEST_MS_MAX, maxRetries: 0 } },
    },
  );
  const limit = AbortSignal.timeout(options.allMs ?? ALL_MS_MAX);
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(new Error("it took too long to answer")), {
      once: true,
    });
  });
  // WHY: it may lose the race after nobody waits any more.
  late.catch(() => undefined);
  try {
    return await Promise.race([late, look()]);
  } catch (cause) {
    throw failureOf(cause, said());
  } finally {
    await Promise.race([
      client.close().catch(() => undefined),
      transport.close().catch(() => undefined),
    ]);
  }

  async function look(): Promise<Inspection> {
    await client.connect(transport, { timeout: REQUEST_MS_MAX });
    const has = client.getServerCapabilities() ?? {};
    let chars = 0;
    const all = async (
      method: string,
      key: string,
      isThere: boolean,
    ): Promise<readonly unknown[]> => {
      if (!isThere) return [];
      const found: unknown[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < PAGES_MAX; page += 1) {
        const answer = await client.request(
          { method, params: cursor === undefined ? {} : { cursor } },
          pageSchema,
          { timeout: REQUEST_MS_MAX, signal: limit },
        );
        const items = answer[key];
        if (!Array.isArray(items)) throw new Error(`its list of ${key} is none`);
        chars += JSON.stringify(items).length;
        if (chars > CONTRACT_CHARS_MAX) throw new Error("what it says of itself is too large");
        found.push(...(items as readonly unknown[]));
        if (found.length > TOOLS_MAX)
          throw new Error(`it has more than ${TOOLS_MAX} ${key}, which nobody reads`);
        cursor = answer.nextCursor;
        if (cursor === undefined) return found;
      }
      throw new Error(`its list of ${key} has no end`);
    };
    const textsOf = async (listed: readonly Skill[]): Promise<Record<string, string>> => {
      const texts: [string, string][] = [];
      let left = TEXTS_CHARS_MAX;
      for (const one of listed) {
        const text = await textOf(one, (uri) =>
          client.request({ method: "resources/read", params: { uri } }, pageSchema, {
            timeout: REQUEST_MS_MAX,
            signal: limit,
          }),
        );
        left -= text?.length ?? 0;
        if (text !== undefined && left >= 0) texts.push([one.uri, text]);
      }
      return Object.fromEntries(texts);
    };
    const named = async (...given: Parameters<typeof all>) =>
      v.parse(v.array(itemSchema), await all(...given));
    // WHY only in the newer era: no client asks for them in the older one.
    const hasSkills =
      client.getProtocolEra() === "modern" && has.extensions?.[SKILLS] !== undefined;
    const skills = v.parse(v.array(skillSchema), await all("skills/list", "skills", hasSkills));
    const looked = {
      instructions: client.getInstructions() ?? null,
      tools: await named("tools/list", "tools", has.tools !== undefined),
      prompts: await named("prompts/list", "prompts", has.prompts !== undefined),
      templates: await named(
        "resources/templates/list",
        "resourceTemplates",
        has.resources !== undefined,
      ),
      resources: await named("resources/list", "resources", has.resources !== undefined),
      skills,
      ...(skills.length === 0 ? {} : { texts: await textsOf(skills) }),
    };
    const contract = v.parse(contractSchema, looked);
    const { name = "", version = "" } = client.getServerVersion() ?? {};
    return {
      contract,
      isolation,
      server: `${name} ${version}`.trim(),
      era: client.getProtocolEra() === "modern" ? "2026-07-28" : "2025",
    };
  }
}

/** The text of a skill, by its URI, where it is the file whose digest the server lists. */
async function textOf(
  { uri, resources }: Skill,
  read: (uri: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<string | undefined> {
  if (resources === "dynamic") return undefined;
  const file = resources.find((one) => one.uri === uri);
  if (file === undefined || file.size > TEXTS_CHARS_MAX) return undefined;
  const { contents } = v.parse(contentsSchema, await read(uri));
  const [{ text } = { text: undefined }] = contents;
  const digest = createHash("sha256")
    .update(text ?? "")
    .digest("hex");
  return `sha256:${digest}` === file.digest ? text : undefined;
}

async function transportFor(identity: ServerIdentity, options: InspectOptions) {
  if (identity.kind === "url") {
    const { StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
    const transport = new StreamableHTTPClientTransport(addressOf(identity.url), {
      fetch: boundedFetch(MESSAGE_BYTES_MAX),
      requestInit: { headers: { ...options.headers } },
    });
    return { transport, isolation: "remote" as const, said: () => "" };
  }
  const { StdioClientTransport } = await import("@modelcontextprotocol/client/stdio");
  const why = whyNoRoom();
  if (why !== undefined && !options.unisolated)
    throw new Failure(
      "mcp-inspect",
      `the server cannot be started in isolation: ${why}; \`--unisolated\` starts it with your rights`,
    );
  const isBare = options.unisolated;
  const { command, args, env } = isBare
    ? withoutRoom(identity, options.room)
    : inRoom(identity, options.room);
  const transport = new StdioClientTransport({
    command,
    args,
    env,
    stderr: "pipe",
    maxBufferSize: MESSAGE_BYTES_MAX,
    cwd: options.room.directory,
  });
  const isolation = isBare
    ? ("none" as const)
    : options.room.network
      ? ("bubblewrap-with-network" as const)
      : ("bubblewrap" as const);
  let text = "";
  transport.stderr?.on("data", (piece: Buffer) => {
    text = `${text}${piece.toString("utf8")}`.slice(-SAID_CHARS_MAX);
  });
  return { transport, isolation, said: () => text };
}

function addressOf(url: string): URL {
  try {
    const address = new URL(url);
    if (address.protocol === "https:" || address.protocol === "http:") return address;
  } catch {
    // Told below.
  }
  throw new Failure(
    "mcp-inspect",
    "the address is no `https` or `http` address; correct the entry",
  );
}

/** WHY the text is cut: an answer of the server's may stand in it. */
function failureOf(cause: unknown, said: string): Failure {
  if (cause instanceof Failure) return cause;
  for (let at: unknown = cause; at instanceof Error; at = at.cause)
    if (at instanceof Failure) return at;
  const text = cause instanceof Error ? cause.message : String(cause);
  const last = said.trim().split("\n").at(-1)?.trim() ?? "";
  const its = last === "" ? "" : `; its last line of errors: ${printable(last.slice(0, 200))}`;
  return new Failure(
    "mcp-inspect",
    `the server could not be looked at: ${printable(text.slice(0, 200))}${its}`,
    { cause },
  );
}
