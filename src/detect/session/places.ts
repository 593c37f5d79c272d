// Whom to trust for what a place holds, by its name alone.
import { isLoopback } from "#guard/effects/network/destination.ts";
import type { Place, Trust } from "./act.ts";

/** Files that the client or another agent takes for instructions. */
const INSTRUCTIONS =
  /(?:^|\/)(?:CLAUDE(?:\.local)?\.md|AGENTS\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|copilot-instructions\.md)$|(?:^|\/)\.(?:claude|cursor|github\/instructions)\//;

/** Whether agents take a file for instructions. */
export function isInstructions(path: string): boolean {
  return INSTRUCTIONS.test(path);
}

export function trustOf({ kind, name, known }: Place): Trust {
  if (known !== undefined) return known === "remote" ? "repository" : "account";
  switch (kind) {
    case "host":
      return isOfThisMachine(name) ? "machine" : "web";
    case "server":
      return "mcp";
    case "package":
      return "package";
    case "remote":
      return "repository";
    case "file":
      if (isInstructions(name)) return "instructions";
      return name.startsWith("/") || name.startsWith("~") ? "machine" : "repository";
    default:
      return kind satisfies never;
  }
}

/** A server that listens on all addresses is often asked by that name. */
export function isOfThisMachine(host: string): boolean {
  return host === "0.0.0.0" || isLoopback(host);
}
