// One measurement: all tools of one client in one mode and stand, unknown tools and fields, calls that were tried, what leaked.
import { briefly, type CanaryCall, canaryCalls } from "./canary-calls.ts";
import { SPELLINGS } from "./canary-files.ts";
import { findLeaks, type Leak } from "./canary-sessions.ts";
import { openStand, type StandName } from "./canary-stands.ts";
import { KNOWN_TOOLS } from "./known-tools.ts";
import { offeredTools, ROSTERS, SERVER_NAME } from "./offered-tools.ts";
import { fieldsOf, type OfferedTool, takesText } from "./tool-fields.ts";

export type Trial = {
  readonly client: string;
  readonly mode: string;
  readonly stand: StandName;
  readonly isBrief: boolean;
  /** Only these tools. */
  readonly only?: readonly string[];
};

export type Tried = {
  readonly tools: readonly string[];
  readonly fields: number;
  readonly unknown: readonly string[];
  readonly calls: readonly CanaryCall[];
  readonly leaks: readonly Leak[];
  readonly seconds: number;
};

/** A hard link is a file of another name: no rule by path knows it, and it is read by judged calls as what it is called. */
export const isHardLink = ({ names }: CanaryCall): boolean => names === SPELLINGS["hard link"];

/** Tools and fields of a client that the table does not know. */
export function unknownFields(tools: readonly OfferedTool[]): readonly string[] {
  return tools.flatMap(({ name, input_schema }) => {
    if (name.startsWith(`mcp__${SERVER_NAME}__`)) return [];
    const known = KNOWN_TOOLS[name];
    if (known === undefined) return [name];
    const named = [...known.files, ...known.texts];
    const texts = fieldsOf(input_schema).filter(takesText);
    return texts.flatMap(({ path }) => (named.includes(path) ? [] : [`${name}.${path}`]));
  });
}

/** Runs it. */
export async function tryCanaries({ client, mode, stand, isBrief, only }: Trial): Promise<Tried> {
  const startMs = Date.now();
  const place = openStand(stand);
  const all: CanaryCall[] = [];
  const leaks: Leak[] = [];
  const offered: OfferedTool[] = [];
  try {
    for (const roster of Object.keys(ROSTERS)) {
      const tools = await offeredTools(client, roster, mode);
      offered.push(...tools);
      const wanted = tools.filter(({ name }) => only?.includes(name) ?? true);
      const whole = wanted.flatMap((tool) =>
        canaryCalls(tool, KNOWN_TOOLS[tool.name]?.files ?? []),
      );
      const calls = isBrief ? briefly(whole) : whole;
      all.push(...calls);
      leaks.push(...(await findLeaks(calls, { client, roster, mode, stand: place })));
    }
  } finally {
    place.close();
  }
  return {
    tools: offered.map(({ name }) => name).filter((name) => !name.startsWith("mcp__")),
    fields: offered.flatMap(({ input_schema }) => fieldsOf(input_schema).filter(takesText)).length,
    unknown: unknownFields(offered),
    calls: all,
    leaks,
    seconds: Math.round((Date.now() - startMs) / 1000),
  };
}
