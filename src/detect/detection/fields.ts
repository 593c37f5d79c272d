// The fields of events that a detection may name, and how the values of one are read.
import { isObject } from "#base/json.ts";
import { hasAlienLetters } from "#base/look-alike.ts";
import { NAME_KINDS, namesIn } from "#record/event/readable-part.ts";
import { tellsMore } from "#record/event/recorded-effect.ts";
import { hostDisguise } from "./host-disguise.ts";
import type { JsonObject } from "#record/log/leaf.ts";

/** A single value of a field; nothing else is compared. */
export type Scalar = string | number | boolean;

/** `effects`, `detectors` and `content` give the names that are counted; docs/design/audit-log.md says which event has which field. */
export const FIELDS: readonly string[] = [
  "kind",
  "product",
  "submitter",
  "session",
  "agent",
  "call",
  "doubts",
  "tool",
  "verdict",
  "class",
  "rules",
  "policy.id",
  "policy.layer",
  "policy.digest",
  "effects",
  "exceptions",
  "approvals",
  "approval",
  "question",
  "waitedMs",
  "chains",
  "chainPercent",
  "exception",
  "statement",
  "programs",
  "pipeline",
  "requested",
  "detectors",
  "content",
  "redacted",
  "scan",
  "orders",
  "ended",
  "findings",
  "mode",
  "interactive",
  "enforced",
  "observed",
  "canary",
  "off",
  "outcome",
  "background",
  "calls",
  "malformed",
  "certain",
  "unjudgedCount",
  "source",
  "why",
  "event",
  "how",
  "judged",
  "now",
  "code",
  "where",
  "answer",
  "cause",
  "count",
  "phase",
  "drill",
  "control",
  "scope",
  "what",
  "layer",
  "before",
  "entries",
  "tornBytes",
  "refused",
  "went",
  "provider",
  "fault",
  "prompt",
  "launched",
  "changes",
  "unchanged",
  "versioned",
  "rewritten",
  "durationMs",
  "inputSize",
  "responseSize",
  "minutes",
  "uses",
  "jumpMs",
  "steps",
  "machinePorts",
  "suggestions.type",
  "suggestions.destination",
  "mods.origin",
  "mods.loaded",
  "mods.agreed",
  "extensions.kind",
  "extensions.origin",
  "extensions.loaded",
  "extensions.standing",
  "clientVersion",
  "clientProof",
  "size",
  "known",
  "words.source",
  "words.decisionSource",
  "words.toolSource",
  "words.fromMode",
  "words.toMode",
  "words.trigger",
  "words.status",
  "words.serverScope",
  "words.hookEvent",
  "words.hookSource",
  "words.hookType",
  "words.managedOnly",
  "words.safeMode",
  "words.errorType",
  "words.action",
  "words.authMethod",
  "words.skillSource",
  "words.agentSource",
  "words.builtIn",
  "words.pluginScope",
  "words.enabledVia",
  "words.hasHooks",
  "words.hasMcp",
  "words.official",
  "words.managedHelper",
  "words.content",
  "words.from",
  "words.reason",
  "words.model",
  "sizes",
  "sizes.costUsdMicros",
  "sizes.inputTokens",
  "sizes.outputTokens",
  "sizes.tokens",
  "sizes.toolUses",
  "sizes.attempts",
  "sizes.hooksFailed",
  "sizes.hooksBlocking",
  "sizes.hooksCancelled",
  "sizes.status",
];

/**
 * Fields that only a reader with the key has: names of what a call is about, who and where, and `sealed.forged`, which is true where
 * something in the event is marked as sealed under a key that is here and does not open with it.
 */
export const SEALED_FIELDS: readonly string[] = [
  "sealed.user",
  "sealed.cwd",
  ...NAME_KINDS.map((kind) => `sealed.${kind}`),
  "sealed.means",
  "sealed.carries",
  "sealed.contacts",
  "sealed.disguises",
  "sealed.plugin",
  "sealed.marketplace",
  "sealed.skill",
  "sealed.forged",
];

/** Whether a field is there for a reader with the key alone. */
export function isSealedField(field: string): boolean {
  return field.startsWith("sealed.");
}

/** What a reader with the key saw of an event. */
export type OpenedPart = { readonly sealed: JsonObject | undefined; readonly isForged: boolean };

/**
 * An event as detections with `requires: key` see it: its clear metadata, and the sealed fields under `sealed`. Total: what is no text is left out.
 */
