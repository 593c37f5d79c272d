// Definitions of agents: found where the client finds them, what their heads bring, and which of them a name starts.
import { dirname, join } from "node:path";
import { agentKey, type FrontMatter, readFrontMatter } from "#base/front-matter.ts";
import type { Brings } from "#record/event/session-events.ts";
import { createSeenTexts } from "../../foundation/files/seen-texts.ts";
import { declaration } from "./declaration.ts";
import { filesBelow } from "./files-below.ts";
import type { ModOrigin, ModPlaces } from "./find-mods.ts";

/** Directories above one that are looked into. */
const ABOVE_MAX = 64;
/** One definition. Where its head cannot be told for sure, it counts as what it may be. */
export type AgentDefinition = {
  /** Its file, absolute, and the folder of definitions that it was found in, with its path from there. */
  readonly place: string;
  readonly folder: string;
  readonly file: string;
  readonly origin: ModOrigin;
  /** Undefined where its name cannot be told: any name may start it. */
  readonly names: readonly string[] | undefined;
  /** What the client runs by itself while such an agent works. */
  readonly brings: readonly Brings[];
  /** Skills whose text it is started with; undefined where they cannot be told. */
  readonly skills: readonly string[] | undefined;
  /** Agents that the client starts beside it; undefined where they cannot be told. */
  readonly observers: readonly string[] | undefined;
};

/** `tooMany`: folders that hold more than is looked at. */
export type FoundAgents = {
  readonly definitions: readonly AgentDefinition[];
  readonly tooMany: readonly string[];
};

/**
 * Every definition that a session in these places may load (client 2.1.332): of `.claude/agents` in its directories and all above them,
 * and of the person's own, in subfolders too and by links. Those of plugins bring no hooks and no servers: the client ignores both
 * there. Looks at the disk, within bounds; never throws.
 */
export function findAgents({ directories, config }: ModPlaces): FoundAgents {
  const own = join(config, "agents");
  const above = directories.flatMap(upwards).map((one) => join(one, ".claude", "agents"));
  const folders = [...new Set([...above, own])];
  const tooMany: string[] = [];
  const definitions = folders.flatMap((folder) => {
    const { names: files, isCut } = filesBelow(folder);
    if (isCut) tooMany.push(folder);
    return files
      .filter((file) => file.endsWith(".md"))
      .flatMap((file): readonly AgentDefinition[] => {
        const place = join(folder, file);
        const head = headAt(place);
        const names = head?.values("name");
        // The client loads none without a name.
        if (names?.length === 0) return [];
        const has = (key: string) => head?.mayHave(key) !== false;
        const origin = folder === own ? "home" : "project";
        return [
          {
            place,
            folder,
            file,
            origin,
            names,
            brings: [
              ...(has("hooks") ? (["hooks"] as const) : []),
              ...(has("mcpServers") ? (["servers"] as const) : []),
            ],
            skills: head?.values("skills"),
            observers: head?.values("observer"),
          },
        ];
      });
  });
  return { definitions, tooMany };
}

/** Those that one of the names may start, with the agents that the client starts beside them. */
export function startedAgents(
  definitions: readonly AgentDefinition[],
  names: readonly string[] | "any",
): readonly AgentDefinition[] {
  if (names === "any") return definitions;
  const wanted = new Set(names.map(agentKey));
  const found = new Set<AgentDefinition>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const one of definitions) {
      const isMeant =
        one.names === undefined || one.names.some((name) => wanted.has(agentKey(name)));
      if (!isMeant || found.has(one)) continue;
      if (one.observers === undefined) return definitions;
      found.add(one);
      for (const name of one.observers) wanted.add(agentKey(name));
    }
  }
  return [...found];
}

/** The head of a definition; undefined where it cannot be read. WHY remembered: each call of an agent looks at all of them. */
const headAt = createSeenTexts((place): FrontMatter | undefined => {
  const read = declaration(place);
  return read === undefined ? undefined : readFrontMatter(read.text, read.isWhole);
});

function upwards(directory: string): readonly string[] {
  const found: string[] = [];
  for (let at = directory; found.length < ABOVE_MAX; at = dirname(at)) {
    found.push(at);
    if (dirname(at) === at) break;
  }
  return found;
}
