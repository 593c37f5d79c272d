// Detours of programs in JavaScript, and what they come to.
import { bare, type Folding, LIST, of } from "./folding.ts";

/** Members that are taken by their names or under others, and modules that are imported late. */
export const JAVASCRIPT: readonly Folding[] = [
  of(
    String.raw`\bReflect\.get\(\s*(require\([^()]{1,40}\)|NAME)\s*,\s*(TEXT)\s*\)`,
    (module, member) => `${module}.${bare(member)}`,
  ),
  of(
    String.raw`\brequire\(\s*['"](?:keytar|cross-keychain|@napi-rs/keyring)['"]\s*\)`,
    () => "require('child_process').execFileSync('secret-tool', ['search'])",
  ),
  of(
    String.raw`\{\s*(exec(?:File)?(?:Sync)?|spawn(?:Sync)?|rm(?:Sync)?|unlink(?:Sync)?)\s*:\s*(NAME)\s*\}`,
    (name, alias) => `{${name}}/* ${alias} */`,
  ),
  of(
    String.raw`\{(\w{1,40})\}\/\* (\w{1,40}) \*\/([\s\S]{0,800})`,
    (name, alias, rest) =>
      `{${name}}${rest.replaceAll(new RegExp(`\\b${alias}\\(`, "g"), () => (/^(?:rm|unlink)/.test(name) ? `require('fs').${name}(` : `require('child_process').${name}(`))}`,
  ),
  of(
    String.raw`\brequire\(\s*['"](?:node:)?vm['"]\s*\)\.run\w{1,30}\(\s*['"]process['"]\s*\)`,
    () => "process",
  ),
  of(String.raw`\bimport\(\s*(TEXT)\s*\)\.then\(`, (name) => `require(${name});(`),
  of(
    String.raw`\b(?:const|let|var)\s+(NAME)\s*=\s*\[${LIST.slice(String.raw`[[(]\s*`.length)}([\s\S]{0,400}?)\b(exec(?:File)?(?:Sync)?|spawn(?:Sync)?)\(\s*\1\[0\]\s*,\s*\1\.slice\(1\)`,
    (_name, list, rest, verb) =>
      `${rest}${verb}(${list.split(",")[0] ?? ""}, [${list.split(",").slice(1).join(",")}]`,
  ),
];
