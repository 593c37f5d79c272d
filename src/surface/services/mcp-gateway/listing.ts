// What a server says of itself, asked through the gateway's own requests: every page of every list, bounded.
import {
  CONTRACT_CHARS_MAX,
  contractSchema,
  contractDigests,
  TOOLS_MAX,
} from "#govern/mcp/contract.ts";
import * as v from "valibot";
import type { Said } from "./said.ts";
import { isMembers, type Members } from "./message.ts";

const PAGES_MAX = 100;

/** The extension by which a server brings skills (protocol 2026-07-28), beside the capabilities. */
export const SKILLS = "io.modelcontextprotocol/skills";

/** The lists of a contract: how each is asked for, and under which capability it is there. */
export const LISTS = [
  ["tools/list", "tools", "tools", "tools"],
  ["prompts/list", "prompts", "prompts", "prompts"],
  ["resources/templates/list", "resourceTemplates", "templates", "resources"],
  ["resources/list", "resources", "resources", "resources"],
  ["skills/list", "skills", "skills", SKILLS],
] as const;

/** Asks the server; gives its result. Rejects with an Error whose message is for a person. */
export type Ask = (method: string, params: Members) => Promise<Members>;

/** What was found: what it says of itself, and its first answer about each list, for the members beside the list. */
export type Listed = {
  readonly said: Said;
  readonly first: Readonly<Record<string, Members>>;
};

/** Asks for everything. `capabilities` are those that the server named. Never rejects. */
export async function listAll(
  ask: Ask,
  {
    instructions,
    capabilities,
    counts,
  }: {
    readonly instructions: string | null;
    readonly capabilities: Members;
    /** Whether a list counts: in pins that are older some do not. */
    readonly counts: (list: (typeof LISTS)[number][2]) => boolean;
  },
): Promise<Listed> {
  const first: Record<string, Members> = {};
  let chars = instructions?.length ?? 0;
  const all = async (method: string, key: string): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await ask(method, cursor === undefined ? {} : { cursor });
      if (page === 0) first[method] = answer;
      const items: unknown = answer[key];
      if (!Array.isArray(items)) throw new Error(`its list of ${key} is none`);
      if (found.length + items.length > TOOLS_MAX)
        throw new Error(`it has more than ${TOOLS_MAX} ${key}, which nobody reads`);
      chars += JSON.stringify(items).length;
      if (chars > CONTRACT_CHARS_MAX) throw new Error("what it says of itself is too large");
      found.push(...(items as readonly unknown[]));
      const next = answer["nextCursor"];
      if (typeof next !== "string") return found;
      cursor = next;
    }
    throw new Error(`its list of ${key} has no end`);
  };
  const { extensions } = capabilities;
  const named = isMembers(extensions) ? { ...capabilities, ...extensions } : capabilities;
  const isThere = (capability: string) => isMembers(named[capability]);
  try {
    const lists: Record<string, readonly unknown[]> = {};
    for (const [method, key, part, capability] of LISTS)
      if (counts(part)) lists[part] = isThere(capability) ? await all(method, key) : [];
    const contract = v.safeParse(contractSchema, { instructions, ...lists });
    if (!contract.success) throw new Error("what it says of itself has another form");
    return {
      first,
      said: { contract: contract.output, digests: contractDigests(contract.output) },
    };
  } catch (cause) {
    return { first, said: cause instanceof Error ? cause.message : "it did not answer" };
  }
}
