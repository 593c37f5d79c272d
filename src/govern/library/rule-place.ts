// Where a rule of a policy stands in its file, for whoever has to correct it.
import { readDeclaration } from "#base/declaration.ts";
import { Failure, type SourcePlace } from "#base/failure.ts";
import { readRule } from "#guard/native/rule.ts";
import { nativeMeaning } from "./native-rule.ts";
import { type Pack, PACK_CHARS_MAX, PackSchema } from "./pack-schema.ts";

type PlaceOf = (path: readonly (string | number)[]) => SourcePlace;
const LISTS = ["deny", "ask", "allow"] as const;

/**
 * The place of the rule of an id in a policy's text; of a rule that an extended pack brings, that of `extends`. Undefined
 * where the text cannot be read, which is told elsewhere.
 */
export function placeOfRule(text: string, file: string, id: string): SourcePlace | undefined {
  return withPack(text, file, ({ rules, native }, place) => {
    const index = rules.findIndex((rule) => rule.id === id);
    if (index !== -1) return place(["rules", index, "id"]);
    // Rules of the client that come to the same id are numbered behind it.
    const base = id.replace(/-\d+$/, "");
    for (const list of LISTS)
      for (const [at, written] of native[list].entries()) {
        const ids = nativeMeaning(written, list)?.rules.map((rule) => rule.id) ?? [];
        if (ids.includes(id) || ids.includes(base)) return place(["native", list, at]);
      }
    return place(["extends"]);
  });
}

/**
 * The place of what takes a whole tool away: a rule of the client by its bare name, or a rule that denies all that runs.
 * Undefined where the policy itself says nothing of the kind.
 */
export function placeOfToolDenial(
  text: string,
  file: string,
  tool: string,
): SourcePlace | undefined {
  return withPack(text, file, ({ rules, native }, place) => {
    const at = native.deny.findIndex((written) => {
      const read = readRule(written.trim());
      return read.kind !== "malformed" && read.tool === tool && isWhole(read.subject);
    });
    if (at !== -1) return place(["native", "deny", at]);
    const index = rules.findIndex(
      (rule) =>
        rule.verdict === "deny" &&
        (rule.tools === undefined
          ? rule.effects.includes("execute") && rule.commands === undefined
          : Array.isArray(rule.tools) && rule.tools.includes(tool)),
    );
    return index === -1 ? undefined : place(["rules", index, "id"]);
  });
}

function isWhole(subject: string | undefined): boolean {
  return subject === undefined || ["*", "**", ":*"].includes(subject);
}

function withPack(
  text: string,
  file: string,
  find: (pack: Pack, place: PlaceOf) => SourcePlace | undefined,
): SourcePlace | undefined {
  const options = { file, kind: "policy", schema: PackSchema, charsMax: PACK_CHARS_MAX } as const;
  try {
    const { value, place } = readDeclaration(text, options);
    return find(value, place);
  } catch (cause) {
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}
