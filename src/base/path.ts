// Absolute paths as text: joining, cleaning, comparing. No disk: what a path really leads to is a Fact.

const UNCLEAN = /\/\.{0,2}(?:\/|$)/;
/** The same without `..`. */
const UNJOINED = /\/\.?(?:\/|$)/;

/** Cleans an absolute path: one `/` between parts, no `.`, no trailing slash; `..` removed textually. */
export function cleanPath(path: string): string {
  // WHY first: most paths are clean, and taking one apart costs many times as much as seeing that.
  if (path.startsWith("/") && !UNCLEAN.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** `path` seen from `directory` (absolute), cleaned. */
export function joinPath(directory: string, path: string): string {
  return cleanPath(path.startsWith("/") ? path : `${directory}/${path}`);
}

/** Like `joinPath`, but keeps `..`: the kernel resolves it after symlinks, not textually. */
export function joinRaw(directory: string, path: string): string {
  const joined = path.startsWith("/") ? path : `${directory}/${path}`;
  if (joined.startsWith("/") && !UNJOINED.test(joined)) return joined;
  return `/${joined
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

/** Whether `path` is `root` or lies below it. Both absolute and clean. */
export function isWithin(root: string, path: string): boolean {
  return root === "/" || path === root || path.startsWith(`${root}/`);
}

/** The directory that holds `path`; `/` for the root. */
export function parentPath(path: string): string {
  const cut = path.lastIndexOf("/");
  return cut <= 0 ? "/" : path.slice(0, cut);
}

/** The last part of `path`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
