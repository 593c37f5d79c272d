// What a person cut off or tightened: rules and packs beside whatever policy is in force, and exceptions that do not count, until a person takes them back.
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import { isWithin } from "#base/path.ts";
import { policyDigest } from "#govern/digest/policy-digest.ts";
import type { Policy, Rule } from "#guard/policy/policy.ts";
import { EFFECT_KINDS } from "#guard/vocabulary/effect.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { lookOnce } from "../../foundation/files/picture.ts";
import { ASKED_KINDS, BLOCK_KINDS, type BlockKind } from "./order-words.ts";
import { readPrivateFile, writePrivateFile } from "../../foundation/files/private-file.ts";

const BLOCKS_MAX = 512;
const REASON_CHARS_MAX = 300;

/** What a host and a server may be called: a name, an address, for servers as the client writes it in names of tools. */
const HOST = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.:-]*[a-z0-9])?$/;
const SERVER = /^[A-Za-z0-9_-]{1,64}$/;
const TOOL = /^[A-Za-z][A-Za-z0-9_-]{0,127}$/;
const EXCEPTION = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const PROJECT = /^\/(?!.*\/\.{0,2}(?:\/|$))[^\0\n]{0,1023}$/;
const PACK = /^[a-z0-9-]{1,64}$/;

const blockSchema = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
    kind: v.picklist(BLOCK_KINDS),
    name: v.string(),
    /** Calls are asked about each time, and not refused. */
    asks: v.exactOptional(v.literal(true)),
    /** Of a project: the pack whose rules count there as well. */
    pack: v.exactOptional(v.pipe(v.string(), v.regex(PACK))),
    by: v.pipe(v.string(), v.maxLength(256)),
    reason: v.pipe(v.string(), v.maxLength(REASON_CHARS_MAX)),
    atMs: v.number(),
  }),
  v.check(({ kind, name }) => isName(kind, name), "the name is not valid"),
  v.check(
    ({ kind, asks, pack }) =>
      (kind === "project") === (pack !== undefined) &&
      (asks === undefined || ASKED_KINDS.some((one) => one === kind)),
    "what it does is not valid",
  ),
);
const fileSchema = v.strictObject({
  version: v.literal(1),
  blocks: v.pipe(v.array(blockSchema), v.maxLength(BLOCKS_MAX)),
});

/** One of them. `atMs`: wall time. */
export type Block = v.InferOutput<typeof blockSchema>;

/** Whether something can be called so. */
export function isName(kind: BlockKind, name: string): boolean {
  return FORMS[kind].test(name);
}

const FORMS: Readonly<Record<BlockKind, RegExp>> = {
  host: HOST,
  server: SERVER,
  tool: TOOL,
  exception: EXCEPTION,
  project: PROJECT,
};

export type Blocks = {
  /** Those in force. Throws a Failure `blocks-invalid` where their file cannot be relied on: then nothing may run. */
  all(): readonly Block[];
  /** The rules that they make; undefined where there are none. Throws as `all` does. */
  policy(): Policy | undefined;
  /** Packs whose rules count in a project as well. Throws as `all` does. */
  packsOf(root: string): readonly string[];
  /** Whether an exception does not count for now. Throws as `all` does. */
  suspends(exception: string): boolean;
  /** Cuts something off. Throws a Failure `usage` for what is no name, and where there are too many. */
  add(block: Omit<Block, "id">): Block;
  /** Takes one back; undefined where there is none of this id. */
  remove(id: string): Block | undefined;
};

