// The entries and handlers of the hooks of a file.
import { type JsonNode, memberOf } from "../json-text.ts";

/** One entry of an event. */
export type Group = { readonly event: string; readonly node: JsonNode };
/** One handler, the entry it stands in and its event. */
export type Handler = { readonly event: string; readonly group: JsonNode; readonly node: JsonNode };

/** All handlers of the hooks of a file. */
export function handlersOf(hooks: JsonNode | undefined): readonly Handler[] {
  return groupsOf(hooks).flatMap(({ event, node: group }) => {
    const list = memberOf(group, "hooks");
    return list?.kind === "array" ? list.elements.map((node) => ({ event, group, node })) : [];
  });
}

/** All entries of all events. */
export function groupsOf(hooks: JsonNode | undefined): readonly Group[] {
  if (hooks?.kind !== "object") return [];
  return hooks.members.flatMap(({ key: event, value }) =>
    value.kind === "array" ? value.elements.map((node) => ({ event, node })) : [],
  );
}
