// What changed between two releases of the client, and between a release and the catalogue, by kind of name.
import type { Catalogue } from "#govern/settings/catalogue.ts";
import type { ReleaseFacts } from "./release-facts.ts";

/** The kinds of names, in the order of the page. */
export const KINDS = [
  ...["keys", "events", "payload_fields", "tools", "tool_fields", "modes"],
  ...["mod_events", "flags", "start_only", "variables"],
] as const;
/** One of them. */
export type Kind = (typeof KINDS)[number];

/** All names of a release by kind. */
export type ReleaseNames = Readonly<Record<Kind, readonly string[]>>;
/** Names that came, and names that went. */
export type Change = {
  readonly names: Kind;
  readonly new: readonly string[];
  readonly gone: readonly string[];
};

/** What a release is made of, flat. A key's choices are names below it, as `key=choice`. */
export function namesOf(
  facts: ReleaseFacts,
  toolFields: ReadonlyMap<string, readonly string[]>,
): ReleaseNames {
  const below = (map: ReadonlyMap<string, readonly string[]>) =>
    [...map].flatMap(([name, fields]) => fields.map((field) => `${name}.${field}`)).sort();
  return {
    keys: facts.keys
      .flatMap(({ key, values = [] }) => [key, ...values.map((value) => `${key}=${value}`)])
      .sort(),
    events: facts.events,
    payload_fields: below(facts.fields),
    tools: facts.tools,
    tool_fields: below(toolFields),
    modes: facts.modes,
    mod_events: facts.modEvents,
    flags: facts.flags,
    start_only: facts.startOnly,
    variables: facts.variables,
  };
}

/** The kinds in which two releases differ. */
export function changesBetween(older: ReleaseNames, newer: ReleaseNames): readonly Change[] {
  return KINDS.flatMap((names) => {
    const [before, after] = [new Set(older[names]), new Set(newer[names])];
    const change = {
      names,
      new: newer[names].filter((name) => !before.has(name)),
      gone: older[names].filter((name) => !after.has(name)),
    };
    return change.new.length + change.gone.length === 0 ? [] : [change];
  });
}

/** Names that the catalogue holds as known to its newest client. Variables are those that matter, so what lacks there is no news. */
export function cataloguedNames(catalogue: Catalogue): ReleaseNames {
  const current = (
    list: readonly { readonly name: string; readonly until?: string | undefined }[],
  ) => list.flatMap(({ name, until }) => (until === undefined ? [name] : []));
  return {
    keys: catalogue.keys.flatMap(({ key, until, values = [] }) =>
      until === undefined ? [key, ...values.map((value) => `${key}=${value}`)] : [],
    ),
    events: current(catalogue.events),
    payload_fields: current(catalogue.payload_fields),
    tools: current(catalogue.tools),
    tool_fields: current(catalogue.tool_fields),
    modes: current(catalogue.modes),
    mod_events: current(catalogue.mod_events),
    flags: current(catalogue.flags),
    start_only: current(catalogue.start_only),
    variables: current(catalogue.variables),
  };
}
