// Tools that read, write and search files: each path is one effect, and where it really leads must be known.
import { joinPath } from "#base/path.ts";
import type { ToolInput } from "../../toolcall/tool-call.ts";
import { literal } from "../../shell/text.ts";
import type { ToolScene } from "./tool-scene.ts";

type FileInput = Extract<ToolInput, { kind: "read" | "edit" | "write" | "search" }>;

/** What a file tool does. */
export function deriveFileTool(scene: ToolScene, input: FileInput): void {
  const { host, place } = scene;
  switch (input.kind) {
    case "read":
      host.readTool(literal(resolvedPath(scene, input.path)), place);
      return;
    case "edit":
    case "write": {
      const mode = input.kind === "write" ? "create" : "change";
      host.writeTool(literal(resolvedPath(scene, input.path)), mode, place);
      return;
    }
    case "search": {
      // Names and metadata are not content, as with `ls`.
      if (input.finds === "names") return;
      const root = literal(resolvedPath(scene, input.root));
      if (input.filters.length === 0) host.readTool(root, place, "tree");
      for (const filter of input.filters) host.readTool(root, place, "tree", filter);
      return;
    }
    default:
      input satisfies never;
  }
}

/**
 * The path with `~` written out. WHY the question: without an answer the path would be judged as if no symlink were in
 * it, and the tool would follow the symlink all the same.
 */
export function resolvedPath({ host, facts, place }: ToolScene, path: string): string {
  const { home } = facts.session;
  const written =
    path === "~" ? home : path.startsWith("~/") ? joinPath(home, path.slice(2)) : path;
  if (host.ask({ kind: "path", path: written })?.kind !== "path")
    host.unknown("missing-fact", `where \`${written}\` really leads is not known`, place);
  return written;
}
