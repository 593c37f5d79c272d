// What the dashboard's endpoints work with: the installation, the daemon as commands ask it, our own commands, and the logins.
import type { Clock } from "#base/clock.ts";
import type { EventQuestion, QuestionAnswer } from "#record/index/question.ts";
import type { LogView } from "#record/store/log-view.ts";
import type { Directories } from "../../foundation/files/directories.ts";
import type {
  OperatorAnswer,
  OperatorOrder,
} from "../../services/daemon-process/operator-orders.ts";
import type { TeamStore } from "../../services/fleet/team-store.ts";
import type { Logins } from "../access/logins.ts";
import type { ProviderLogins } from "../oidc/provider-logins.ts";
import type { DashboardNote } from "../access/dashboard-note.ts";
import type { LiveHub } from "./live-hub.ts";

export type Asked = EventQuestion;

export type DashboardParts = {
  readonly directories: Directories;
  readonly clock: Clock;
  readonly logins: Logins;
  /** Logins by a provider; missing where none can be had, as in a demo. */
  readonly providerLogins?: ProviderLogins | undefined;
  readonly live: LiveHub;
  /** The version of this program. */
  readonly version: string;
  /** The folder of the fleet that its pages show; undefined where none was named. */
  readonly fleet?: string | undefined;
  /** The store of a team, in place of one machine's log. */
  readonly team?: TeamStore | undefined;
  /** What our own commands inherit; this process's own where it is missing. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** The data are made up. */
  readonly isDemo?: boolean;
  /** Answers a question about the log as commands get it answered. Rejects with a Failure. */
  readonly ask: (question: Asked) => Promise<QuestionAnswer>;
  /** The log as it is now. Rejects with a Failure when there is none. */
  readonly view: () => Promise<LogView>;
  /** Gives the daemon an order under the operator's secret. Rejects with a Failure when it does not run. */
  readonly order: (order: OperatorOrder) => Promise<OperatorAnswer>;
  /** Runs a command of ours and gives what it printed. */
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** Puts on record what was done in the dashboard; resolves when it is durable. */
  readonly note: (event: DashboardNote) => Promise<void>;
};

export type RunOptions = {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** The folder that it runs in; the data directory when none is named. */
  readonly cwd?: string;
  readonly input?: string;
  /** Hears what it says on standard error, as it says it. */
  readonly onProblem?: (text: string) => void;
};

/** A command that ended. `json` reads its output as one value, or as a list where it printed one a line. */
export type Ran = {
  readonly code: number;
  readonly output: string;
  /** What it said on standard error, bounded. */
  readonly problem: string;
};
