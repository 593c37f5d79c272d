// What is not what a person agreed to any more: MCP servers that changed since they were pinned, plugins and other code in the client.
import { isAsPinned } from "#govern/mcp/contract.ts";
import { openStatements } from "../exceptions/statements.ts";
import { shellWord } from "../../foundation/terminal/shell-word.ts";
import { openCatalog } from "../mcp/catalog.ts";
import { findExtensions } from "../mods/extensions.ts";
import { openSeenDigests } from "../mods/kept-lists.ts";
import { agreedTo, standingOf } from "../mods/seen-extensions.ts";
import type { InboxItem } from "./inbox-item.ts";
import type { InboxPlaces } from "./inbox-places.ts";

export function serverItems({ directories, nowMs, roots }: InboxPlaces): readonly InboxItem[] {
  const catalog = openCatalog(directories, openStatements(directories));
  return roots.flatMap((root) =>
    catalog.entries(root, nowMs).flatMap(({ entry, identity, status }): InboxItem[] => {
      const { pin, name } = entry;
      const seen = pin === null ? undefined : catalog.seen(entry.identity);
      if (pin === null || seen === undefined) return [];
      if (seen !== "unreadable" && isAsPinned(pin, seen.digests)) return [];
      const project = shellWord(root);
      return [
        {
          kind: "server",
          id: `${identity.slice(0, 16)} ${root}`,
          urgency: "soon",
          level: "high",
          place: root,
          who: status.receipt.statement.owner,
          title: `Blocked: the MCP server ${name} is not what was pinned any more`,
          lost: "its changed tools stay refused; sessions work without them",
          sinceMs: seen === "unreadable" ? null : seen.atMs,
          untilMs: null,
          actions: [],
          notHere: null,
          digest: null,
          seenMs: null,
          command: `sallyport mcp diff --project ${project} -- ${shellWord(name)}`,
          page: `/mcp?${new URLSearchParams({ project: root }).toString()}`,
        },
      ];
    }),
  );
}

export function extensionItems({
  directories,
  nowMs,
  roots,
  config,
}: InboxPlaces): readonly InboxItem[] {
  const statements = openStatements(directories);
  const agreed = agreedTo(statements, () => nowMs);
  const seen = openSeenDigests(directories);
  return roots.flatMap((root) => {
    const found = findExtensions({ directories: [root], config });
    return standingOf(found, root, { agreed, seen: seen.of(root).digestOf })
      .filter(({ standing }) => standing === "unlike-agreed" || standing === "changed")
      .map(({ name, kind, place, standing }): InboxItem => {
        const isAgreed = standing === "unlike-agreed";
        return {
          kind: "extension",
          id: `${name} ${root}`,
          urgency: "soon",
          level: isAgreed ? "high" : "medium",
          title: isAgreed
            ? `The ${kind} ${name} is not what a person agreed to any more`
            : `The ${kind} ${name} changed since sessions saw it first`,
          place,
          who: null,
          sinceMs: null,
          untilMs: null,
          lost: isAgreed
            ? "sessions that load it are held"
            : "its code runs in sessions as it is now",
          actions: [],
          notHere: null,
          digest: null,
          seenMs: null,
          command: `sallyport mods list --all --project ${shellWord(root)}`,
          page: `/isolation?${new URLSearchParams({ project: root }).toString()}`,
        };
      });
  });
}