export function withSealedFields(metadata: JsonObject, opened: OpenedPart): JsonObject {
  const { sealed, isForged } = opened;
  // WHY only what is there: a field without a value says what a missing one does, and every event of a session comes by here.
  const fields: Record<string, JsonObject[string]> = { forged: isForged };
  if (sealed !== undefined) {
    addText(fields, "user", sealed["user"]);
    addText(fields, "cwd", sealed["cwd"]);
    if (sealed["readable"] !== undefined) addNames(fields, sealed);
    if (Array.isArray(sealed["effects"])) addEffects(fields, sealed["effects"].filter(isObject));
    if (isObject(sealed["names"]))
      for (const name of ["plugin", "marketplace", "skill"])
        addText(fields, name, sealed["names"][name]);
  }
  return { ...metadata, sealed: fields };
}

function addNames(fields: Record<string, JsonObject[string]>, sealed: JsonObject): void {
  const disguises = new Set<string>();
  for (const kind of NAME_KINDS) {
    const names = namesIn(sealed, kind);
    addTexts(fields, kind, names);
    for (const name of names) {
      const disguise = kind === "hosts" ? hostDisguise(name) : undefined;
      if (disguise !== undefined) disguises.add(`host-${disguise}`);
      else if (kind !== "hosts" && hasAlienLetters(name)) disguises.add("name-letters");
    }
  }
  addTexts(fields, "disguises", [...disguises]);
}

function addEffects(
  fields: Record<string, JsonObject[string]>,
  effects: readonly Readonly<Record<string, unknown>>[],
): void {
  const means: unknown[] = [];
  const carries: unknown[] = [];
  const contacts = new Set<string>();
  for (const effect of effects) {
    means.push(effect["means"]);
    if (Array.isArray(effect["carries"]))
      for (const carried of effect["carries"]) if (isObject(carried)) carries.push(carried["kind"]);
    const contact = contactOf(effect);
    if (contact !== undefined) contacts.add(contact);
  }
  addTexts(fields, "means", means);
  addTexts(fields, "carries", carries);
  addTexts(fields, "contacts", [...contacts]);
}

/**
 * What an effect tells whom, outside of this machine. `question`: it asks for what a short https address shows and tells nothing else;
 * `account`: the service that an account of the person leads to; `hidden`: a host that the call does not show; `told`: more than a
 * question goes to a host that it shows; `named`: the name of the host is where data stands, for whoever serves it to read.
 */
function contactOf(effect: Readonly<Record<string, unknown>>): string | undefined {
  const { kind, scope, at, name } = effect;
  if (kind === "egress" && name === "data") return "named";
  if (kind !== "egress" || (scope !== "other" && scope !== "unresolved")) return undefined;
  if (isObject(at) && at["known"] === "account") return "account";
  if (scope === "unresolved") return "hidden";
  return tellsMore(effect) ? "told" : "question";
}

/** Asks whether some value of a field passes a test; false for an event without the field. */
export type FieldReader = (event: JsonObject, test: (value: Scalar) => boolean) => boolean;

/** The reader of a field, made once for all events. Of a list of maps every map is looked at; of a map the names are the values. */
export function readerOf(field: string): FieldReader {
  const [first = "", ...rest] = field.split(".");
  if (rest.length === 0)
    return (event, test) => Object.hasOwn(event, first) && someValue(event[first], test);
  return (event, test) => Object.hasOwn(event, first) && someWithin(event[first], rest, 0, test);
}

/** The values that an event has for a field; none when it does not have the field. Total. */
export function valuesOf(metadata: JsonObject, field: string): readonly Scalar[] {
  const values: Scalar[] = [];
  readerOf(field)(metadata, (value) => {
    values.push(value);
    return false;
  });
  return values;
}

function someWithin(
  value: unknown,
  path: readonly string[],
  depth: number,
  test: (value: Scalar) => boolean,
): boolean {
  const name = path[depth];
  if (name === undefined) return someValue(value, test);
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[])
      if (isObject(item) && someWithin(item, path, depth, test)) return true;
    return false;
  }
  return (
    isObject(value) && Object.hasOwn(value, name) && someWithin(value[name], path, depth + 1, test)
  );
}

function someValue(value: unknown, test: (value: Scalar) => boolean): boolean {
  if (isScalar(value)) return test(value);
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) if (isScalar(item) && test(item)) return true;
    return false;
  }
  if (!isObject(value)) return false;
  for (const name of Object.keys(value)) if (test(name)) return true;
  return false;
}

function addText(fields: Record<string, JsonObject[string]>, name: string, value: unknown): void {
  if (typeof value === "string" && value !== "") fields[name] = value;
}

function addTexts(
  fields: Record<string, JsonObject[string]>,
  name: string,
  values: readonly unknown[],
): void {
  const texts = new Set<string>();
  for (const value of values) if (typeof value === "string") texts.add(value);
  if (texts.size > 0) fields[name] = [...texts];
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
