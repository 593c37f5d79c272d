// Patterns of a policy that nothing can ever match, as people write them who think of another language: why, and what to write.

/** Patterns that mean every path. */
export const ANY_PATH: readonly string[] = ["**", "/**", "**/*"];

const WRITE = "write it from `<project>/`, `~/` or `/`, or as a name at any depth";

/** Why no path is ever matched by a pattern; undefined where some may be. */
export function pathFault(pattern: string): string | undefined {
  const never = (why: string): string => `can match nothing: ${why}; ${WRITE}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) return never("it is an address and no path");
  if (/^[A-Za-z]:[\\/]/.test(pattern))
    return never("paths are held against it with `/`, and begin with no letter of a drive");
  if (/^\$\{?\w|\/\$\{?[A-Z_]+\}?(?:\/|$)|^%\w+%/.test(pattern))
    return never("variables are not filled in");
  if (/^~[^/]/.test(pattern)) return never("only your own home is known by `~/`");
  if (pattern === "~") return never("a home directory is `~/`");
  const parts = pattern.split("/");
  if (parts.includes("..")) return never("`..` is never in a path that is judged");
  if (parts.includes(".")) return never("`.` is never a part of a path that is judged");
  if (/^<(?!project>)/.test(pattern) || /.<project>/.test(withoutClientFolder(pattern)))
    return never("`<project>` is the only word in brackets, and stands at the beginning");
  if (pattern !== pattern.trim()) return never("spaces at its ends count");
  return undefined;
}

/** What the client keeps about this project may name it in the middle. */
function withoutClientFolder(pattern: string): string {
  return pattern.replace(/^~\/\.claude\/projects\/<project>\//, "~/");
}

/** Why no host is ever matched by a pattern; undefined where some may be. */
export function hostFault(pattern: string): string | undefined {
  const never = (why: string, instead: string): string =>
    `can match no host: ${why}; write ${instead}`;
  const bare = bareHost(pattern);
  const name = bare === "" ? "the name alone" : `\`${bare}\``;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) return never("a host has no scheme", name);
  if (pattern.includes("@")) return never("a host has no user", name);
  if (pattern.includes("/")) return never("a host has no path", name);
  if (/^[^:]+:\d+$/.test(pattern)) return never("a host is named without its port", name);
  if (/[A-Z]/.test(pattern)) return never("hosts are in lower case", name);
  if (pattern !== pattern.trim() || pattern === "") return never("it is no name", name);
  if (/\*/.test(pattern.replace(/^\*\./, "")))
    return never(
      "`*` stands only at the beginning, before a point",
      "`*.name`, or no `hosts` for every host",
    );
  return undefined;
}

/** Why no remote or registry is ever matched by a pattern; undefined where some may be. */
export function remoteFault(pattern: string): string | undefined {
  const never = (why: string): string =>
    `can match nothing: ${why}; write \`host/path\` without scheme, user and \`.git\`, such as \`${plainRemote(pattern)}\``;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pattern)) return never("remotes are named without a scheme");
  if (/^[^/]*@/.test(pattern)) return never("remotes are named without a user");
  if (/^[^/:]+:(?!\d{1,5}(?:\/|$))/.test(pattern))
    return never("a colon stands before a port alone");
  if (pattern !== pattern.trim() || pattern === "") return never("it is no name");
  return undefined;
}

function bareHost(pattern: string): string {
  return pattern
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/^[^@/]*@/, "")
    .replace(/[/?#].*$/, "")
    .replace(/:\d+$/, "")
    .toLowerCase();
}

function plainRemote(pattern: string): string {
  return (
    pattern
      .trim()
      .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
      .replace(/^[^@/]*@/, "")
      .replace(/^([^/:]+):(?!\d)/, "$1/")
      .replace(/\.git$/, "") || "git.example.com/team/*"
  );
}
