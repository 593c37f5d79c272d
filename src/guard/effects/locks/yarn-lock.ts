// yarn.lock of yarn 1, read line by line in exactly the form in which yarn writes it; any other line makes it unknown.
import { LOCK_PACKAGES_MAX } from "#base/limits.ts";
import type { LockFacts } from "../../facts/facts.ts";
import { isDigest, isPackageName, isRegistrySpec, registryOfAddress } from "./registry-names.ts";

const HEAD = "# yarn lockfile v1";
/** `name@^1.0.0, name@^1.1.0:`; what has other characters than these is in quotes. */
const KEY = /^(?:"[^"\\]+"|[^\s",:]+)(?:, (?:"[^"\\]+"|[^\s",:]+))*:$/;
const PATTERN = /"([^"]+)"|([^\s",:]+)/g;
const RESOLVED = /^ {2}resolved "([^"\\#]+)(?:#[0-9a-f]+)?"$/;
const INTEGRITY = /^ {2}integrity (\S+(?: \S+)*)$/;
const VERSION = /^ {2}version "\d[\w.+-]*"$/;
const NEEDING = /^ {2}(?:dependencies|optionalDependencies):$/;
/** `    name "^1.0.0"` */
const NEEDED = /^ {4}(?:"([^"\\]+)"|([^\s"]+)) (?:"([^"\\]*)"|([^\s"]+))$/;

/** Reads the text of a lock file; undefined where something of it is not a package of a registry with its digest. */
export function readYarnLock(text: string): LockFacts | undefined {
  const known = new Set<string>();
  const needed: string[] = [];
  const registries = new Set<string>();
  const lines = text.split("\n");
  if (!lines.slice(0, 3).includes(HEAD)) return undefined;
  let missing = "";
  let count = 0;
  let isList = false;
  for (const line of lines) {
    if (line === "" || line.startsWith("#")) continue;
    if (!line.startsWith(" ")) {
      if (missing !== "" || !KEY.test(line) || (count += 1) > LOCK_PACKAGES_MAX) return undefined;
      const patterns = [...line.slice(0, -1).matchAll(PATTERN)].map(
        ([, quoted, plain = ""]) => quoted ?? plain,
      );
      if (patterns.some((one) => known.has(one) || !isPattern(one))) return undefined;
      for (const one of patterns) known.add(one);
      missing = "vri";
      isList = false;
      continue;
    }
    const part = VERSION.test(line)
      ? "v"
      : RESOLVED.test(line)
        ? "r"
        : INTEGRITY.test(line)
          ? "i"
          : "";
    if (part !== "") {
      // Each stands once, and none behind the lists.
      if (!missing.includes(part) || isList) return undefined;
      missing = missing.replace(part, "");
    }
    if (part === "r") {
      const registry = registryOfAddress(RESOLVED.exec(line)?.[1]);
      if (registry === undefined) return undefined;
      registries.add(registry);
    } else if (part === "i") {
      if (!isDigest(INTEGRITY.exec(line)?.[1])) return undefined;
    } else if (part === "") {
      const [, name, plainName = "", range, plainRange = ""] = NEEDED.exec(line) ?? [];
      if (NEEDING.test(line)) isList = true;
      else if (!isList || !NEEDED.test(line)) return undefined;
      else needed.push(`${name ?? plainName}@${range ?? plainRange}`);
    }
  }
  // Yarn asks the registry for what a package needs and the file does not name, and says nothing of it.
  if (missing !== "" || !needed.every((one) => known.has(one))) return undefined;
  return { registries: [...registries], workspaces: [], complete: undefined };
}

function isPattern(text: string): boolean {
  const [, name = "", spec] = /^(@?[^@]+)@(.*)$/.exec(text) ?? [];
  return isPackageName(name) && isRegistrySpec(spec);
}
