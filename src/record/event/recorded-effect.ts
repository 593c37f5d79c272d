// A recorded effect in words for people: what its stand-ins still tell of what a call would do, and of where.
import { isObject, stringOrEmpty } from "#base/json.ts";
import type { JsonObject } from "../log/leaf.ts";
import { hiddenPart } from "./place-shape.ts";

const KINDS: Readonly<Record<string, string>> = {
  read: "reads",
  write: "writes",
  delete: "deletes",
  egress: "contacts",
  execute: "runs",
  history: "changes history",
  publish: "publishes",
  deploy: "acts on a running system",
  install: "installs",
  privilege: "gains rights",
  persist: "makes something start by itself later",
  tamper: "touches a control of the session",
  unknown: "does something that cannot be told",
};

const SCOPES: Readonly<Record<string, string>> = {
  project: "something in the project",
  home: "something in the home directory",
  system: "something of the system",
  temp: "something in scratch space",
  own: "something of sallyport",
  other: "something elsewhere",
  unresolved: "a place that is not known",
};

/** Whether a recorded egress tells more than a question: more than a short https address with the words of the call. Total. */
export function tellsMore({ asks, carries }: Readonly<Record<string, unknown>>): boolean {
  if (asks !== true) return true;
  return (
    Array.isArray(carries) && carries.some((one) => isObject(one) && one["kind"] !== "argument")
  );
}

/**
 * One effect as `effectDetails` recorded it: "reads `.env` in the project". `roots` are the shapes of project and home. What
 * is hidden is `…`. For whatever is not in it, total.
 */
export function describeRecorded(effect: JsonObject, roots: JsonObject): string {
  const kind = stringOrEmpty(effect["kind"]);
  const verb = KINDS[kind] ?? "does something that this version does not know";
  switch (kind) {
    case "read":
    case "write":
    case "delete":
      return `${verb} ${placeOf(effect, roots)}`;
    case "persist":
    case "tamper":
      return effect["scope"] === undefined ? verb : `${verb}: ${placeOf(effect, roots)}`;
    case "egress":
      return `${verb} ${hostOf(effect)}`;
    case "execute":
      return `${verb} a program${effect["reach"] === "unbounded" ? ", which may do anything" : ""}`;
    case "history":
      return `${verb}: ${stringOrEmpty(effect["operation"])}${effect["remote"] === undefined ? "" : " on a remote"}`;
    case "publish":
      return `${verb} (${stringOrEmpty(effect["channel"])})`;
    case "install":
      return `${verb} packages with ${stringOrEmpty(effect["manager"])}`;
    case "privilege":
      return `${verb} through ${stringOrEmpty(effect["means"])}`;
    case "unknown":
      return `${verb}: ${stringOrEmpty(effect["reason"])}`;
    default:
      return verb;
  }
}

/** The shape of a path below the project or the home, with `…` for what is hidden; else only where it is. */
function placeOf(effect: JsonObject, roots: JsonObject): string {
  const scope = stringOrEmpty(effect["scope"]);
  const words = SCOPES[scope] ?? "something";
  const { at } = effect;
  const path = isObject(at) ? stringOrEmpty(at["path"]) : "";
  const root = stringOrEmpty(roots[scope]);
  if (root === "" || !path.startsWith(`${root}/`)) return words;
  const parts = path.slice(root.length + 1).split("/");
  const shown = parts.map((part) => {
    const hidden = hiddenPart(part);
    return hidden === undefined ? part : `${hidden.head}…${hidden.tail}`;
  });
  return `\`${shown.join("/")}\` in the ${scope === "home" ? "home directory" : "project"}`;
}

function hostOf(effect: JsonObject): string {
  const { at } = effect;
  const known = isObject(at) ? at["known"] : undefined;
  if (known === "remote") return "the repository's own remote";
  if (known === "account") return "the service that the person is signed in to";
  if (effect["scope"] === "system") return "this machine";
  return effect["scope"] === "unresolved" ? "a host that is not known" : "a host";
}
