// Globs of a policy in the forms in which the client's rules and its sandbox match them, as measured (docs/design/containment.md).
import type { Scope } from "./target.ts";

/** Patterns that hold a glob, or why there are none. */
export type Patterns =
  | { readonly kind: "patterns"; readonly patterns: readonly string[] }
  | { readonly kind: "none"; readonly why: string };

/** Characters that would end a rule early, negate a pattern or make it a comment. */
const UNWRITABLE = /[()\\,]|^[!#]|\p{Cc}/u;
const IN_PROJECT = "<project>/";

/**
 * Patterns for `Read(...)` and `Edit(...)`. A name at any depth needs two: one begins at the working directory and is what
 * the sandbox takes from a rule, the other one reaches everywhere else.
 */
export function rulePatterns(glob: string, scope: Scope): Patterns {
  if (UNWRITABLE.test(glob)) return none("it has characters that a rule cannot hold");
  if (glob.startsWith("//")) return none("it is no path");
  if (glob === "/**" || glob === "/") return some("//**");
  if (glob.startsWith("/")) return some(`/${glob}`);
  if (glob.startsWith("~/")) return some(glob);
  if (glob === "<project>") return none("no rule means a directory without what is in it");
  if (glob.startsWith(IN_PROJECT)) return projectRule(glob.slice(IN_PROJECT.length), scope);
  const name = glob.replace(/^(?:\*\*\/)+/, "");
  return some(`**/${name}`, `//**/${name}`);
}

function projectRule(inside: string, scope: Scope): Patterns {
  if (inside.startsWith("**/") || inside === "**") return some(inside);
  // One slash means the root of the project in its own settings file, and nothing of it in any other.
  if (scope === "project") return some(`/${inside}`);
  if (inside.includes("/")) return some(`./${inside}`);
  return none("outside of a project's own settings a name alone would be matched at every depth");
}

/**
 * Patterns for `sandbox.filesystem`. WHY none for a person's own settings: relative ones cover nothing there, and any
 * repository switches that sandbox off.
 */
export function sandboxPatterns(glob: string): Patterns {
  if (/\p{Cc}/u.test(glob)) return none("it has characters that no path has");
  if (glob === "/**" || glob.startsWith("//")) return none("the sandbox needs what runs commands");
  const whole = glob.endsWith("/**") ? glob.slice(0, -3) : glob;
  if (whole.startsWith("/"))
    return whole.includes("**")
      ? none("patterns from the root of the disk cover nothing in the sandbox")
      : some(whole);
  if (whole.startsWith("~/")) return some(whole);
  if (whole === "<project>") return none("commands work in the project");
  if (whole.startsWith(IN_PROJECT)) {
    const inside = whole.slice(IN_PROJECT.length);
    return some(inside.startsWith("**/") ? inside : `./${inside}`);
  }
  return some(`**/${whole.replace(/^(?:\*\*\/)+/, "")}`);
}

/** Whether all that a glob means lies outside of the project, where contained commands write nothing anyway. */
export function isOutside(glob: string): boolean {
  return glob.startsWith("/") || glob.startsWith("~/");
}

function some(...patterns: readonly string[]): Patterns {
  return { kind: "patterns", patterns };
}

function none(why: string): Patterns {
  return { kind: "none", why };
}
