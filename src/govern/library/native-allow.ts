// What allowing a command line in the client's rules accepts of what it does: the narrower, the less of it is written out.
import type { EffectKind } from "#guard/vocabulary/effect.ts";
import type { CommandPattern, Condition } from "#guard/policy/policy.ts";
import { ANY_PROGRAM } from "#guard/policy/commands.ts";
import { parseCommandPattern } from "./command-pattern.ts";
import { acceptedBy, type CommandMeaning } from "./native-command.ts";

/** What allowing a call as a whole accepts of it. What tampers, gains rights, stays behind or is unknown is never meant. */
export const ACCEPTED: readonly EffectKind[] = [
  ...(["read", "write", "delete", "execute", "install", "egress"] as const),
  ...(["history", "publish", "deploy"] as const),
];

/** Programs whose second word names something of the project that may do anything. */
const RUNNERS = new Set(["npm", "pnpm", "yarn", "bun", "make", "just", "task"]);
const SCRATCH = ["/tmp", "/tmp/**", "/var/tmp", "/var/tmp/**"];
const OWN = ["<project>/.git", "<project>/.git/**", "<project>/.claude", "<project>/.claude/**"];
const CACHES = ["~/.cache/**", "~/Library/Caches/**"];

/**
 * What allowing a command line means; undefined where it is none. Code that nobody has read is never meant. A line without an
 * open end is accepted with all else that it does. An open one (`git diff:*`) looks, works and runs code in the project; what
 * leaves, installs or deploys is accepted where it names more than a program, and history and publishing where the words are
 * there for it.
 */
export function allowedCommand(line: string): CommandMeaning | undefined {
  const pattern = parseCommandPattern(line);
  if (pattern === undefined) return undefined;
  const meaning = `running \`${pattern.words.join(" ")}\` and what it does`;
  const commands = [pattern];
  const conditions = acceptedConditions(pattern).map((when) => ({ ...when, commands }));
  return { conditions, meaning };
}

function acceptedConditions({ words, exact }: CommandPattern): readonly Condition[] {
  const [program = ""] = words;
  // Any program at all: one whose effects are all known, which is none of the project's.
  if (program === ANY_PROGRAM)
    return [
      { effects: ["read"], paths: ["<project>", "<project>/**"] },
      { effects: ["execute"], origins: ["system"], reach: "modelled" },
    ];
  const code = {
    effects: ["execute"],
    origins: ["system", "project"],
  } as const satisfies Condition;
  if (exact)
    return [
      { effects: ACCEPTED.filter((kind) => kind !== "execute") },
      { ...code, origins: [...code.origins, "inline"] },
    ];
  const meant = acceptedBy(words);
  const isNamed = words.length > 1 && (meant.length > 0 || !RUNNERS.has(program));
  return [
    { effects: ["read"], paths: ["<project>", "<project>/**", ...SCRATCH] },
    { effects: ["write", "delete"], paths: ["<project>/**", ...SCRATCH], exceptPaths: OWN },
    {
      effects: ["write"],
      operations: ["tracked", "cache"],
      paths: ["<project>", "<project>/**", ...SCRATCH, ...CACHES],
    },
    isNamed ? { ...code, origins: [...code.origins, "inline"] } : code,
    isNamed
      ? { effects: ["egress", "install", "deploy"] }
      : { effects: ["egress"], hosts: ["loopback", "own-remote", "own-account"] },
    ...meant,
  ];
}
