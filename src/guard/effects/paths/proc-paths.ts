// Paths that the kernel leads elsewhere by the process that opens them: its root, its directory and its descriptors.

const PROCESS = /^(?:self|thread-self|\d+)$/;
/** What every path has in it that leads elsewhere. */
const MAY_LEAD = /\/(?:proc|dev)\//;
const ITSELF = /^(?:self|thread-self)$/;

/**
 * The absolute path that `raw` leads to, `..` kept where nothing was replaced before it; `raw` itself when it goes through no
 * such place; undefined when that depends on what another process or a descriptor stands for. `directory` is the working
 * directory of the process that opens it.
 */
export function throughProcess(raw: string, directory: string | undefined): string | undefined {
  // WHY first: hardly any path names a process, and taking one apart costs many times as much as seeing that.
  if (!MAY_LEAD.test(raw)) return raw;
  let clean: string[] = [];
  let kept: string[] = [];
  const lead = (parts: readonly string[]): void => {
    clean = [...parts];
    kept = [...parts];
  };
  let isLed = false;
  for (const part of raw.split("/")) {
    if (part === "" || part === ".") continue;
    const [first, second = "", third, fourth] = clean;
    if (first === "dev" && second === "fd" && third !== undefined) return undefined;
    kept.push(part);
    if (part === "..") clean.pop();
    else clean.push(part);
    if (first !== "proc" || !PROCESS.test(second)) continue;
    if (third === "task" && clean.length === 4 && fourth === undefined) lead(["proc", second]);
    else if (third === "fd" && clean.length === 4) {
      if (!ITSELF.test(second)) return undefined;
      lead(["dev", "fd", part]);
    } else if (clean.length !== 3 || (part !== "root" && part !== "cwd")) continue;
    else if (part === "root") lead([]);
    else if (!ITSELF.test(second) || directory === undefined) return undefined;
    else lead(directory.split("/").filter((one) => one !== ""));
    isLed = true;
  }
  return isLed ? `/${kept.join("/")}` : raw;
}

/** The same for an absolute clean glob. */
export function globThroughProcess(glob: string): string | undefined {
  const [, first, , ...rest] = glob.split("/");
  if (first !== "proc") return glob;
  const [third, ...below] = rest[0] === "task" && rest.length > 2 ? rest.slice(2) : rest;
  if (third === "root") return `/${below.join("/")}`;
  if (third === "cwd" || third === "fd") return undefined;
  const mayLead = third !== undefined && third !== "**" && /[*?[]/.test(third);
  return mayLead && below.length > 0 ? undefined : glob;
}
