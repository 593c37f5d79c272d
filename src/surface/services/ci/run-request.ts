// What a headless run is asked to do, and every word of its command line that would make it weaker, refused with the reason.
import { Failure } from "#base/failure.ts";
import { baseName } from "#base/path.ts";
import { printable } from "#base/printable.ts";

/** Modes in which nobody is asked and nothing runs that no rule allows. */
export const RUN_MODES = ["dontAsk", "plan"] as const;
export type RunMode = (typeof RUN_MODES)[number];

/** A headless run. */
export type RunRequest = {
  /** Absolute. */
  readonly directory: string;
  /** The client and its words, without mode and limits. */
  readonly client: string;
  readonly words: readonly string[];
  readonly mode: RunMode;
  /** A pack that ships, or a file. */
  readonly policy: string;
  /** Rules of the client that allow what the run is for. */
  readonly allow: readonly string[];
  readonly egress: readonly string[];
  /** Names of further variables that the client gets. */
  readonly environment: readonly string[];
  readonly timeoutMs: number;
  readonly maxTurns: number;
  readonly maxBudgetUsd: number | undefined;
  readonly artifacts: string | undefined;
  /** The variable that holds the key of the run; undefined for the usual one, which may be missing. */
  readonly keyVariable: string | undefined;
};

/** Options of the client that switch checks off, bring others in, or widen what it may reach, each with what stands for it here. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^--(?:allow-)?dangerously-skip-permissions$/, "it switches every check off"],
  [
    /^--(?:settings|setting-sources|managed-settings)$/,
    "settings come from the policy (`--policy`)",
  ],
  [
    /^--(?:mcp-config|strict-mcp-config)$/,
    "a run has the servers of managed settings and no others",
  ],
  [
    /^--(?:plugin-dir|plugin-url|agents)$/,
    "plugins and agents of a command line are looked at by nobody",
  ],
  [/^--(?:bare|safe-mode)$/, "it leaves hooks out"],
  [/^--(?:permission-prompt-tool|permission-prompts)$/, "nobody answers questions here"],
  [/^--add-dir$/, "a run has one directory"],
  [/^--(?:allowed-?[tT]ools|tools)$/, "say what is allowed by `--allow`, which is looked at"],
  [/^--(?:max-turns|max-budget-usd)$/, "give it before the `--`, where the summary names it"],
  [
    /^--(?:continue|resume|fork-session|from-pr|teleport|remote|ide|chrome|worktree|tmux|bg|background)$|^-[cr]$/,
    "a run begins anew, alone and here",
  ],
];

/** Rules that allow more than a list can be narrow with: every command, or a program that runs any other. */
const BROAD =
  /^(?:\*|Bash|Bash\(\s*(?::?\*)?\s*\)|Bash\((?:(?:sudo|env|xargs|timeout|nohup)\s+)*(?:bash|sh|zsh|dash|node|python3?|ruby|perl|php|deno|bun|npx|bunx|pnpx|eval|exec|ssh|docker|git|gh|npm|pnpm|yarn|make|curl|wget|aws|gcloud|az|kubectl|terraform|tofu|helm)(?:\s+(?:-\S+|run|exec|x|dlx))*(?::\*|\s*\*)?\)|mcp__\S*|WebFetch|Agent|Task|Workflow|Skill)$/;

/**
 * The command behind `--`: `claude -p ...`. Throws a Failure `usage` for another program, a run that would wait for a person,
 * and an option that would make the run weaker.
 */
export function clientCommand(
  words: readonly string[],
): Pick<RunRequest, "client" | "words"> & { readonly mode: RunMode | undefined } {
  const [client, ...rest] = words;
  if (client === undefined)
    throw new Failure("usage", 'say what is run: `sallyport ci run -- claude -p "..."`');
  if (baseName(client) !== "claude")
    throw new Failure(
      "usage",
      `\`${printable(client)}\` is not the client: what runs behind \`--\` is \`claude -p ...\``,
    );
  const end = rest.indexOf("--");
  const options = end < 0 ? rest : rest.slice(0, end);
  if (!options.some((word) => word === "-p" || word === "--print"))
    throw new Failure("usage", "without `-p` the client waits for a person: add `-p`");
  const kept: string[] = [];
  let mode: RunMode | undefined;
  for (let at = 0; at < options.length; at += 1) {
    const word = options[at] ?? "";
    const name = word.split("=", 1)[0] ?? "";
    const refused = REFUSED.find(([pattern]) => pattern.test(name));
    if (refused !== undefined)
      throw new Failure(
        "ci-weaker",
        `\`${printable(name)}\` is refused: ${refused[1]}; leave it out`,
      );
    if (name !== "--permission-mode") {
      kept.push(word);
      continue;
    }
    mode = readMode(word.includes("=") ? word.slice(name.length + 1) : options[(at += 1)]);
  }
  return { client, words: [...kept, ...(end < 0 ? [] : rest.slice(end))], mode };
}

/** A mode of a run. Throws a Failure `ci-weaker` for one in which something runs that nobody allowed. */
export function readMode(text: string | undefined): RunMode {
  const mode = RUN_MODES.find((one) => one === text);
  if (mode !== undefined) return mode;
  throw new Failure(
    "ci-weaker",
    `the mode \`${printable(text ?? "")}\` is refused: a run without a person is \`plan\` or \`dontAsk\` with an allow list`,
  );
}

/** Holds the allow list against what a list can be narrow with. Throws a Failure `ci-weaker`. */
export function refuseBroadRules(rules: readonly string[]): void {
  const broad = rules.find((rule) => BROAD.test(rule));
  if (broad === undefined) return;
  throw new Failure(
    "ci-weaker",
    `\`--allow ${printable(broad)}\` is refused: it allows whatever the model thinks of; name the commands, such as \`Bash(npm test)\``,
  );
}
