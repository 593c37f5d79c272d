// The client's permission modes as a page that a person reads.
import type { Catalogue } from "./catalogue.ts";

/** The page, in Markdown. */
export function modesPage({ client, modes, invented_modes: invented }: Catalogue): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const named = (name: string, aka: readonly string[]): string =>
    [name, ...aka].map((one) => `\`${one}\``).join(" = ");
  return [
    "# Permission modes",
    "",
    `Generated from \`data/client/modes.yaml\` for client ${client} by \`sallyport policy modes --markdown\`.`,
    "",
    "What the client does of its own accord with a call that no rule names. **Rules that deny or ask, and hooks that deny,",
    "hold in every mode**, in `bypassPermissions` too: what that one takes away are the questions and the protection of the",
    "client's own files. So does a hook that asks, but for one case: where a tool changes a file that the client protects (`.git`,",
    "`.envrc`, `.vscode`, ...), the question is put to nobody in `bypassPermissions`, in which the tool runs, and in `auto` and",
    "`plan`, in which a classifier decides. There such a call is refused. A mode is set by `--permission-mode`, by",
    "`permissions.defaultMode` (not `permissionMode`), and at the terminal by Shift+Tab; each event of a session says in which one it was.",
    "",
    row(["mode", "security", "edits", "commands", "everything else", "asks", "sallyport"]),
    `|${"---|".repeat(7)}`,
    ...modes.map(({ name, aka, security, edits, commands, rest, asks, sallyport }) =>
      row([named(name, aka), security, edits, commands, rest, asks ? "yes" : "no", sallyport]),
    ),
    "",
    "## Which one for what",
    "",
    row(["mode", "for", "tiers of repositories"]),
    `|${"---|".repeat(3)}`,
    ...modes.map(({ name, use, tiers }) =>
      row([`\`${name}\``, use, tiers.length === 0 ? "none" : tiers.join(", ")]),
    ),
    "",
    "## What is no mode",
    "",
    ...invented.map(({ name, item, instead }) => `- \`${name}\` (${item}): ${instead}`),
    "",
  ].join("\n");
}
