// Packs that ship, as the build compiled them: taken while the texts that they were compiled from are the same.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import type { PackSource } from "#govern/library/pack-extends.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { readShippedPack } from "./compiled-policy.ts";
import { textDigest } from "../../foundation/product/parsed-data.ts";

/** Beside the compiled packs: by the name of each, the digests of all texts that it was made from. */
export const PACK_TEXTS_FILE = "pack-texts.json";
const textsSchema = v.record(v.string(), v.record(v.string(), v.string()));

/** The digests of all texts that a pack is made from, its own first. `compile` compiles it from the source that it is given. */
export function textsOf(
  source: PackSource,
  compile: (noting: PackSource) => unknown,
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  compile((name) => {
    const pack = source(name);
    if (pack !== undefined) texts[name] = textDigest(pack.text);
    return pack;
  });
  return texts;
}

/** The pack as it was compiled; undefined when this runs from source, or when a text is not the one it was made from. */
export function compiledPack(name: string, source: PackSource): Policy | undefined {
  if (import.meta.url.endsWith(".ts")) return undefined;
  const beside = (file: string) => fileURLToPath(new URL(`../../../${file}`, import.meta.url));
  try {
    const known = v.parse(textsSchema, JSON.parse(readFileSync(beside(PACK_TEXTS_FILE), "utf8")));
    const texts = Object.entries((Object.hasOwn(known, name) ? known[name] : undefined) ?? {});
    const isSame = texts.every(([pack, digest]) => textDigest(source(pack)?.text ?? "") === digest);
    return texts.length > 0 && isSame ? readShippedPack(beside("policies"), name) : undefined;
  } catch {
    // What is missing or damaged here is compiled from its text.
    return undefined;
  }
}
