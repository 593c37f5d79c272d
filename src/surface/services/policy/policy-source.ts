// Finds and loads a policy: a file of the person, or a pack that ships with the product.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as v from "valibot";
import { nearNames, quotedOr } from "#base/edit-distance.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import type { PackSource } from "#govern/library/pack-extends.ts";
import { PACK_KINDS } from "#govern/library/pack-schema.ts";
import { type PackHead, packHead, packsIn, parsePolicyPack } from "#govern/library/policy-pack.ts";
import { DEFAULT_PACK } from "#govern/settings/project-register.ts";
import type { Policy } from "#guard/policy/policy.ts";
import { packageRoot } from "../../foundation/product/product.ts";
import { compiledPack, textsOf } from "./compiled-packs.ts";
import type { FileLayer } from "./policy-copy.ts";
import { readPolicyText } from "./policy-file.ts";

const PACKS = pathToFileURL(join(packageRoot(), "data/policies/"));
const PackName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));

/** A policy as a person names it: a pack that ships, by the name of its file, or a file. */
export type PolicyName =
  | { readonly kind: "pack"; readonly name: string }
  | { readonly kind: "file"; readonly path: string };

/**
 * The policy that was named, or the built-in pack when none is. Throws Failure: `policy-unknown` where the name is neither a
 * pack nor a file, else `policy-unreadable`, `policy-syntax` or `policy-invalid`, with line and column where there is one.
 */
export function loadPolicy(named: string = DEFAULT_PACK): Policy {
  const policy = policyNamed(named);
  return policy.kind === "pack"
    ? loadPack(policy.name)
    : compilePolicyFile(readPolicyText(policy.path).text, policy.path);
}

/**
 * What a person means by a name: a pack that is called so, else a file. Throws a Failure with near names where it is neither:
 * `policy-unreadable` for what can only be a path, else `policy-unknown`. WHY packs first: a file that lies in a repository must not take a pack's place.
 */
export function policyNamed(named: string): PolicyName {
  const name = packNamed(named);
  if (name !== undefined) return { kind: "pack", name };
  if (existsSync(named)) return { kind: "file", path: named };
  throw unknownPolicy(named);
}

function unknownPolicy(named: string): Failure {
  const called = listPacks().flatMap(({ name, alsoCalled }) => [name, ...alsoCalled]);
  const near = nearNames(named, called);
  const advice =
    near.length > 0
      ? `did you mean ${quotedOr(near)}?`
      : "name a file that exists, or a pack that `sallyport policy list` shows";
  const isPath = /[/.]/.test(named);
  const what = isPath ? "there is no such file" : "it is neither a pack nor a file";
  return new Failure(
    isPath ? "policy-unreadable" : "policy-unknown",
    `there is no policy \`${printable(named.slice(0, 200))}\`: ${what}; ${advice}`,
  );
}

/**
 * Compiles the text of a policy file, which may extend packs that ship, or those that are given in their place. Throws as
 * `parsePolicyPack` does.
 */
export function compilePolicyFile(
  text: string,
  file: string,
  layer: FileLayer = "user",
  packs?: Readonly<Record<string, string>>,
): Policy {
  const source = packs === undefined ? shippedPack : packsIn(packs, (name) => `${file}:${name}`);
  return parsePolicyPack(text, file, { layer, source });
}

/** The name of the file of a pack that ships, by that name or another that the pack is called by. */
export function packNamed(name: string): string | undefined {
  if (!v.is(PackName, name)) return undefined;
  if (packNames().includes(name)) return name;
  return listPacks().find(({ alsoCalled }) => alsoCalled.includes(name))?.name;
}

/** Text and place of a pack that ships with the product. */
export const shippedPack: PackSource = (name) => {
  const own = packNamed(name);
  if (own === undefined) return undefined;
  const file = fileURLToPath(new URL(`${own}.yaml`, PACKS));
  // WHY no look at its owner: who could change it could change the program, and in a user namespace root is nobody.
  return { text: readFileSync(file, "utf8"), file };
};

/** A pack that ships with the product. Throws a Failure `policy-unknown` when there is none of this name. */
export function loadPack(name: string): Policy {
  const pack = shippedPack(name);
  if (pack === undefined) throw unknownPolicy(name);
  return (
    compiledPack(name, shippedPack) ??
    parsePolicyPack(pack.text, pack.file, { layer: "builtin", source: shippedPack })
  );
}

/** The digests of all texts that a pack which ships is made from. */
export function packTexts(name: string): Readonly<Record<string, string>> {
  return textsOf(shippedPack, (source) => {
    const pack = source(name);
    return pack && parsePolicyPack(pack.text, pack.file, { layer: "builtin", source });
  });
}

/** The packs that ship with the product, by what they are for, and in each group by name. */
export function listPacks(): readonly (PackHead & { readonly name: string })[] {
  const packs = packNames().map((name) => ({ name, ...headOf(shippedPack(name)?.text ?? "") }));
  return PACK_KINDS.flatMap((kind) => packs.filter((pack) => pack.kind === kind));
}

/** Heads by their text: one command asks for the list several times. */
const heads = new Map<string, PackHead>();

function headOf(text: string): PackHead {
  const head = heads.get(text) ?? packHead(text);
  heads.set(text, head);
  return head;
}

/** Names of the packs that ship with the product, in order. */
export function packNames(): readonly string[] {
  return readdirSync(PACKS)
    .flatMap((name) => (name.endsWith(".yaml") ? [name.slice(0, -".yaml".length)] : []))
    .sort();
}
