// What a policy is compiled for, and the files that come of it.
import { MANAGED_DIRECTORY, type Platform } from "#govern/settings/managed-directory.ts";

/** Whose settings: a repository's, a person's own, those of a machine or fleet, or the daemon under an account of its own. */
export const SCOPES = ["project", "user", "managed", "system"] as const;
export type Scope = (typeof SCOPES)[number];

export type Target = { readonly scope: Scope; readonly platform: Platform };

/** A compiled file. `name` is its place below the output directory. */
export type OutputFile = {
  readonly name: string;
  /** Where it has to lie; undefined for what a console of device management takes. */
  readonly path: string | undefined;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
};

/** A path below the managed directory of a platform. */
export function managedPath(platform: Platform, name: string): string {
  const separator = platform === "windows" ? "\\" : "/";
  return [MANAGED_DIRECTORY[platform], ...name.split("/")].join(separator);
}