/** Opens them; each question looks whether the file changed. */
export function openBlocks({ blocksFile }: Pick<Directories, "blocksFile">): Blocks {
  let seen = "";
  let known: { readonly blocks: readonly Block[]; readonly policy: Policy | undefined } = {
    blocks: [],
    policy: undefined,
  };
  const look = () => {
    const status = lookOnce("blocks", blocksFile, () =>
      statSync(blocksFile, { throwIfNoEntry: false }),
    );
    const now =
      status === undefined
        ? "none"
        : `${status.ino} ${status.size} ${status.mtimeMs} ${status.ctimeMs}`;
    if (now === seen) return known;
    const blocks = status === undefined ? [] : readBlocks(blocksFile);
    const rules = blocks.flatMap(rulesOf);
    known = { blocks, policy: rules.length === 0 ? undefined : policyOf(rules) };
    seen = now;
    return known;
  };
  const write = (blocks: readonly Block[]): void => {
    writePrivateFile(blocksFile, `${JSON.stringify({ version: 1, blocks })}\n`);
    seen = "";
  };
  return {
    all: () => look().blocks,
    policy: () => look().policy,
    packsOf: (root) => [
      ...new Set(
        look().blocks.flatMap(({ kind, name, pack }) =>
          kind === "project" && pack !== undefined && isWithin(name, root) ? [pack] : [],
        ),
      ),
    ],
    suspends: (exception) =>
      look().blocks.some(({ kind, name }) => kind === "exception" && name === exception),
    add(given) {
      const name = given.kind === "host" ? given.name.toLowerCase() : given.name;
      if (!isName(given.kind, name))
        throw new Failure("usage", `that is no name of ${WORDS[given.kind]}`);
      if ((given.kind === "project") !== (given.pack !== undefined))
        throw new Failure(
          "usage",
          "a project needs the pack that is laid over it, nothing else has one",
        );
      if (given.asks === true && !ASKED_KINDS.some((one) => one === given.kind))
        throw new Failure("usage", `${WORDS[given.kind]} cannot be asked about`);
      const { blocks } = look();
      const same = blocks.find(
        (one) =>
          one.kind === given.kind &&
          one.name === name &&
          one.pack === given.pack &&
          one.asks === given.asks,
      );
      if (same !== undefined) return same;
      if (blocks.length >= BLOCKS_MAX)
        throw new Failure(
          "usage",
          `${BLOCKS_MAX} are blocked already: take some back, or write a policy`,
        );
      const block = { ...given, name, id: randomBytes(8).toString("hex") };
      write([...blocks, block]);
      return block;
    },
    remove(id) {
      const { blocks } = look();
      const found = blocks.find((one) => one.id === id);
      if (found !== undefined) write(blocks.filter((one) => one !== found));
      return found;
    },
  };
}

function readBlocks(file: string): readonly Block[] {
  const text = readPrivateFile(file, { secret: false }) ?? "";
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (parsed.success) return parsed.output.blocks;
  throw new Failure(
    "blocks-invalid",
    `\`${file}\` cannot be read, so what is blocked is not known: every call is refused until a person repairs or removes it`,
  );
}

/** Each kind in words, with what its name has to be. */
const WORDS: Readonly<Record<BlockKind, string>> = {
  host: "a host: write it without scheme and path",
  server: "a server: write it as the client does in names of tools",
  tool: "a tool: write it as the client does, such as `WebFetch` or `mcp__tracker__comment`",
  exception: "an exception: `sallyport policy exception list` has their ids",
  project: "a project: write its whole path, without `..`",
};

function policyOf(rules: readonly Rule[]): Policy {
  const compiled = {
    id: "blocks",
    layer: "user" as const,
    version: "1" as const,
    automaticApproval: true as const,
    rules,
  };
  return { ...compiled, digest: policyDigest(compiled) };
}

function rulesOf({ id, kind, name, asks }: Block): readonly Rule[] {
  const common = {
    ...(asks === true
      ? ({ verdict: "ask", remembered: false } as const)
      : ({ verdict: "deny" } as const)),
    instead: "ask the person; `sallyport block list` says who blocked it and why",
  };
  const is = asks === true ? "needs a person's yes for each call" : "is blocked";
  if (kind === "exception" || kind === "project") return [];
  if (kind === "server")
    return [
      {
        ...common,
        id: `server/${id}`,
        reason: `the MCP server \`${name}\` ${is}`,
        when: { effects: ["unknown"], mcp: [name] },
      },
    ];
  if (kind === "tool")
    return [
      {
        ...common,
        id: `tool/${id}`,
        reason: `the tool \`${name}\` ${is}`,
        when: { effects: EFFECT_KINDS, tools: [name] },
      },
    ];
  const reason = `the host \`${name}\` ${is}`;
  return [
    {
      ...common,
      id: `host/${id}`,
      reason,
      when: { effects: ["egress"], hosts: [name, `*.${name}`] },
    },
    {
      ...common,
      id: `remote/${id}`,
      reason,
      when: { effects: ["publish", "history"], remotes: [name, `${name}/**`, `*.${name}/**`] },
    },
  ];
}
