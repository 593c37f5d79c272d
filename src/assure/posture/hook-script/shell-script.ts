// The scripts of the shell that hooks run, and which shell each is for.
import { codesOf } from "./codes.ts";
import type { SeenFile, AuditInputs } from "../inputs/audit-inputs.ts";

const SHEBANG = /^#![ \t]*(?:\/[\w./-]*\/)?(?:env[ \t]+(?:-S[ \t]+)?)?(sh|bash|dash|ksh|zsh)\b/;

/** Each once, by where it lies. */
export function shellScripts(auditInputs: AuditInputs): readonly SeenFile[] {
  const scripts = codesOf(auditInputs).codes.filter(
    ({ language, isInline }) => language === "shell" && !isInline,
  );
  return [...new Map(scripts.map(({ file }) => [file.shown, file])).values()];
}

/** The shell of its first line, `bash` where that says nothing. */
export function shellOf(text: string): string {
  return SHEBANG.exec(text)?.[1] ?? "bash";
}
