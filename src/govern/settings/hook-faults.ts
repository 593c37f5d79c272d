// Hook entries that the client cannot load, by its own schema of them.
import { type JsonNode, memberOf, toJson } from "./json-text.ts";

/** An entry that cannot be loaded. `event` is undefined where all hooks are meant. */
export type HookFault = {
  readonly event: string | undefined;
  readonly node: JsonNode;
  readonly message: string;
};

/** Handler types that the client knows; measured: one unknown type in front of a tool voids the whole file. */
const handlerTypes = ["command", "http", "mcp_tool", "prompt", "agent"];

/** What is wrong with the value of `hooks`. */
export function hookFaults(hooks: JsonNode): readonly HookFault[] {
  if (hooks.kind !== "object")
    return [{ event: undefined, node: hooks, message: "`hooks` is not an object" }];
  return hooks.members.flatMap(({ key: event, value }) => {
    if (value.kind !== "array")
      return [{ event, node: value, message: `\`hooks.${event}\` is not a list` }];
    return value.elements.flatMap((group) => groupFaults(group, event));
  });
}

function groupFaults(group: JsonNode, event: string): readonly HookFault[] {
  const handlers = memberOf(group, "hooks");
  const matcher = memberOf(group, "matcher");
  if (handlers?.kind !== "array") {
    return [
      { event, node: group, message: `an entry of \`hooks.${event}\` has no list of \`hooks\`` },
    ];
  }
  return [
    ...(matcher === undefined || isText(matcher)
      ? []
      : [{ event, node: matcher, message: "a `matcher` is not a string" }]),
    ...handlers.elements.flatMap((handler) => handlerFaults(handler, event)),
  ];
}

function handlerFaults(handler: JsonNode, event: string): readonly HookFault[] {
  const type = textOf(memberOf(handler, "type"));
  const onFailure = memberOf(handler, "onFailure");
  const timeout = memberOf(handler, "timeout");
  const found: HookFault[] = [];
  const report = (node: JsonNode, message: string) => found.push({ event, node, message });
  if (type === undefined || !handlerTypes.includes(type)) {
    report(handler, `a hook has no \`type\` that the client knows (${handlerTypes.join(", ")})`);
  }
  if (type === "command" && textOf(memberOf(handler, "command")) === undefined) {
    report(handler, "a command hook has no `command`");
  }
  if (type === "http" && !isHttpUrl(textOf(memberOf(handler, "url")))) {
    report(handler, "an http hook has no `url` that begins with http:// or https://");
  }
  if (onFailure !== undefined && !["continue", "block"].includes(textOf(onFailure) ?? "")) {
    report(onFailure, "`onFailure` is neither `continue` nor `block`");
  }
  if (timeout !== undefined && !(Number(toJson(timeout)) > 0)) {
    report(timeout, "a `timeout` is not a number of seconds");
  }
  return found;
}

function isHttpUrl(text: string | undefined): boolean {
  return text !== undefined && /^https?:\/\/[^/]/i.test(text) && URL.canParse(text);
}

function isText(node: JsonNode): boolean {
  return textOf(node) !== undefined;
}

function textOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}
