// The page `docs/reference/boundaries.md`: what holds each rule of a pack under compiled managed settings.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { BOUNDARIES, type RuleBoundaries } from "#govern/compile/boundaries.ts";
import { boundaryTable } from "#govern/compile/boundary-table.ts";

const PAGE = fileURLToPath(new URL("../../../docs/reference/boundaries.md", import.meta.url));

/** The page as it stands in the repository. */
export function readPage(): string {
  return readFileSync(PAGE, "utf8");
}

/** Puts a new page in its place. */
export function writePage(text: string): void {
  writeFileSync(PAGE, text);
}

/** The page for a pack. */
export function buildPage(pack: string, rows: readonly RuleBoundaries[]): string {
  const restricting = rows.filter(({ verdict }) => verdict !== "allow");
  const counts = BOUNDARIES.map((boundary) => {
    const extents = restricting.map(({ holds }) => holds[boundary].extent);
    const whole = extents.filter((extent) => extent === "whole").length;
    const part = extents.filter((extent) => extent === "part").length;
    return `| ${boundary} | ${whole} | ${part} | ${extents.length - whole - part} |`;
  });
  const second = restricting.filter(({ holds }) =>
    [holds.sandbox, holds.rules].some(({ extent }) => extent !== "none"),
  );
  return `# What holds each rule of \`${pack}\`

Generated from \`data/policies/${pack}.yaml\` for managed settings on Linux with hooks and sandbox: \`sallyport policy compile ${pack} --report\` says the
same of your own policy and parameters. \`UPDATE=1 npx vitest run test/govern/compile/boundaries.test.ts\` writes it again.

- **hook**: sallyport judges every call by its effects. It is the only boundary that understands all of a rule, and it is asked for every tool of
  the client in every mode. It is not asked for lines of command files that the client runs itself (managed settings switch them off), for files
  that a prompt mentions by \`@\` (the client's rules hold those), nor for what MCP servers and other hooks do in processes of their own.
- **kernel**: the operating system holds each command in a profile that is made for it (\`hold\`). Not beside the client's own sandbox: one of the
  two wraps commands. Without that sandbox it holds what the column *sandbox* does and more; \`sallyport policy show\` says so of a project.
- **sandbox**: the operating system holds commands, whatever they are and however they are written. Not MCP servers, not the client's own tools.
- **rules**: permission rules of the client. They hold its own tools and what it recognizes in a command: 36 of 68 ways to read one denied file
  ([command by command](native-and-ours.md)). So they are never all of a rule about files or commands.
- **network**: the sandbox's proxy, for commands alone.
- **service**: what lies beyond the machine, such as the protection of a branch. sallyport does not write it: it has to be set there.

*all*: nothing of the rule is left. *in part*: what is left is said below the table. A rule that nothing holds is marked so.

| boundary | all of it | in part | not |
|---|---|---|---|
${counts.join("\n")}

Of ${restricting.length} rules that deny or ask, ${restricting.filter(({ isHeld }) => isHeld).length} are held, and ${second.length} of them would still be held in part if the hook were gone. With the hook gone the client refuses
every call all the same (\`onFailure: "block"\`).

${boundaryTable(rows).trim()}
`;
}
