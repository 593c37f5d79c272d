// Whether a file is a script of the shell, and of which.
import type { SeenFile } from "./sights.ts";

const SHEBANG = /^#![ \t]*(?:\/[\w./-]*\/)?(?:env[ \t]+(?:-S[ \t]+)?)?(sh|bash|dash|ksh)\b/;

/** By its first line, else by its ending. */
export function isShellScript({ text, path }: SeenFile): boolean {
  if (text === undefined) return false;
  return SHEBANG.test(text) || (!text.startsWith("#!") && /\.(?:sh|bash|ksh)$/.test(path));
}

/** The dialect as shellcheck calls it: `bash` where the first line says nothing. */
export function shellDialect(text: string): string {
  return SHEBANG.exec(text)?.[1] ?? "bash";
}
