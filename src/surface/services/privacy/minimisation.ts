// Whether what the client remembers holds personal data: its memory of projects and agents, and instructions, looked through by the detectors.
import { join, sep } from "node:path";
import type { Family, Tier } from "#guard/content/detection/finding.ts";
import { isAtLeast } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";
import { readRegularFile } from "../../foundation/files/regular-file.ts";
import { filesBelow } from "./file-forms.ts";

const FILES_MAX = 5_000;
const FILE_BYTES_MAX = 2 * 1024 * 1024;
const FINDINGS_MAX = 1_000;
const FAMILIES: readonly Family[] = ["secret", "personal", "health"];

/** One place of data in a file, never what it says. `line` counts from 1. */
export type RememberedFinding = {
  readonly store: string;
  readonly path: string;
  readonly line: number;
  readonly detector: string;
  readonly family: Family;
  readonly tier: Tier;
};

export type Minimisation = {
  readonly stores: readonly {
    readonly store: string;
    readonly path: string;
    readonly files: number;
  }[];
  readonly findings: readonly RememberedFinding[];
  readonly more: number;
  /** Files of which not everything was seen, with the reason. */
  readonly unseen: readonly { readonly path: string; readonly why: string }[];
};

/** Looks through every store that is there. `roots` are projects; `folders` are looked through as well. */
export async function lookAtMemory(where: {
  readonly client: string;
  readonly roots: readonly string[];
  readonly folders: readonly string[];
  readonly least: Tier;
}): Promise<Minimisation> {
  const stores: { store: string; path: string; files: number }[] = [];
  const findings: RememberedFinding[] = [];
  const unseen: { path: string; why: string }[] = [];
  let [more, looked] = [0, 0];
  for (const { store, path, holds } of storesOf(where)) {
    const all = filesBelow(path).paths.filter(holds);
    if (all.length > 0) stores.push({ store, path, files: all.length });
    for (const file of all) {
      looked += 1;
      if (looked > FILES_MAX) {
        unseen.push({ path, why: `more than ${FILES_MAX} files` });
        break;
      }
      const found = await lookAtFile(file, where.least);
      if (found.why !== undefined) unseen.push({ path: file, why: found.why });
      for (const one of found.findings)
        if (findings.length < FINDINGS_MAX) findings.push({ store, path: file, ...one });
        else more += 1;
    }
  }
  return { stores, findings, more, unseen };
}

async function lookAtFile(
  path: string,
  least: Tier,
): Promise<{
  readonly findings: readonly Omit<RememberedFinding, "store" | "path">[];
  readonly why?: string;
}> {
  const read = await readRegularFile(path, FILE_BYTES_MAX);
  if (read === undefined) return { findings: [], why: "it cannot be read" };
  const text = Buffer.from(read.bytes).toString("utf8");
  const { findings, isTruncated } = scanText(text, "memory", { path, families: FAMILIES });
  const told = findings
    .filter(({ tier }) => isAtLeast(tier, least))
    .map(({ detector, family, tier, start }) => ({
      detector,
      family,
      tier,
      line: text.slice(0, start).split("\n").length,
    }));
  const isWhole = read.complete && !isTruncated;
  return isWhole ? { findings: told } : { findings: told, why: "it was not seen in full" };
}

type Store = {
  readonly store: string;
  readonly path: string;
  readonly holds: (path: string) => boolean;
};

function storesOf({
  client,
  roots,
  folders,
}: {
  readonly client: string;
  readonly roots: readonly string[];
  readonly folders: readonly string[];
}): readonly Store[] {
  const all = () => true;
  return [
    {
      store: "memory of projects",
      path: join(client, "projects"),
      holds: (path) => path.includes(`${sep}memory${sep}`),
    },
    { store: "memory of agents", path: join(client, "agent-memory"), holds: all },
    { store: "instructions of the user", path: join(client, "CLAUDE.md"), holds: all },
    { store: "rules of the user", path: join(client, "rules"), holds: all },
    ...roots.flatMap((root): readonly Store[] => [
      { store: "instructions of the project", path: join(root, "CLAUDE.md"), holds: all },
      { store: "instructions of the project", path: join(root, "CLAUDE.local.md"), holds: all },
      {
        store: "instructions of the project",
        path: join(root, ".claude", "CLAUDE.md"),
        holds: all,
      },
      { store: "rules of the project", path: join(root, ".claude", "rules"), holds: all },
      { store: "memory of agents", path: join(root, ".claude", "agent-memory"), holds: all },
      { store: "memory of agents", path: join(root, ".claude", "agent-memory-local"), holds: all },
    ]),
    ...folders.map((path): Store => ({ store: "named folder", path, holds: all })),
  ];
}
