// Globs of a policy in the forms that the client's sandbox makes concrete, as measured (docs/design/containment.md, decision 0048).
import { isOfProcesses } from "./process-files.ts";

/** Patterns that hold a glob, or why there are none. */
export type Patterns =
  | { readonly kind: "patterns"; readonly patterns: readonly string[] }
  | { readonly kind: "none"; readonly why: string };

const IN_PROJECT = "<project>/";

/**
 * Patterns for `sandbox.filesystem`. WHY none for a person's own settings: relative ones cover nothing there, and any
 * repository switches that sandbox off.
 */
export function sandboxPatterns(glob: string): Patterns {
  if (/\p{Cc}/u.test(glob)) return noPatterns("it has characters that no path has");
  if (glob === "/**" || glob.startsWith("//"))
    return noPatterns("the sandbox needs what runs commands");
  // WHY not as the others: the client fills such a pattern in with the processes that it sees, the sandbox has none of them, and no command starts in it.
  if (isOfProcesses(glob)) return noPatterns("commands see the processes of their own call alone");
  const whole = glob.endsWith("/**") ? glob.slice(0, -3) : glob;
  if (whole.startsWith("/"))
    return whole.includes("**")
      ? noPatterns("patterns from the root of the disk cover nothing in the sandbox")
      : asPatterns(whole);
  if (whole.startsWith("~/")) return asPatterns(whole);
  if (whole === "<project>") return noPatterns("commands work in the project");
  if (whole.startsWith(IN_PROJECT)) {
    const inside = whole.slice(IN_PROJECT.length);
    return asPatterns(inside.startsWith("**/") ? inside : `./${inside}`);
  }
  return asPatterns(`**/${whole.replace(/^(?:\*\*\/)+/, "")}`);
}

/** Whether all that a glob means lies outside of the project, where contained commands write nothing anyway. */
export function isOutside(glob: string): boolean {
  return glob.startsWith("/") || glob.startsWith("~/");
}

/** Patterns that a glob comes to. */
export function asPatterns(...patterns: readonly string[]): Patterns {
  return { kind: "patterns", patterns };
}

/** Why a glob comes to no pattern. */
export function noPatterns(why: string): Patterns {
  return { kind: "none", why };
}
