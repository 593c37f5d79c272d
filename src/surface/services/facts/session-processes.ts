// Processes that commands of an agent started: known by the mark that the client puts into their environment, and by their directory.
import { isWithin } from "#base/path.ts";
import { descendsFrom, processDirectory, processStart } from "#platform/processes.ts";

/** What the client sets for every command that it runs. */
const MARK = "CLAUDECODE=1";
/** The client itself and whoever judges it may have inherited the mark from a session that they were started in. */
const JUDGES = /claude|sallyport/i;
const WORDS_READ = 8;

/** How a process was started and where it works. */
export type ProcessLook = {
  readonly start: typeof processStart;
  readonly directory: typeof processDirectory;
  /** Whether it is whoever asks, or was started by it: what keeps the rooms of held calls. */
  readonly isOwn: (pid: number) => boolean;
};

const REAL: ProcessLook = {
  start: processStart,
  directory: processDirectory,
  isOwn: (pid) => descendsFrom(pid, process.pid),
};

/**
 * Whether a command of an agent in the project at `root` started the process: it bears the client's mark, works in the
 * project, and is neither the client nor anything of ours. False where the system does not tell.
 */
export function isOfSession(pid: number, root: string, look: ProcessLook = REAL): boolean {
  const [start, directory] = [look.start(pid), look.directory(pid)];
  if (start === undefined || directory === undefined || look.isOwn(pid)) return false;
  return (
    start.variables.includes(MARK) &&
    isWithin(root, directory) &&
    !start.words.slice(0, WORDS_READ).some((word) => JUDGES.test(word))
  );
}
