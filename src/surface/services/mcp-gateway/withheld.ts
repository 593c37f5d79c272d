// What of a server's answer is kept from the model: what the policy in force withholds of tools' outputs, as the hook does.
import { randomUUID } from "node:crypto";
import { redactJson } from "#guard/content/redact.ts";
import { isOutputWithheld } from "#guard/policy/content-policy.ts";
import { REQUIREMENTS, type Requirement } from "#guard/policy/policy.ts";
import type { Json } from "#guard/toolcall/tool-call.ts";
import type { EventStamp } from "#record/event/event.ts";
import { judgingPolicy } from "../evaluation/judging-policy.ts";
import { isMembers } from "./message.ts";

/** How long the policy is taken to be the same, in milliseconds. */
const POLICY_MS = 5_000;
/** Kinds of content whose data are bytes in base64: no text that a model reads. */
const BYTES = new Set(["image", "audio"]);

/** Builds the look through answers. Where no policy can be read, everything that there is to withhold is withheld. */
export function createWithholding(
  project: string,
  {
    data,
    stamp,
    nowMs,
  }: { readonly data: string; readonly stamp: () => EventStamp; readonly nowMs: () => number },
): (content: Json) => Promise<{ readonly value: Json; readonly count: number }> {
  const mark = stamp().mark(randomUUID());
  let known: { readonly atMs: number; readonly requires: readonly Requirement[] } | undefined;
  const requirements = async (): Promise<readonly Requirement[]> => {
    if (known === undefined || nowMs() - known.atMs > POLICY_MS) {
      const requires = await judgingPolicy(project, undefined, { root: data }).then(
        ({ policy }) => policy.requires ?? [],
        () => REQUIREMENTS,
      );
      known = { atMs: nowMs(), requires };
    }
    return known.requires;
  };
  return async (content) => {
    const requires = await requirements();
    if (!requires.some((one) => one.startsWith("outputs-"))) return { value: content, count: 0 };
    const { bare, back } = withoutBytes(content);
    const { value, marks } = redactJson(bare, {
      isWithheld: (finding) => isOutputWithheld(finding, requires),
      mark,
    });
    return marks.length === 0
      ? { value: content, count: 0 }
      : { value: back(value), count: new Set(marks).size };
  };
}

/** The content without the bytes of pictures and sound, and how they come back into it. */
function withoutBytes(content: Json): {
  readonly bare: Json;
  readonly back: (value: Json) => Json;
} {
  const kept = new Map<string, Json>();
  const walk = (value: Json, path: string, put: (key: string, one: Json) => Json): Json => {
    if (Array.isArray(value))
      return (value as readonly Json[]).map((one, at) => walk(one, `${path}/${at}`, put));
    if (!isMembers(value)) return value;
    const isBytes = typeof value["type"] === "string" && BYTES.has(value["type"]);
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => {
        const at = `${path}/${name}`;
        const isHeld = (name === "data" && isBytes) || name === "blob";
        return [name, isHeld ? put(at, one) : walk(one, at, put)];
      }),
    );
  };
  const bare = walk(content, "", (path, one) => {
    kept.set(path, one);
    return null;
  });
  return { bare, back: (value) => walk(value, "", (path) => kept.get(path) ?? null) };
}
