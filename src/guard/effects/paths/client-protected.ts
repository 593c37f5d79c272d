// Places that the client itself asks about before it writes there, whatever its allow rules say (2.1.332, measured).

/** Directories, at any depth. */
const FOLDERS = [".git", ".vscode", ".idea", ".claude", ".husky", ".cargo", ".devcontainer"].concat(
  [".yarn", ".mvn"],
);
/** A directory by two names. */
const NESTED = [".config", "git"] as const;
/** Files, at any depth. */
const FILES = [
  ...[".gitconfig", ".gitmodules", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout"],
  ...[".bash_aliases", ".zshrc", ".zprofile", ".zshenv", ".zlogin", ".zlogout", ".profile"],
  ...[".envrc", ".ripgreprc", ".mcp.json", ".claude.json", ".npmrc", ".yarnrc", ".yarnrc.yml"],
  ...[".pnp.cjs", ".pnp.loader.mjs", ".pnp.js", ".pnp.data.json", ".pnpmfile.cjs"],
  ...["bunfig.toml", ".bunfig.toml", ".bazelrc", ".bazelversion", ".bazeliskrc"],
  ...[".pre-commit-config.yaml", "lefthook.yml", ".lefthook.yml", "lefthook.yaml"],
  ...[".lefthook.yaml", "gradle-wrapper.properties", "maven-wrapper.properties"],
  ...[".devcontainer.json", "pyrightconfig.json"],
];

/** All of them as globs. */
export const CLIENT_PROTECTED: readonly string[] = [
  ...FOLDERS.flatMap((name) => [`/**/${name}`, `/**/${name}/**`]),
  ...[`/**/${NESTED.join("/")}`, `/**/${NESTED.join("/")}/**`],
  ...FILES.map((name) => `/**/${name}`),
];

const folders: ReadonlySet<string> = new Set(FOLDERS);
const files: ReadonlySet<string> = new Set(FILES);

/** Whether the client protects a path. Its working trees below `.claude/worktrees` are work like any other. */
export function isClientProtected(path: string): boolean {
  const parts = path.split("/").map(foldedName);
  let isInWorktree = false;
  for (const [at, part] of parts.entries()) {
    if (part === ".claude" && parts[at + 1] === "worktrees" && !isInWorktree) {
      isInWorktree = true;
      continue;
    }
    if (folders.has(part) || (part === NESTED[0] && parts[at + 1] === NESTED[1])) return true;
  }
  return files.has(parts.at(-1) ?? "");
}

/**
 * Whether the client takes a path for one that other systems read otherwise, which it treats as a protected one: short names,
 * dots at an end, three dots, names of devices (2.1.332, measured).
 */
export function isOddlyNamed(path: string): boolean {
  return (
    /~\d/.test(path) ||
    path
      .split("/")
      .some((part) => part.length > 2 && /(?:\.|\.(?:con|prn|aux|nul|com\d|lpt\d))$/i.test(part))
  );
}

/** A path in one of the client's working trees, as it would be in the tree that they belong to. */
export function outOfWorktree(path: string): string {
  return path.replace(/\/\.claude\/worktrees(?:\/[^/]+)?(?=\/|$)/, "");
}

/** Names that the client takes for the same: whatever the case, with invisible signs, with dots or spaces behind. */
function foldedName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll("\u0131", "i")
    .replaceAll("\u017f", "s")
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .replace(/:.*$/, "");
  return plain.replace(/[. ]+$/, "") || plain;
}
