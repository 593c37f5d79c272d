// From a tool call to its effects: Bash through the shell evaluator, every other tool by its input.
import { STEPS_MAX } from "#base/limits.ts";
import { cleanPath } from "#base/path.ts";
import type { Facts } from "../facts/facts.ts";
import { HeavyCall } from "./model/heavy-call.ts";
import { createShell } from "../shell/evaluate.ts";
import { Scope } from "../shell/values/scope.ts";
import { ENVIRONMENT_FILE, holdsVariable, known } from "../shell/values/text.ts";
import type { ToolCall } from "../toolcall/tool-call.ts";
import { CallHost } from "./call/call-host.ts";
import type { Effect } from "../vocabulary/effect.ts";
import type { GitSettings } from "../vocabulary/git-settings.ts";
import type { SignatureUse } from "../vocabulary/signature-use.ts";
import type { RemoteUse } from "../vocabulary/remote-use.ts";
import type { FactReader } from "../facts/fact-reader.ts";
import type { Origin, RanCommand } from "./model/ran-command.ts";
import { deriveTool } from "./tools/derive-tool.ts";

/** What a call may do, as far as the facts tell. */
export type Derived = {
  readonly effects: readonly Effect[];
  /** Names of the modelled programs that take part. */
  readonly programs: readonly string[];
  readonly steps: number;
  /** Set where the effects are complete only because code of another language was read and understood. */
  readonly provenBy?: "reading-code";
  readonly commands: readonly RanCommand[];
  /** From where the effects come, in their order; nothing for one that comes from more places than are kept. */
  readonly origins: readonly (readonly Origin[] | undefined)[];
  /** What it does with signatures of version control. */
  readonly signatures: readonly SignatureUse[];
  /** Whose settings git may write by what it is told. */
  readonly gitSettings: readonly GitSettings[];
  /** Files, real paths, that are read and of which nothing is shown, kept or sent. */
  readonly unseen: ReadonlySet<string>;
  /** Remotes that git reaches over ssh or http, each with what may change there. */
  readonly remotes: readonly RemoteUse[];
};

/** Derives the effects of a call. What cannot be worked out of it becomes the effect `unknown`; throws only for faults of ours. */
export function deriveEffects(
  call: ToolCall,
  facts: Facts,
  reader: FactReader,
  stepsGiven: number = STEPS_MAX,
): Derived {
  const host = new CallHost(facts, reader, stepsGiven);
  const place = { via: [], at: undefined, directories: [call.cwd] };
  try {
    deriveInto(host, call, facts);
  } catch (cause) {
    // WHY: the parser computes parts of words late and may run out of stack there. What was found so far stays. Any other
    // error is a fault of ours, and the surface refuses the call for it.
    if (!(cause instanceof RangeError)) throw cause;
    host.unknown("budget", "the call could not be evaluated to its end", place);
  }
  // WHY again: what is thrown deep inside may have been taken for something else on its way.
  if (host.steps() > stepsGiven) throw new HeavyCall();
  return {
    effects: host.effects(),
    programs: host.programs(),
    steps: host.steps(),
    commands: host.commands(),
    origins: host.origins(),
    signatures: host.signatures(),
    gitSettings: host.gitSettings(),
    unseen: host.unseen(),
    remotes: host.remotes(),
    ...(host.isProvenByReading() ? { provenBy: "reading-code" as const } : {}),
  };
}

function deriveInto(host: CallHost, call: ToolCall, facts: Facts): void {
  const place = { via: [], at: undefined, directories: [call.cwd] };
  const { input } = call;
  if (input.kind === "bash") {
    deriveBash(host, input.command, call.cwd, facts);
    if (input.sandboxOff)
      host.add({ kind: "privilege", means: "outside-sandbox", user: undefined }, place);
    return;
  }
  const cwd = cleanPath(call.cwd);
  const runShell = (command: string): void => deriveBash(host, command, cwd, facts);
  deriveTool({ host, facts, place, cwd, runShell }, call, input);
}

function deriveBash(host: CallHost, command: string, cwd: string, facts: Facts): void {
  const { shell: shellFacts, session, environment } = facts;
  const directory = cleanPath(cwd);
  const scope = Scope.start(shellFacts, directory, environment);
  if (!scope.variables.has("HOME")) scope.set("HOME", known(session.home), true);
  // WHY whatever the environment says: shells set it themselves when they start.
  scope.set("IFS", known(" \t\n"), false);
  if (!scope.variables.has("USER")) scope.set("USER", known(session.user), true);
  // Under these options zsh splits, globs or indexes as bash does: either may be right, so both are followed.
  const mixed = ["shwordsplit", "globsubst", "ksharrays", "kshglob"].some((name) =>
    shellFacts.options.has(name),
  );
  const dialects =
    shellFacts.dialect === "unknown" || (shellFacts.dialect === "zsh" && mixed)
      ? (["bash", "zsh"] as const)
      : ([shellFacts.dialect] as const);
  host.startShell({ via: [], at: undefined, directories: [directory] });
  const shell = createShell(host, dialects);
  const { output } = shell.runText(known(command), scope, {
    stdin: undefined,
    via: [],
    at: undefined,
    depth: -1,
    source: command,
  });
  host.printed(output);
  // A variable that is printed to the client is read by whoever reads its answer.
  if (holdsVariable(output))
    host.add({ kind: "read", target: ENVIRONMENT_FILE }, { via: [], at: undefined });
}
