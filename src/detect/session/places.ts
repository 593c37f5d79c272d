// Whom to trust for what a place holds, by its name alone.
import type { Deed, Place, Trust } from "./act.ts";

/** Files that the client or another agent takes for instructions. */
const INSTRUCTIONS =
  /(?:^|\/)(?:CLAUDE(?:\.local)?\.md|AGENTS\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|copilot-instructions\.md)$|(?:^|\/)\.(?:claude|cursor|github\/instructions)\//;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|0\.0\.0\.0)$/;

export function trustOf({ kind, name, known }: Place): Trust {
  if (known !== undefined) return known === "remote" ? "repository" : "account";
  switch (kind) {
    case "host":
      return isLoopback(name) ? "machine" : "web";
    case "server":
      return "mcp";
    case "package":
      return "package";
    case "remote":
      return "repository";
    case "file":
      if (INSTRUCTIONS.test(name)) return "instructions";
      return name.startsWith("/") || name.startsWith("~") ? "machine" : "repository";
    default:
      return kind satisfies never;
  }
}

export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Words by which people ask for something themselves. */
const ASKED: Readonly<Record<Deed, RegExp>> = {
  deploy: /\b(?:deploy|roll ?(?:out|back)|releas|ship|appl(?:y|ied)|restart|scale)/i,
  publish: /\b(?:push|publish|releas|merge|pull request|PR\b|tag)/i,
  history: /\b(?:rebase|reset|force|amend|squash|rewrite|revert|undo|clean ?up|discard)/i,
  install: /\b(?:install|add|upgrade|updat|bump|dependenc|package|librar)/i,
  persist: /\b(?:cron|service|start ?up|alias|profile|hook|schedule|shell)/i,
  privilege: /\b(?:sudo|root|permission|owner)/i,
  tamper: /\b(?:sallyport|setting|permission|hook|guard)/i,
  "runs-code": /\b(?:run|test|build|start|execut|try)/i,
};

export function asksFor(text: string, deed: Deed): boolean {
  return ASKED[deed].test(text);
}

/** Whether a person's request names a place: a host with or without what stands before its domain, a package, a remote. */
export function isNamedIn(text: string, { kind, name }: Place): boolean {
  const wanted = name.toLowerCase();
  if (wanted.length < 3) return false;
  const asked = text.toLowerCase();
  const forms = kind === "host" ? [wanted, wanted.split(".").slice(-2).join(".")] : [wanted];
  return forms.some((form) => {
    for (let at = asked.indexOf(form); at >= 0; at = asked.indexOf(form, at + 1))
      if (!/[\w-]/.test(asked[at - 1] ?? " ") && !/[\w-]/.test(asked[at + form.length] ?? " "))
        return true;
    return false;
  });
}
