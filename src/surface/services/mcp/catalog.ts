// The catalog of an installation: signed statements about servers, the entries that they stand for, and what servers last said of themselves.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { Failure } from "#base/failure.ts";
import {
  type Contract,
  type ContractDigests,
  contractDigests,
  contractDigestsSchema,
  CONTRACT_CHARS_MAX,
  contractSchema,
} from "#govern/mcp/contract.ts";
import { entrySchema, entryText, type ServerEntry } from "#govern/mcp/entry.ts";
import { identityDigest, type ServerIdentity } from "#govern/mcp/identity.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import { writePrivateFile } from "../../foundation/files/private-file.ts";
import type { StatementStatus, StatementStore } from "../exceptions/statements.ts";
import { keptFiles } from "./kept-texts.ts";

/** Bytes of an entry, most of them names and digests of what is pinned. */
const ENTRY_BYTES_MAX = 4 * 1024 * 1024;
const SEEN_BYTES_MAX = CONTRACT_CHARS_MAX * 4;

/** An entry with the statement that it counts by. */
export type CatalogEntry = {
  readonly entry: ServerEntry;
  readonly status: StatementStatus;
  readonly identity: string;
  /** Whether it counts now. */
  readonly isInForce: boolean;
};

const seenSchema = v.strictObject({
  version: v.literal(1),
  atMs: v.number(),
  digests: contractDigestsSchema,
});
export type Seen = v.InferOutput<typeof seenSchema>;

export type Catalog = {
  /** The newest entry of each identity that counts in a project, in force or over. Throws a Failure `statements`, `mcp-catalog`. */
  entries(root: string, nowMs: number): readonly CatalogEntry[];
  /** What the server said of itself last; `unreadable` where that cannot be told. */
  seen(identity: ServerIdentity): Seen | "unreadable" | undefined;
  /** A contract that was kept, by its digest; undefined where it is gone or is another one. */
  contract(digest: string): Contract | undefined;
  /** Keeps an entry, before a person signs its digest. Throws a Failure `mcp-contract` for one that is too large to keep. */
  keepEntry(entry: ServerEntry): string;
  /** Keeps what a server said of itself now. Throws a Failure `mcp-contract` for what is too large to keep. */
  keepSeen(identity: ServerIdentity, contract: Contract, atMs: number): ContractDigests;
};

/** Opens the catalog; each question looks whether files changed. */
export function openCatalog(
  { mcp: folder }: Pick<Directories, "mcp">,
  statements: Pick<StatementStore, "all">,
): Catalog {
  const readEntry = keptFiles(ENTRY_BYTES_MAX, (bytes) => ({
    value: parsed(entrySchema, bytes),
    digest: createHash("sha256").update(bytes).digest("hex"),
  }));
  const readSeen = keptFiles(SEEN_BYTES_MAX, (bytes) => parsed(seenSchema, bytes));
  const readContract = keptFiles(SEEN_BYTES_MAX, (bytes) => parsed(contractSchema, bytes));
  const entryFile = (digest: string) => join(folder, "entries", `${digest}.json`);
  const contractFile = (digest: string) => join(folder, "contracts", `${digest}.json`);
  const seenFile = (identity: string) => join(folder, "seen", `${identity}.json`);
  const entryOf = (digest: string): ServerEntry => {
    const read = readEntry(entryFile(digest));
    if (read !== undefined && read !== "unreadable" && read.digest === digest && read.value)
      return read.value;
    throw new Failure(
      "mcp-catalog",
      `the entry of an approved MCP server in \`${entryFile(digest)}\` is gone or is not the one that was signed; withdraw the approval (\`sallyport mcp revoke\`) and approve the server again`,
    );
  };
  const keptContract = (digest: string): Contract | undefined => {
    const read = readContract(contractFile(digest));
    if (read === undefined || read === "unreadable") return undefined;
    return contractDigests(read).whole === digest ? read : undefined;
  };
  return {
    entries(root, nowMs) {
      const newest = new Map<string, CatalogEntry>();
      for (const status of statements.all(nowMs, "server")) {
        const { statement } = status.receipt;
        const { scope, digest, createdMs } = statement;
        if (digest === null || (scope.of === "project" && scope.path !== root)) continue;
        const isInForce = status.state === "in-force" || status.state === "ends-soon";
        // WHY: an entry that nobody relies on any more may be gone.
        if (!isInForce && !existsSync(entryFile(digest))) continue;
        const entry = entryOf(digest);
        const identity = identityDigest(entry.identity);
        const before = newest.get(identity);
        if (before !== undefined && before.status.receipt.statement.createdMs > createdMs) continue;
        newest.set(identity, { entry, status, identity, isInForce });
      }
      return [...newest.values()];
    },
    seen: (identity) => readSeen(seenFile(identityDigest(identity))),
    contract: keptContract,
    keepEntry(entry) {
      const { text, digest } = entryText(v.parse(entrySchema, entry));
      if (Buffer.byteLength(text) > ENTRY_BYTES_MAX)
        throw new Failure(
          "mcp-contract",
          `what the server says of itself needs more than ${ENTRY_BYTES_MAX} bytes of digests, so it cannot be pinned`,
        );
      keep(entryFile(digest), text);
      return digest;
    },
    keepSeen(identity, contract, atMs) {
      const digests = contractDigests(contract);
      const text = JSON.stringify(contract);
      if (text.length > CONTRACT_CHARS_MAX)
        throw new Failure(
          "mcp-contract",
          `what the server says of itself has ${text.length} characters, more than ${CONTRACT_CHARS_MAX}`,
        );
      // WHY not anew: texts of skills are no part of the digest, and what has them may be kept already.
      if (contract.texts !== undefined || keptContract(digests.whole) === undefined)
        keep(contractFile(digests.whole), text);
      const seen: Seen = { version: 1, atMs, digests };
      keep(seenFile(identityDigest(identity)), `${JSON.stringify(seen)}\n`);
      return digests;
    },
  };
}

function keep(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writePrivateFile(file, text);
}

function parsed<Output>(
  schema: v.GenericSchema<unknown, Output>,
  bytes: Buffer,
): Output | undefined {
  try {
    const told = v.safeParse(schema, JSON.parse(bytes.toString("utf8")));
    return told.success ? told.output : undefined;
  } catch {
    return undefined;
  }
}
