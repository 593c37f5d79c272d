// Where a policy is read from: a file of a person, of a repository, or of an administrator, plain or in a signed bundle.
import { dirname } from "node:path";
import type { Policy } from "#guard/policy/policy.ts";
import type { FileLayer } from "./policy-copy.ts";
import { signatureOf } from "./policy-file.ts";

/** A policy in a signed bundle; `keys`: the file of the keys that are pinned. */
export type BundleSource = {
  readonly layer: "managed";
  readonly file: string;
  readonly owner: number;
  readonly keys: string;
};

/** A file that a policy is read from. `owner`: of a managed one the user that file and folder must belong to. */
export type PolicySource =
  | { readonly file: string; readonly layer: "user" | "project" }
  | { readonly file: string; readonly layer: "managed"; readonly owner: number }
  | BundleSource;

/** Compiles the text of a policy file for a layer; `packs` are in place of those that ship. Throws a Failure with line and column. */
export type CompilePolicy = (
  text: string,
  file: string,
  layer: FileLayer,
  packs?: Readonly<Record<string, string>>,
) => Policy | Promise<Policy>;

/** In place of a signature: the file is gone, and what is kept of it is which versions it had. */
export const REMOVED = "removed";

/** Whether a source is a signed bundle. */
export function isBundle(source: PolicySource): source is BundleSource {
  return source.layer === "managed" && "keys" in source;
}

/**
 * By what a change of a source is seen; `own` is the signature of the file itself, empty where it is too fresh to be known
 * again. WHY the folder's too: a managed file is safe by whom its folder belongs to as well.
 */
export function signOf(source: PolicySource, own: string = signatureOf(source.file)): string {
  if (own === "" || source.layer !== "managed") return own;
  const keys = isBundle(source) ? ` ${signatureOf(source.keys)}` : "";
  return `${own} ${signatureOf(dirname(source.file))}${keys}`;
}
