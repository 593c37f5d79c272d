// What one server says that it has: asked of it once for all that want to know, and held against what was pinned.
import { printable } from "#base/printable.ts";
import { partKey } from "#govern/mcp/contract.ts";
import type { Gate } from "./gate.ts";
import { type Ask, listAll, type Listed, LISTS } from "./listing.ts";
import { isMembers, type Members } from "./message.ts";
import type { GateOutcome, GateRefusal, Said } from "./said.ts";
import { namesSkills } from "./skills-told.ts";
import { refusalText } from "./stand-in.ts";

/** Tools that a person is told of at once. */
const LINES_MAX = 8;

export type CatalogOptions = {
  readonly gate: Gate;
  readonly ask: Ask;
  /** Hears the version of the protocol that the server speaks. */
  readonly speaks: (version: string) => void;
  readonly outcome: (outcome: GateOutcome) => void;
  readonly say: (line: string) => void;
  /** Whether the client is of the era without handshakes, by what it said until now. */
  readonly isModern: () => boolean;
};

/** Builds it; nothing is asked of the server yet. */
export function createCatalog({ gate, ask, speaks, outcome, say, isModern }: CatalogOptions) {
  let server: { readonly instructions: string | null; readonly capabilities: Members } | undefined;
  let said: Said | undefined;
  let looking: Promise<Listed> | undefined;
  let isStale = true;
  let toldOf = "";
  let isToldOld = false;

  /** Has the server say what it has, once for all that want to know at that time. */
  const look = (): Promise<Listed> => {
    looking ??= (async () => {
      isStale = false;
      if (server === undefined && isModern())
        await ask("server/discover", {}).then(noteServer, () => undefined);
      const { instructions, capabilities } = server ?? {
        instructions: null,
        capabilities: { tools: {} },
      };
      const listed = await listAll(ask, {
        instructions,
        capabilities,
        counts: (list) =>
          (list !== "resources" && list !== "skills") ||
          (gate.holds(list) && (list === "resources" || hasSkills() || !namesSkills(capabilities))),
      });
      said = listed.said;
      if (typeof said === "string") isStale = true;
      tellChange(listed.said);
      return listed;
    })().finally(() => {
      looking = undefined;
    });
    return looking;
  };

  const noteServer = (result: Members): void => {
    const { instructions, capabilities, protocolVersion } = result;
    server = {
      instructions: typeof instructions === "string" ? instructions : null,
      capabilities: isMembers(capabilities) ? capabilities : {},
    };
    if (typeof protocolVersion === "string") speaks(protocolVersion);
    if (isToldOld || !gate.isPinned()) return;
    isToldOld = true;
    const { resources } = server.capabilities;
    if (isMembers(resources) && !gate.holds("resources"))
      say(
        "the server was pinned before resources were counted, so they pass as they are; `sallyport mcp pin` agrees to them",
      );
    if (namesSkills(server.capabilities) && !gate.holds("skills"))
      say(
        "the server was pinned without its skills, so they are not passed on; `sallyport mcp pin` shows and pins them",
      );
  };

  /** Whether skills are asked for at all: they are pinned, and it is the era that has them. */
  const hasSkills = (): boolean => isModern() && gate.holds("skills");

  /** Puts on record, once, that what the server says is not what was pinned. */
  const tellChange = (now: Said): void => {
    gate.keep(now);
    const mark = typeof now === "string" ? now : now.digests.whole;
    if (mark === toldOf || !gate.isPinned()) return;
    toldOf = mark;
    if (typeof now === "string") {
      say(`what the server says of itself cannot be read: ${printable(now)}`);
      return outcome({ what: "changed", rule: "mcp-unreadable", tool: "" });
    }
    if (!gate.isAsPinned(now.contract.instructions)) {
      say(
        "the server's instructions are not those that were pinned; `sallyport mcp diff` shows them",
      );
      return outcome({ what: "changed", rule: "mcp-changed", tool: "" });
    }
    const out = LISTS.flatMap(([, , list]) =>
      definitions(list, now).flatMap(({ key, refusal }) =>
        refusal === undefined ? [] : [{ list, key, refusal }],
      ),
    );
    for (const { list, key, refusal } of out)
      outcome({ what: "changed", rule: refusal.rule, tool: list === "tools" ? key : "" });
    for (const { refusal } of out.slice(0, LINES_MAX)) say(refusalText(shown(refusal)));
    if (out.length > LINES_MAX) say(`${out.length - LINES_MAX} more parts are left out`);
  };

  /** What the server has of a list, each with what stands against it. */
  const definitions = (list: (typeof LISTS)[number][2], now: Exclude<Said, string>) =>
    (now.contract[list] ?? []).map((definition) => {
      const key = partKey(definition);
      const refusal = list === "tools" ? gate.tool(key, now) : gate.part({ list, key }, now);
      return { key, definition, refusal };
    });

  return {
    look,
    note: noteServer,
    hasSkills,
    definitions,
    said: () => said,
    server: () => server,
    /** Whether nothing has changed since it was asked. */
    isFresh: () => !isStale && looking === undefined,
    outdate(): void {
      isStale = true;
    },
  };
}

/** A refusal whose words of the server can be shown. */
export function shown(refusal: GateRefusal): GateRefusal {
  return { ...refusal, why: printable(refusal.why) };
}
