// Globs of a policy in the forms in which the client's rules match them, as measured (docs/design/containment.md, decision 0048).
import type { Patterns } from "#guard/policy/sandbox-patterns.ts";
import { asPatterns, noPatterns } from "#guard/policy/sandbox-patterns.ts";
import type { Scope } from "./target.ts";

/** Characters that would end a rule early, negate a pattern or make it a comment. */
const UNWRITABLE = /[()\\,]|^[!#]|\p{Cc}/u;
const IN_PROJECT = "<project>/";

/**
 * Patterns for `Read(...)` and `Edit(...)`. A name at any depth needs two: one begins at the working directory and is what
 * the sandbox takes from a rule, the other one reaches everywhere else.
 */
export function rulePatterns(glob: string, scope: Scope): Patterns {
  if (UNWRITABLE.test(glob)) return noPatterns("it has characters that a rule cannot hold");
  if (glob.startsWith("//")) return noPatterns("it is no path");
  if (glob === "/**" || glob === "/") return asPatterns("//**");
  if (glob.startsWith("/")) return asPatterns(`/${glob}`);
  if (glob.startsWith("~/")) return asPatterns(glob);
  if (glob === "<project>") return noPatterns("no rule means a directory without what is in it");
  if (glob.startsWith(IN_PROJECT)) return projectRule(glob.slice(IN_PROJECT.length), scope);
  const name = glob.replace(/^(?:\*\*\/)+/, "");
  return asPatterns(`**/${name}`, `//**/${name}`);
}

function projectRule(inside: string, scope: Scope): Patterns {
  if (inside.startsWith("**/") || inside === "**") return asPatterns(inside);
  // One slash means the root of the project in its own settings file, and nothing of it in any other.
  if (scope === "project") return asPatterns(`/${inside}`);
  if (inside.includes("/")) return asPatterns(`./${inside}`);
  return noPatterns(
    "outside of a project's own settings a name alone would be matched at every depth",
  );
}
